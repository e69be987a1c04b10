//go:build real

package gohost

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// ended waits until a process has ended, whose child it may not be; a pidfd becomes readable then, reaped or not.
func ended(pid int, most time.Duration) error {
	fd, err := unix.PidfdOpen(pid, 0)
	if err == unix.ESRCH {
		return nil
	}
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	for until := time.Now().Add(most); ; {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(max(0, time.Until(until)).Milliseconds()))
		switch {
		case err == unix.EINTR:
		case err != nil:
			return err
		case n == 0:
			return errors.New("it is still there")
		default:
			return nil
		}
	}
}
