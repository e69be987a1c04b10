package process

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"golang.org/x/sys/unix"
)

// FreePort returns a TCP port on which nothing listens now, neither on 127.0.0.1 nor on all addresses. It lies outside
// the range from which the kernel takes the ports of outgoing connections, where there is room outside, so that no
// connection of the load generator takes it before the server does. Nothing reserves it: two callers may, rarely, get the same one.
func FreePort() (int, error) {
	low, high := ephemeralPorts()
	const first, last = 10240, 65535
	outside := max(0, low-first) + max(0, last-high)
	var err error
	for range 200 {
		port := first + rand.IntN(last-first+1)
		if outside >= 1000 && port >= low && port <= high {
			continue
		}
		if err = canBind(port); err == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port between %d and %d after 200 tries, the last: %w", first, last, err)
}

// canBind binds the port on all addresses, without SO_REUSEADDR and without listening: it fails if anything at all uses
// the port on any address, and nobody can connect meanwhile.
func canBind(port int) error {
	if err := bind(unix.AF_INET, &unix.SockaddrInet4{Port: port}); err != nil {
		return err
	}
	err := bind(unix.AF_INET6, &unix.SockaddrInet6{Port: port})
	if errors.Is(err, unix.EAFNOSUPPORT) || errors.Is(err, unix.EADDRNOTAVAIL) {
		return nil // no IPv6 here
	}
	return err
}

func bind(family int, addr unix.Sockaddr) error {
	fd, err := unix.Socket(family, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	unix.CloseOnExec(fd)
	if family == unix.AF_INET6 {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1); err != nil {
			return err
		}
	}
	return unix.Bind(fd, addr)
}
