package process

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// What <linux/inet_diag.h> and <linux/sock_diag.h> define, beside what x/sys has.
const (
	sockDiagByFamily = 20
	sizeOfRequest    = 56 // struct inet_diag_req_v2
	sizeOfAnswer     = 72 // struct inet_diag_msg
	tcpListen        = 10 // TCP_LISTEN
)

// diagLimit bounds the wait for the kernel, which answers at once.
const diagLimit = time.Second

// tcpListeners asks the kernel for the listening TCP sockets of this network namespace; see sock_diag(7). /proc/net/tcp
// shows them as well, but with every connection beside them, also those that ended within the last minute: after a
// measurement tens of thousands, and looking through them would take longer than a server's start.
func tcpListeners() ([]listener, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return nil, fmt.Errorf("ask for listening sockets: %w", err)
	}
	defer unix.Close(fd)
	limit := unix.NsecToTimeval(diagLimit.Nanoseconds())
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		return nil, fmt.Errorf("ask for listening sockets: %w", err)
	}
	var all []listener
	for _, family := range []byte{unix.AF_INET, unix.AF_INET6} {
		if err := unix.Sendto(fd, diagRequest(family), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
			return nil, fmt.Errorf("ask for listening sockets: %w", err)
		}
		found, err := receiveListeners(fd)
		if err != nil {
			return nil, fmt.Errorf("ask for listening sockets: %w", err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// diagRequest is a struct nlmsghdr with a struct inet_diag_req_v2 that wants all TCP sockets of the family that listen.
func diagRequest(family byte) []byte {
	b := make([]byte, unix.SizeofNlMsghdr+sizeOfRequest)
	binary.NativeEndian.PutUint32(b[0:], uint32(len(b)))
	binary.NativeEndian.PutUint16(b[4:], sockDiagByFamily)
	binary.NativeEndian.PutUint16(b[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	b[16], b[17] = family, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(b[20:], 1<<tcpListen)
	return b
}

// receiveListeners reads the answer to one request, up to its end.
func receiveListeners(fd int) ([]listener, error) {
	var all []listener
	buffer := make([]byte, 32<<10)
	for {
		n, _, err := unix.Recvfrom(fd, buffer, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found, ended, err := parseDiag(buffer[:n])
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
		if ended {
			return all, nil
		}
	}
}

// parseDiag reads the listening sockets of one datagram from the kernel; ended: nothing comes after it.
func parseDiag(datagram []byte) (found []listener, ended bool, err error) {
	messages, err := syscall.ParseNetlinkMessage(datagram)
	if err != nil {
		return nil, false, err
	}
	for _, m := range messages {
		switch m.Header.Type {
		case unix.NLMSG_DONE, unix.NLMSG_ERROR:
			return found, true, diagError(m)
		case sockDiagByFamily:
			if l, ok := diagListener(m.Data); ok {
				found = append(found, l)
			}
		}
	}
	return found, false, nil
}

// diagError is the error with which the kernel ends its answer: a negative errno, or 0.
func diagError(m syscall.NetlinkMessage) error {
	if len(m.Data) < 4 {
		return nil
	}
	if code := int32(binary.NativeEndian.Uint32(m.Data)); code < 0 {
		return syscall.Errno(-code)
	}
	return nil
}

// diagListener reads a struct inet_diag_msg. Its address and port are in network order, the rest in this machine's.
func diagListener(b []byte) (listener, bool) {
	if len(b) < sizeOfAnswer || b[1] != tcpListen {
		return listener{}, false
	}
	size := 4
	if b[0] == unix.AF_INET6 {
		size = 16
	}
	addr, _ := netip.AddrFromSlice(b[8 : 8+size])
	return listener{
		addr:  netip.AddrPortFrom(addr.Unmap(), binary.BigEndian.Uint16(b[4:])),
		uid:   int(binary.NativeEndian.Uint32(b[64:])),
		inode: uint64(binary.NativeEndian.Uint32(b[68:])),
	}, true
}
