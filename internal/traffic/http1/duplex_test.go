package http1

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// tight accepts connections with small buffers.
type tight struct{ net.Listener }

func (l tight) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		err = errors.Join(err, tcp.SetReadBuffer(16<<10), tcp.SetWriteBuffer(16<<10))
	}
	return c, err
}

// TestDuplex: a body that is given back while it comes, larger than all buffers between the two sides, can only be sent by
// a client that reads meanwhile.
func TestDuplex(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
			t.Error(err)
		}
		w.WriteHeader(200)
		io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r.Body}, make([]byte, 64<<10))
	}))
	server.Listener = tight{server.Listener}
	server.Start()
	defer server.Close()
	body := bytes.Repeat([]byte("0123456789abcdef"), 14<<16) // 14 MiB: the two buffers of this side grow to 4 and 6
	a := Address{Network: "tcp", Addr: server.Listener.Addr().String()}
	for _, chunk := range []bool{false, true} {
		seen, _ := drive(t, a, 1, Spec{Method: "POST", Body: body, Chunked: chunk, Manner: Manner{ChunkSize: 100_000}, Expect: Expect{HasBody: true, Body: body}})
		if len(seen) != 1 {
			t.Fatalf("chunked %v: got %d exchanges, want 1", chunk, len(seen))
		}
		for _, x := range seen {
			if x.Error != "" || x.BodyBytes != int64(len(body)) || x.WireOut < int64(len(body)) {
				t.Errorf("chunked %v: got %+v", chunk, x)
			}
			if x.FirstBody == 0 || x.FirstBody >= x.End {
				t.Errorf("chunked %v: the first of the body came at %v, the last at %v", chunk, x.FirstBody, x.End)
			}
		}
	}
}

// TestAnswerToASlowSender: what comes back while a slow body is sent is seen then, not when all of it is sent. The server
// begins its answer when it has the first piece, and ends it when it has the last.
func TestAnswerToASlowSender(t *testing.T) {
	const size = 80
	a := listen(t, "tcp", func(c net.Conn) {
		buf := make([]byte, 4096)
		got := 0
		for head := false; got < size; {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			if i := bytes.Index(buf[:n], []byte("\r\n\r\n")); !head && i >= 0 {
				head, n = true, n-i-4
			}
			if got == 0 && n > 0 {
				io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
			}
			got += n
		}
		io.WriteString(c, "k")
	})
	seen, _ := drive(t, a, 1, Spec{Method: "POST", Body: make([]byte, size), Manner: Manner{SendRate: 200}, Expect: Expect{HasBody: true, Body: []byte("ok")}})
	if len(seen) != 1 || seen[0].Error != "" {
		t.Fatalf("got %+v", seen)
	}
	if x := seen[0]; x.FirstByte-x.Sent > (x.End-x.Sent)/2 {
		t.Errorf("the answer began after %v of %v: it was not looked at before all was sent", x.FirstByte-x.Sent, x.End-x.Sent)
	}
}
