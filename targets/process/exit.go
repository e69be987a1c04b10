package process

import (
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// An Exit says how the leader of a server, or a part behind it, ended.
type Exit struct {
	Ended  bool           // false: it still runs, and the other fields say nothing
	Code   int            // exit code; -1 if a signal ended it, or if it is not known
	Signal syscall.Signal // what killed it; 0: nothing did
	At     time.Time      // when wsgibench learned of it
	After  time.Duration  // from its start to its end
	Part   string         // the program behind the leader that ended; empty: the leader
	Lost   bool           // its keeper was killed, and the server with it: Code and Signal are not known
}

// String tells the exit in words that follow "the server": "exited with code 1 after 120ms".
func (e Exit) String() string {
	after := e.After.Round(time.Millisecond).String()
	if e.Part != "" {
		after += " (its part " + e.Part + ")"
	}
	switch {
	case !e.Ended:
		return "still runs"
	case e.Lost:
		return fmt.Sprintf("was lost after %v: its keeper process was killed, and the server with it", after)
	case e.Signal != 0:
		return fmt.Sprintf("was killed by %s after %s", SignalName(e.Signal), after)
	default:
		return fmt.Sprintf("exited with code %d after %s", e.Code, after)
	}
}

// SignalName returns "SIGTERM" for syscall.SIGTERM, and "signal 99" for one without a name.
func SignalName(s syscall.Signal) string {
	if name := unix.SignalName(s); name != "" {
		return name
	}
	return fmt.Sprintf("signal %d", int(s))
}
