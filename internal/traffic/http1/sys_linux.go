package http1

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// recv and send act at once or say EAGAIN: sockets are non-blocking here. They are raw system calls, which do not tell
// the scheduler; that saves about a tenth of a microsecond each, and a few microseconds are too short to hand the
// processor to somebody else.

func recv(fd int, p []byte) (int, syscall.Errno) {
	return recvFlags(fd, p, unix.MSG_DONTWAIT)
}

func peek(fd int, p []byte) (int, syscall.Errno) {
	return recvFlags(fd, p, unix.MSG_DONTWAIT|unix.MSG_PEEK)
}

func recvFlags(fd int, p []byte, flags uintptr) (int, syscall.Errno) {
	n, _, e := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), flags, 0, 0)
	if e != 0 {
		return 0, e
	}
	return int(n), 0
}

func send(fd int, p []byte) (int, syscall.Errno) {
	n, _, e := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
	if e != 0 {
		return 0, e
	}
	return int(n), 0
}
