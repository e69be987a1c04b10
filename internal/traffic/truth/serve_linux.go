package truth

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// Serve answers until ctx is cancelled; then it closes every connection and returns nil.
//
// It is one thread around epoll, so that no scheduler of its own stands between the arrival of a request and its time
// stamp, and one timer of the kernel's for the answers.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	l := &eventLoop{Server: s, conns: map[int]*peer{}}
	defer ln.Close()
	defer l.close()
	if err := l.open(ln); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	stop := context.AfterFunc(ctx, l.wake)
	defer stop()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	s.begin()
	l.began = s.origin.UnixNano()
	for ctx.Err() == nil {
		if err := l.turn(); err != nil {
			return fmt.Errorf("serve: %w", err)
		}
	}
	return nil
}

// An eventLoop is a server under way.
type eventLoop struct {
	*Server
	listener *os.File // a duplicate, so that the loop has a descriptor of its own
	listen   int      // its descriptor; asking again would make it blocking
	epoll    int
	timer    int
	waker    int // an eventfd
	conns    map[int]*peer
	pending  answers
	armed    time.Duration // what the timer is set to
	events   [256]unix.EpollEvent
	buf      [maxHead]byte
	control  [64]byte
	began    int64 // Server.origin by the wall clock, ns
}

// A peer is a connection. Requests are answered in their order; only one at a time has been handed to the law.
type peer struct {
	fd      int
	part    []byte // an incomplete request, and what came behind the one under way
	waiting bool   // for an answer to be due
	last    bool   // the request under way asked to close
	closed  bool
}

func (l *eventLoop) open(ln net.Listener) (err error) {
	f, ok := ln.(interface{ File() (*os.File, error) })
	if !ok {
		return fmt.Errorf("a %T has no descriptor", ln)
	}
	if l.listener, err = f.File(); err != nil {
		return err
	}
	if l.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	if l.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC); err != nil {
		return err
	}
	if l.waker, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		return err
	}
	l.listen = int(l.listener.Fd())
	if err := unix.SetNonblock(l.listen, true); err != nil {
		return err
	}
	return errors.Join(l.add(l.listen), l.add(l.timer), l.add(l.waker))
}

func (l *eventLoop) add(fd int) error {
	return unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (l *eventLoop) close() {
	for _, p := range l.conns {
		_ = unix.Close(p.fd)
	}
	for _, fd := range []int{l.timer, l.waker, l.epoll} {
		if fd > 0 {
			_ = unix.Close(fd)
		}
	}
	if l.listener != nil {
		_ = l.listener.Close()
	}
}

func (l *eventLoop) wake() { _, _ = unix.Write(l.waker, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

func (l *eventLoop) now() time.Duration { return time.Since(l.origin) }

// turn waits for something to happen and handles it.
func (l *eventLoop) turn() error {
	l.arm()
	n, err := unix.EpollWait(l.epoll, l.events[:], -1)
	if err == unix.EINTR {
		return nil
	}
	if err != nil {
		return err
	}
	now := l.now()
	for _, e := range l.events[:n] {
		switch fd := int(e.Fd); {
		case fd == l.timer, fd == l.waker:
			_, _ = unix.Read(fd, l.buf[:8])
			l.armed = 0
		case fd == l.listen:
			if err := l.accept(); err != nil {
				return err
			}
		default:
			if p := l.conns[fd]; p != nil {
				l.read(p, now)
			}
		}
		l.due(now)
	}
	l.due(l.now())
	return nil
}

// arm sets the timer to the next answer.
func (l *eventLoop) arm() {
	if len(l.pending) == 0 || l.pending[0].at == l.armed {
		return
	}
	l.armed = l.pending[0].at
	left := max(l.armed-l.now(), 1)
	_ = unix.TimerfdSettime(l.timer, 0, &unix.ItimerSpec{Value: unix.NsecToTimespec(int64(left))}, nil)
}

func (l *eventLoop) accept() error {
	for {
		fd, _, err := unix.Accept4(l.listen, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch err {
		case nil:
		case unix.EAGAIN, unix.EINTR, unix.ECONNABORTED:
			return nil
		default:
			return err
		}
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1) // fails, and is not needed, on a Unix socket
		if err := l.add(fd); err != nil {
			return err
		}
		if l.Log != nil {
			if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1); err != nil {
				return err
			}
		}
		l.conns[fd] = &peer{fd: fd}
	}
}

func (l *eventLoop) drop(p *peer) {
	p.closed = true
	delete(l.conns, p.fd)
	_ = unix.Close(p.fd)
}

func (l *eventLoop) read(p *peer, now time.Duration) {
	n, now, err := l.receive(p.fd, now)
	switch {
	case err == unix.EAGAIN, err == unix.EINTR:
		return
	case err != nil, n == 0, len(p.part)+n > maxHead:
		l.drop(p)
		return
	}
	if len(p.part) == 0 && !p.waiting && bytes.HasSuffix(l.buf[:n], headEnd) && bytes.Count(l.buf[:n], headEnd) == 1 {
		l.request(p, l.buf[:n], now)
		return
	}
	p.part = append(p.part, l.buf[:n]...)
	l.next(p, now)
}

// next hands the next complete request to the law.
func (l *eventLoop) next(p *peer, now time.Duration) {
	for !p.waiting && !p.closed {
		i := bytes.Index(p.part, headEnd)
		if i < 0 {
			return
		}
		head := bytes.Clone(p.part[:i+len(headEnd)])
		p.part = p.part[:copy(p.part, p.part[len(head):])]
		l.request(p, head, now)
	}
}

func (l *eventLoop) request(p *peer, head []byte, now time.Duration) {
	l.Log.arrival()
	p.last = bytes.Contains(head, closing)
	if at := l.Law.Answer(now); at > now {
		p.waiting = true
		heap.Push(&l.pending, answer{at, now, p})
		return
	}
	l.answer(p, now)
}

// due sends the answers whose time has come.
func (l *eventLoop) due(now time.Duration) {
	for len(l.pending) > 0 && l.pending[0].at <= now {
		a := heap.Pop(&l.pending).(answer)
		a.peer.waiting = false
		if a.peer.closed {
			continue
		}
		l.answer(a.peer, a.arrived)
		if !a.peer.closed {
			l.next(a.peer, l.now())
		}
	}
}

func (l *eventLoop) answer(p *peer, arrived time.Duration) {
	var answered time.Duration
	if l.Log != nil {
		answered = l.now()
	}
	l.requests.Add(1)
	if l.Log != nil {
		l.Log.add(Entry{arrived, answered})
	}
	if n, err := unix.Write(p.fd, l.response); err != nil || n < len(l.response) {
		l.drop(p)
		return
	}
	if p.last {
		l.drop(p)
	}
}

// An answer is one that is not yet due.
type answer struct {
	at, arrived time.Duration
	peer        *peer
}

// answers is a heap, the earliest first.
type answers []answer

func (h answers) Len() int           { return len(h) }
func (h answers) Less(i, j int) bool { return h[i].at < h[j].at }
func (h answers) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *answers) Push(x any)        { *h = append(*h, x.(answer)) }
func (h *answers) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
