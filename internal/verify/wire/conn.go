package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// writePatience bounds a write: a server that reads nothing must not hold up a check for ever.
const writePatience = 5 * time.Second

// A Conn is one connection to a server. One goroutine may write while another reads.
type Conn struct {
	conn      net.Conn
	in        stream
	body      *body // of the response under way
	sent, got transcript
}

// Dial connects to a server: network is "tcp" or "unix".
func Dial(ctx context.Context, network, address string) (*Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return NewConn(conn), nil
}

// NewConn takes over a connection.
func NewConn(conn net.Conn) *Conn {
	c := &Conn{conn: conn}
	c.in.src = listening{c}
	return c
}

// listening is the connection's incoming side; it writes the transcript.
type listening struct{ c *Conn }

func (l listening) Read(b []byte) (int, error) {
	n, err := l.c.conn.Read(b)
	l.c.got.add(b[:n])
	return n, err
}

// Send writes raw as it is. The error tells that the server does not take it: often it has answered and closed already,
// so that reading is still worth a try.
func (c *Conn) Send(raw string) error {
	if err := c.conn.SetWriteDeadline(time.Now().Add(writePatience)); err != nil {
		return fmt.Errorf("sending: %w", because(err))
	}
	n, err := io.WriteString(c.conn, raw)
	c.sent.add([]byte(raw[:n]))
	if err != nil {
		return fmt.Errorf("sending: %w", because(err))
	}
	return nil
}

// Pieces sends each piece by itself and calls between after each but the last; what between returns ends it. TCP keeps
// no piece back (TCP_NODELAY is on), so that the server sees them apart when between gives it the time.
func (c *Conn) Pieces(pieces []string, between func() error) error {
	for i, piece := range pieces {
		if i > 0 && between != nil {
			if err := between(); err != nil {
				return err
			}
		}
		if err := c.Send(piece); err != nil {
			return err
		}
	}
	return nil
}

// CloseWrite says that nothing more will be sent (half-close).
func (c *Conn) CloseWrite() error {
	half, ok := c.conn.(interface{ CloseWrite() error })
	if !ok {
		return errors.New("this connection cannot be closed by half")
	}
	return half.CloseWrite()
}

// Reset closes so that the server's next read or write fails: by RST on TCP, and as far as that goes on a Unix socket.
func (c *Conn) Reset() error {
	if tcp, ok := c.conn.(*net.TCPConn); ok {
		if err := tcp.SetLinger(0); err != nil {
			return err
		}
	}
	return c.conn.Close()
}

// Close closes the connection.
func (c *Conn) Close() error { return c.conn.Close() }

// Transcript returns what was sent and what came back, both escaped and bounded.
func (c *Conn) Transcript() (sent, got string) { return c.sent.String(), c.got.String() }

// until lets reads end when ctx does, and returns what undoes that. Undoing waits for what is under way, as it would
// otherwise end the reads that come after.
func (c *Conn) until(ctx context.Context) (undo func()) {
	deadline, _ := ctx.Deadline() // the zero time is none
	c.conn.SetReadDeadline(deadline)
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		c.conn.SetReadDeadline(time.Unix(1, 0))
		close(done)
	})
	return func() {
		if !stop() {
			<-done
		}
	}
}
