package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"
)

// ReadResponse reads exactly one response to a request of that method, and the interim ones before it. What comes after
// stays to be read. With an error the response holds what had been read before, and is nil where nothing had. The errors
// are the package's own: ErrNothing, ErrCut, ErrReset, ErrTimeout (ctx ended), MalformedError.
func (c *Conn) ReadResponse(ctx context.Context, method string) (*Response, error) {
	var interim []*Response
	for {
		r, err := c.ReadHead(ctx, method)
		if r == nil {
			return nil, err
		}
		r.Interim = interim
		if err == nil && r.Status < 200 && r.Status != 101 {
			r.Complete = true
			interim = append(interim, r)
			continue
		}
		if err == nil {
			err = c.ReadRest(ctx)
		}
		return r, err
	}
}

// ReadHead reads one head, an interim response's too, and leaves its body to ReadBlock and ReadRest.
func (c *Conn) ReadHead(ctx context.Context, method string) (*Response, error) {
	defer c.until(ctx)()
	r := &Response{}
	c.body, c.in.raw = nil, nil
	err := c.in.head(r)
	r.Raw = c.in.raw
	if err != nil {
		return begun(r, c.in.buf, err)
	}
	b := &body{s: &c.in, r: r}
	r.Framing, b.left, err = framing(r, method)
	b.framing = r.Framing
	c.body = b
	return r, err
}

// begun tells a response that ended within its head from one that never began.
func begun(r *Response, rest []byte, err error) (*Response, error) {
	r.Raw = append(r.Raw, rest...)
	switch {
	case len(r.Raw) == 0 && errors.Is(err, io.EOF):
		return nil, ErrNothing
	case len(r.Raw) == 0:
		return nil, err
	case errors.Is(err, io.EOF):
		return r, ErrCut
	}
	return r, err
}

// ReadBlock waits for n more bytes of the body, its framing not counted, and returns those and what came with them. When
// the body ends before, it returns what there was and io.EOF; every other error is as for ReadResponse.
func (c *Conn) ReadBlock(ctx context.Context, n int) ([]byte, error) {
	defer c.until(ctx)()
	if c.body == nil {
		return nil, errors.New("no response is under way: call ReadHead first")
	}
	from := len(c.body.r.Body)
	for len(c.body.r.Body)-from < n {
		if err := c.readBody(); err != nil {
			return c.body.r.Body[from:], err
		}
	}
	return c.body.r.Body[from:], nil
}

// ReadRest reads the response under way to its end, which makes it Complete.
func (c *Conn) ReadRest(ctx context.Context) error {
	defer c.until(ctx)()
	if c.body == nil {
		return errors.New("no response is under way: call ReadHead first")
	}
	for {
		if err := c.readBody(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (c *Conn) readBody() error {
	err := c.body.next()
	c.body.r.Raw = c.in.raw
	return err
}

// An End is how a connection stands after it was listened to.
type End string

// The ends.
const (
	Open   End = "open"
	Closed End = "closed" // by a FIN: in order
	Reset  End = "reset"
)

// More returns what else comes, outside any response, until the server closes the connection or for as long as wait, and
// how the connection then stands.
func (c *Conn) More(ctx context.Context, wait time.Duration) ([]byte, End) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	defer c.until(ctx)()
	for len(c.in.buf) < maxBody {
		err := c.in.fill()
		if errors.Is(err, io.EOF) {
			return bytes.Clone(c.in.buf), Closed
		} else if errors.Is(err, ErrTimeout) {
			break
		} else if err != nil {
			return bytes.Clone(c.in.buf), Reset
		}
	}
	return bytes.Clone(c.in.buf), Open
}
