package gohost

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A front speaks HTTP/1.1 with the clients, and asks threads for the answers.
//
// It is not net/http's server, which by its source cannot do what is needed here: it sends no reason phrase but its
// own; it hides a Content-Length beside Transfer-Encoding and ignores the latter in HTTP/1.0, so that smuggling cannot
// be refused; and it takes a client that has only closed its own direction for one that has gone.
type front struct {
	threads  threads
	own      func(*client) requester // nil: requests go to threads over their sockets
	config   Config
	log      *logger
	access   *accessLog
	leaving  atomic.Bool // each response is the last on its connection
	stopping atomic.Bool // idle connections end as well

	mu        sync.Mutex
	socket    net.Listener
	clients   map[*client]struct{}
	accepting sync.WaitGroup // serve
	serving   sync.WaitGroup // its clients
	closed    bool
}

// Threads are what answers requests.
type threads interface {
	// acquire waits for a free thread; partial: the request's body is not complete.
	acquire(partial bool) (*thread, error)
	// acquireNow is acquire for a partial request that does not wait: it may return nil.
	acquireNow() *thread
	// release gives back a thread that takes requests again, lose gives one up.
	release(*thread)
	lose(*thread, error)
}

// A requester asks for the answers to one client's requests in a way of its own.
type requester interface {
	// exchange is front.exchange.
	exchange() bool
	// close returns when nobody uses the client's connection any more.
	close()
}

func newFront(threads threads, config Config, messages *logger, access *accessLog) *front {
	return &front{threads: threads, config: config, log: messages, access: access, clients: map[*client]struct{}{}}
}

// serve accepts until the front is asked to stop. Running out of descriptors is waited out.
func (f *front) serve(listener net.Listener) error {
	f.mu.Lock()
	f.socket = listener
	closed := f.closed
	f.accepting.Add(1)
	f.mu.Unlock()
	defer f.accepting.Done()
	if closed {
		return nil
	}
	free := make(chan struct{}, f.config.MaxConns)
	for {
		free <- struct{}{}
		conn, err := listener.Accept()
		if err != nil {
			<-free
			if f.leaving.Load() || errors.Is(err, net.ErrClosed) {
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
		if f.own != nil {
			c.requester = f.own(c)
		}
		f.converse(c)
		if c.requester != nil {
			c.requester.close()
		}
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
		exchange := func() bool { return f.exchange(c) }
		if c.requester != nil {
			exchange = c.requester.exchange
		}
		if !exchange() {
			if !c.body.complete() {
				c.linger()
			}
			return
		}
	}
}

// refuse accepts no more after so long, and no second request from anybody.
func (f *front) refuse(after time.Duration) {
	f.leaving.Store(true)
	f.mu.Lock()
	defer f.mu.Unlock()
	if socket, ok := f.socket.(interface{ SetDeadline(time.Time) error }); ok {
		socket.SetDeadline(time.Now().Add(after))
	}
}

// drain stops accepting, once what waits in the backlog is accepted, and lets each client send what it was about to
// send: its connection ends with the next response. It returns when all have, or when the context ends.
func (f *front) drain(ctx context.Context) error {
	f.refuse(lastLook)
	quiet := make(chan struct{})
	go func() {
		f.accepting.Wait() // first: whoever is accepted in the last look is served too
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

// shutdown is drain, save that idle clients are not waited for.
func (f *front) shutdown(ctx context.Context) error {
	f.leaving.Store(true)
	f.stopping.Store(true)
	f.mu.Lock()
	for c := range f.clients {
		if c.idle.Load() {
			c.SetReadDeadline(time.Unix(1, 0)) // wakes it up
		}
	}
	f.mu.Unlock()
	return f.drain(ctx)
}

// close ends all connections at once.
func (f *front) close() {
	f.leaving.Store(true)
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
