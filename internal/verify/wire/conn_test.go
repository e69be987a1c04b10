package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// serve lets f handle one connection; the error that f returns fails the test.
func serve(t *testing.T, network string, f func(net.Conn) error) *Conn {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			err = f(conn)
		}
		done <- err
	}()
	c, err := Dial(t.Context(), network, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		l.Close()
		if err := <-done; err != nil {
			t.Errorf("the server's side: %v", err)
		}
	})
	return c
}

func TestPiecesArriveApart(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		arrived := make(chan string)
		c := serve(t, network, func(conn net.Conn) error {
			defer close(arrived)
			for {
				b := make([]byte, 100)
				n, err := conn.Read(b)
				if errors.Is(err, io.EOF) {
					_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n.")
					return errors.Join(err, conn.Close())
				} else if err != nil {
					return err
				}
				arrived <- string(b[:n])
			}
		})
		want := []string{"GET ", "/ HT", "TP/1.1\r\n\r\n"}
		got := []string{}
		if err := c.Pieces(want, func() error { got = append(got, <-arrived); return nil }); err != nil {
			t.Fatal(err)
		}
		got = append(got, <-arrived)
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s: got %q, want %q", network, got, want)
		}
		if err := c.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if r, err := c.ReadResponse(t.Context(), "GET"); err != nil || r.Status != 200 {
			t.Errorf("%s: got %+v, %v after the half-close, want 200", network, r, err)
		}
		if more, end := c.More(t.Context(), time.Minute); len(more) > 0 || end != Closed {
			t.Errorf("%s: then came %q and %s, want nothing and closed", network, more, end)
		}
		sent, received := c.Transcript()
		if want := "GET / HTTP/1.1\\r\\n\n\\r\\n\n"; sent != want {
			t.Errorf("%s: transcript has sent %q, want %q", network, sent, want)
		}
		if want := "HTTP/1.1 200 OK\\r\\n\nContent-Length: 1\\r\\n\n\\r\\n\n."; received != want {
			t.Errorf("%s: transcript has received %q, want %q", network, received, want)
		}
	}
}

// TestTimeout: reading ends with ctx, and can go on afterwards where it ended.
func TestTimeout(t *testing.T) {
	goOn := make(chan struct{})
	c := serve(t, "tcp", func(conn net.Conn) error {
		<-goOn
		_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n.")
		return err
	})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.ReadResponse(cancelled, "GET"); !errors.Is(err, ErrTimeout) {
		t.Errorf("cancelled: got %v, want %v", err, ErrTimeout)
	}
	brief, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := c.ReadResponse(brief, "GET"); !errors.Is(err, ErrTimeout) {
		t.Errorf("brief: got %v, want %v", err, ErrTimeout)
	}
	if more, end := c.More(t.Context(), time.Millisecond); len(more) > 0 || end != Open {
		t.Errorf("got %q and %s, want nothing and open", more, end)
	}
	close(goOn)
	if r, err := c.ReadResponse(t.Context(), "GET"); err != nil || !r.Complete {
		t.Errorf("got %+v, %v; want a whole response", r, err)
	}
}

func TestReset(t *testing.T) {
	gone := make(chan error, 1)
	c := serve(t, "tcp", func(conn net.Conn) error {
		_, err := io.Copy(io.Discard, conn)
		gone <- because(err)
		return nil
	})
	if err := errors.Join(c.Send("GET /"), c.Reset()); err != nil {
		t.Fatal(err)
	}
	if err := <-gone; !errors.Is(err, ErrReset) {
		t.Errorf("the server saw %v, want a reset", err)
	}
	c = serve(t, "tcp", func(conn net.Conn) error {
		_, err := conn.Read(make([]byte, 1))
		return errors.Join(err, conn.(*net.TCPConn).SetLinger(0), conn.Close())
	})
	if err := c.Send("G"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ReadResponse(t.Context(), "GET"); !errors.Is(err, ErrReset) {
		t.Errorf("got %v, want %v", err, ErrReset)
	}
}

func TestTranscriptIsBounded(t *testing.T) {
	var s transcript
	s.add([]byte(strings.Repeat("a", maxKept-1)))
	s.add([]byte("b\xffcd"))
	if got, want := s.String(), strings.Repeat("a", maxKept-1)+"b… and 3 bytes more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Escape([]byte("a\t\\\x00\xff\r\n")), `a\t\\\x00\xff\r\n`+"\n"; got != want {
		t.Errorf("escaped: got %q, want %q", got, want)
	}
}

func TestWillClose(t *testing.T) {
	for text, want := range map[string]bool{
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n":                                   false,
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n":           true,
		"HTTP/1.1 200 OK\r\n\r\n":                                                        true,
		"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n":                                   true,
		"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nconnection: Keep-Alive\r\n\r\n":         false,
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: a\r\nConnection: b\r\n\r\n": false,
	} {
		if r, err := arrived(strings.NewReader(text)).ReadResponse(t.Context(), "GET"); err != nil || r.WillClose() != want {
			t.Errorf("%q: got %v, want %v", text, r.WillClose(), want)
		}
	}
}
