//go:build real

package gohost

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// ended waits until a process has ended, whose child it may not be.
func ended(pid int, most time.Duration) error {
	queue, err := unix.Kqueue()
	if err != nil {
		return err
	}
	defer unix.Close(queue)
	limit := unix.NsecToTimespec(int64(most))
	watch := []unix.Kevent_t{{Ident: uint64(pid), Filter: unix.EVFILT_PROC, Flags: unix.EV_ADD | unix.EV_ONESHOT, Fflags: unix.NOTE_EXIT}}
	n, err := unix.Kevent(queue, watch, make([]unix.Kevent_t, 1), &limit)
	switch {
	case err == unix.ESRCH:
		return nil
	case err == nil && n == 0:
		err = errors.New("it is still there")
	}
	return err
}
