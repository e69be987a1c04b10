package http1

import (
	"context"
	"crypto/tls"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// An Address is where the server listens.
type Address struct {
	Network string // "tcp" or "unix"
	Addr    string // "127.0.0.1:8000" or a path
	Host    string // the Host header; default Addr, or "localhost" for a Unix socket
	TLS     bool   // https, without verification of the certificate: only ever a server under test
}

// HostHeader is what goes into the Host header.
func (a Address) HostHeader() string {
	switch {
	case a.Host != "":
		return a.Host
	case a.Network == "unix":
		return "localhost"
	}
	return a.Addr
}

// Dial opens a connection, with the TLS handshake where the address asks for one. It gives up after timeout. A receive
// buffer other than 0 is set before the connection is opened, so that its window is never larger.
func Dial(ctx context.Context, a Address, timeout time.Duration, receiveBuffer int) (*Conn, Fault) {
	d := net.Dialer{Timeout: timeout, KeepAlive: -1}
	if receiveBuffer > 0 {
		d.Control = func(_, _ string, rc syscall.RawConn) (err error) {
			if ctl := rc.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer) }); ctl != nil {
				return ctl
			}
			return err
		}
	}
	nc, err := d.DialContext(ctx, a.Network, a.Addr)
	if err != nil {
		return nil, dialFault(err)
	}
	if a.TLS {
		return dialTLS(ctx, nc, a, timeout)
	}
	c := &Conn{nc: nc, fd: -1, wake: make(chan struct{}, 1)}
	if sc, ok := nc.(syscall.Conn); ok {
		c.useRaw(sc)
	}
	return c, Fault{}
}

func dialTLS(ctx context.Context, nc net.Conn, a Address, timeout time.Duration) (*Conn, Fault) {
	name, _, err := net.SplitHostPort(a.HostHeader())
	if err != nil {
		name = a.HostHeader()
	}
	tc := tls.Client(nc, &tls.Config{ServerName: name, InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	if err := tc.HandshakeContext(ctx); err != nil {
		nc.Close()
		return nil, dialFault(err)
	}
	return &Conn{nc: tc, fd: -1, wake: make(chan struct{}, 1)}, Fault{}
}

// useRaw takes the descriptor for direct system calls. Only the goroutine in Run closes the connection, and it marks it
// dead first, so that the number cannot have become somebody else's when it is used.
func (c *Conn) useRaw(sc syscall.Conn) {
	rc, err := sc.SyscallConn()
	if err != nil {
		return
	}
	if rc.Control(func(fd uintptr) { c.fd = int(fd) }) == nil {
		c.rc = rc
		c.onReadable = c.readable
	}
}
