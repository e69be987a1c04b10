//go:build !linux

package truth

import (
	"net"
	"sync"
	"time"
)

// An alarm wakes one goroutine at instants of its own clock, as exactly as Go's timers do.
type alarm struct {
	made        time.Time
	interrupted chan struct{}
	once        sync.Once
}

func newAlarm() (*alarm, error) {
	return &alarm{made: time.Now(), interrupted: make(chan struct{})}, nil
}

// now is the clock of the alarm, in ns.
func (a *alarm) now() int64 { return int64(time.Since(a.made)) }

// until waits for an instant, in ns; it fails when the alarm is interrupted.
func (a *alarm) until(ns int64) error {
	t := time.NewTimer(time.Duration(ns - a.now()))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-a.interrupted:
		return net.ErrClosed
	}
}

// interrupt ends every wait, for good. It can be called from another goroutine.
func (a *alarm) interrupt() { a.once.Do(func() { close(a.interrupted) }) }

func (a *alarm) close() {}
