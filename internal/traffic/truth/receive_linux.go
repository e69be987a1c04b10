package truth

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// receive reads what has arrived, and says when: with a log, by the kernel's own stamp of the packet, which was there
// before this process woke. Without one, and on Unix sockets, which have no stamps, it is now.
//
// The kernel stamps by the wall clock; that this is set anew within a run of a few seconds is left out.
func (l *eventLoop) receive(fd int, now time.Duration) (n int, arrived time.Duration, err error) {
	if l.Log == nil {
		n, err = unix.Read(fd, l.buf[:])
		return n, now, err
	}
	n, oobn, _, _, err := unix.Recvmsg(fd, l.buf[:], l.control[:], 0)
	if err != nil || oobn < unix.CmsgLen(int(unsafe.Sizeof(unix.Timespec{}))) {
		return n, now, err
	}
	h := (*unix.Cmsghdr)(unsafe.Pointer(&l.control[0]))
	if h.Level != unix.SOL_SOCKET || h.Type != unix.SCM_TIMESTAMPNS {
		return n, now, nil
	}
	stamp := (*unix.Timespec)(unsafe.Pointer(&l.control[unix.CmsgLen(0)]))
	return n, min(now, time.Duration(stamp.Nano()-l.began)), nil
}
