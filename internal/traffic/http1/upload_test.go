package http1

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestBodies sends bodies of every form to net/http, which gives them back, over TCP, Unix sockets and TLS.
func TestBodies(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("server: %v", err)
		}
		w.Write(b)
	})
	plain := httptest.NewServer(handler)
	defer plain.Close()
	secure := httptest.NewUnstartedServer(handler)
	secure.TLS = &tls.Config{}
	secure.StartTLS()
	defer secure.Close()
	for _, a := range []Address{
		{Network: "tcp", Addr: plain.Listener.Addr().String()},
		{Network: "tcp", Addr: secure.Listener.Addr().String(), TLS: true},
	} {
		for _, size := range []int{0, 1, 3000, 10_000, 100_000, 3_000_000} {
			for _, chunk := range []bool{false, true} {
				for _, expect := range []string{"", "100-continue"} {
					body := []byte(strings.Repeat("0123456789", size/10+1)[:size])
					spec := Spec{Method: "POST", Body: body, Chunked: chunk, Expect: Expect{HasBody: true, Body: body}}
					if expect != "" {
						spec.Header = [][2]string{{"Expect", expect}}
					}
					seen, fate := drive(t, a, 3, spec)
					if len(seen) != 3 || fate != Left {
						t.Fatalf("TLS %v, %d bytes, chunked %v, expect %q: %d exchanges, fate %d: %+v", a.TLS, size, chunk, expect, len(seen), fate, seen)
					}
					for _, x := range seen {
						if x.Error != "" || x.BodyBytes != int64(size) || x.WireOut <= int64(size) {
							t.Errorf("TLS %v, %d bytes, chunked %v, expect %q: %+v", a.TLS, size, chunk, expect, x)
						}
					}
				}
			}
		}
	}
}

// TestEarlyAnswer has a server that refuses a long upload without reading it: the answer counts, not the broken pipe.
func TestEarlyAnswer(t *testing.T) {
	released := make(chan struct{})
	a := listen(t, "tcp", func(c net.Conn) {
		http.ReadRequest(bufio.NewReader(c))
		io.WriteString(c, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
		<-released
	})
	seen, fate := drive(t, a, 2, Spec{Method: "POST", Body: make([]byte, 32<<20)})
	close(released)
	if len(seen) != 1 || fate != Ended || seen[0].Status != 413 || seen[0].Detail != "status 413" {
		t.Errorf("fate %d, %+v; want one answer 413 and the connection ended", fate, seen)
	}
}

// TestNoContinue has a server that never says 100: it answers at once, and gets no body.
func TestNoContinue(t *testing.T) {
	got := make(chan int, 1)
	a := listen(t, "tcp", func(c net.Conn) {
		http.ReadRequest(bufio.NewReader(c))
		io.WriteString(c, "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n")
		rest, _ := io.ReadAll(c)
		got <- len(rest)
	})
	seen, fate := drive(t, a, 1, Spec{Method: "POST", Body: []byte("hello"), Header: [][2]string{{"Expect", "100-continue"}}})
	if fate != Ended || seen[0].Status != 417 {
		t.Errorf("fate %d, %+v; want the answer 417 and the connection ended", fate, seen)
	}
	if n := <-got; n != 0 {
		t.Errorf("the server got %d bytes of the body, want none", n)
	}
}
