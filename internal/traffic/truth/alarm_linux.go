package truth

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// An alarm wakes one goroutine at instants of CLOCK_MONOTONIC. It is a timer of the kernel's in Go's poller: Go's own
// timers are late by up to a millisecond, because the poller counts in those.
type alarm struct {
	fd   int
	file *os.File
}

func newAlarm() (*alarm, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("make a timer: %w", err)
	}
	return &alarm{fd, os.NewFile(uintptr(fd), "timer")}, nil
}

// now is the clock of the alarm, in ns: that of stamps.
func (a *alarm) now() int64 { return stream.Now() }

// until waits for an instant, in ns; it fails when the alarm is interrupted.
func (a *alarm) until(ns int64) error {
	if stream.Now() >= ns {
		return nil
	}
	if err := unix.TimerfdSettime(a.fd, unix.TFD_TIMER_ABSTIME, &unix.ItimerSpec{Value: unix.NsecToTimespec(ns)}, nil); err != nil {
		return fmt.Errorf("set a timer: %w", err)
	}
	var expired [8]byte
	_, err := a.file.Read(expired[:])
	return err
}

// interrupt ends every wait, for good. It can be called from another goroutine.
func (a *alarm) interrupt() { _ = a.file.SetReadDeadline(time.Unix(1, 0)) }

func (a *alarm) close() { _ = a.file.Close() }
