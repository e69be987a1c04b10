package gohost

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A front speaks HTTP/1.1 with the clients of a pool.
//
// It is not net/http's server, which by its source cannot do what is needed here: it sends no reason phrase but its
// own; it hides a Content-Length beside Transfer-Encoding and ignores the latter in HTTP/1.0, so that smuggling cannot
// be refused; and it takes a client that has only closed its own direction for one that has gone.
type front struct {
	pool     *pool
	config   Config
	log      *logger
	access   *accessLog
	stopping atomic.Bool

	mu      sync.Mutex
	socket  net.Listener
	clients map[*client]struct{}
	serving sync.WaitGroup
	closed  bool
}

func newFront(p *pool, config Config, messages *logger, access *accessLog) *front {
	return &front{pool: p, config: config, log: messages, access: access, clients: map[*client]struct{}{}}
}

// serve accepts until the front is asked to stop. Running out of descriptors is waited out.
func (f *front) serve(listener net.Listener) error {
	f.mu.Lock()
	f.socket = listener
	closed := f.closed
	f.mu.Unlock()
	if closed {
		return nil
	}
	free := make(chan struct{}, f.config.MaxConns)
	for {
		free <- struct{}{}
		conn, err := listener.Accept()
		if err != nil {
			<-free
			if f.stopping.Load() || errors.Is(err, net.ErrClosed) {
				listener.Close()
				return nil
			}
			f.log.printf("accept: %v", err)
			time.Sleep(10 * time.Millisecond) // ours to pace: the kernel gives the same answer at once
			continue
		}
		if !f.start(conn, func() { <-free }) {
			<-free
		}
	}
}

func (f *front) start(conn net.Conn, done func()) bool {
	c := newClient(f, conn)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		conn.Close()
		return false
	}
	f.clients[c] = struct{}{}
	f.serving.Go(func() {
		defer done()
		f.converse(c)
		c.Close()
		f.mu.Lock()
		delete(f.clients, c)
		f.mu.Unlock()
	})
	return true
}

// converse answers one request after another.
func (f *front) converse(c *client) {
	for {
		err := c.readHead()
		var refused *refusal
		if errors.As(err, &refused) {
			c.refuse(&response{c: c}, refused)
			c.linger()
			return
		}
		if err != nil {
			return
		}
		if !f.exchange(c) {
			if !c.body.complete() {
				c.linger()
			}
			return
		}
	}
}

// shutdown stops accepting, once what waits in the backlog is accepted, and waits for the exchanges under way.
func (f *front) shutdown(ctx context.Context) error {
	f.stopping.Store(true)
	f.mu.Lock()
	if socket, ok := f.socket.(interface{ SetDeadline(time.Time) error }); ok {
		socket.SetDeadline(time.Now().Add(lastLook))
	}
	for c := range f.clients {
		if c.idle.Load() {
			c.SetReadDeadline(time.Unix(1, 0)) // wakes it up
		}
	}
	f.mu.Unlock()
	quiet := make(chan struct{})
	go func() {
		f.serving.Wait()
		close(quiet)
	}()
	select {
	case <-quiet:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close ends all connections at once.
func (f *front) close() {
	f.stopping.Store(true)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	if f.socket != nil {
		f.socket.Close()
	}
	for c := range f.clients {
		c.Close()
	}
}
