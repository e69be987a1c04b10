package gohost

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// listen binds "host:port" or "unix:PATH". A socket file that nobody listens on any more is replaced. A shared port can be
// bound again by this user: listenShared.
func listen(bind string, backlog int, shared bool) (net.Listener, error) {
	network, address := "tcp", bind
	if path, found := strings.CutPrefix(bind, "unix:"); found {
		network, address = "unix", path
		if err := removeStale(path); err != nil {
			return nil, err
		}
	}
	var config net.ListenConfig
	if shared && network == "tcp" {
		config.Control = reusePort
	}
	listener, err := config.Listen(context.Background(), network, address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", bind, err)
	}
	if err := setBacklog(listener, backlog); err != nil {
		listener.Close()
		return nil, fmt.Errorf("listen on %s: set the backlog to %d: %w", bind, backlog, err)
	}
	return listener, nil
}

// reusePort lets several sockets listen on one port; the kernel spreads the connections over them.
func reusePort(_, _ string, socket syscall.RawConn) error {
	var failed error
	err := socket.Control(func(fd uintptr) { failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1) })
	return errors.Join(err, failed)
}

// setBacklog listens again: the kernel then takes the new length. Go itself always asks for the system's maximum.
func setBacklog(listener net.Listener, backlog int) error {
	socket, ok := listener.(syscall.Conn)
	if !ok {
		return fmt.Errorf("not a socket: %T", listener)
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = syscall.Listen(int(fd), backlog) })
	return errors.Join(err, failed)
}

func removeStale(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("listen on unix:%s: %w", path, err)
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("listen on unix:%s: the file exists and is no socket: remove it or name another", path)
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		conn.Close()
		return fmt.Errorf("listen on unix:%s: somebody listens there already", path)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("listen on unix:%s: somebody may listen there: %w", path, err)
	}
	return os.Remove(path)
}

// capped lets through so many connections at once; more wait in the kernel's backlog.
type capped struct {
	net.Listener
	free chan struct{}
}

func newCapped(listener net.Listener, most int) *capped {
	return &capped{listener, make(chan struct{}, most)}
}

func (c *capped) Accept() (net.Conn, error) {
	c.free <- struct{}{}
	conn, err := c.Listener.Accept()
	if err != nil {
		<-c.free
		return nil, err
	}
	return &cappedConn{Conn: conn, free: c.free}, nil
}

type cappedConn struct {
	net.Conn
	free   chan struct{}
	closed onceFlag
}

func (c *cappedConn) Close() error {
	if c.closed.set() {
		<-c.free
	}
	return c.Conn.Close()
}
