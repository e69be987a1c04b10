package process

import (
	"syscall"
	"time"
)

// keeperEnv marks a process that was re-executed as a keeper; treeEnv marks the processes of one server.
const (
	keeperEnv = "WSGIBENCH_KEEPER"
	treeEnv   = "WSGIBENCH_TREE"
)

// The descriptors that a keeper inherits.
const (
	controlFD = 3 // orders, from wsgibench; its end means that wsgibench is gone
	statusFD  = 4 // events, to wsgibench
	logFD     = 5 // the log file
)

// An order is one JSON value on the control pipe.
type order struct {
	Do    string  // "start", "stop" or "kill"
	Start *launch `json:",omitempty"`
}

// A launch is what the keeper needs of a Spec. Byte slices, because JSON would mangle what is not UTF-8.
type launch struct {
	Programs []program // the front, then what is behind it
	Env      [][]byte
	Dir      []byte
	CPUs     []int
	LogLimit int64
	Grace    time.Duration
}

// A program is one command of a launch.
type program struct {
	File   []byte // that is executed
	Argv   [][]byte
	Signal syscall.Signal
}

// Kinds of events.
const (
	evHello   = "hello"   // the keeper is up and waits for its order
	evStarted = "started" // PID, Behind
	evRefused = "refused" // Text: the server could not be started
	evExited  = "exited"  // Code, Signal, After: the leader ended, or with Text the program behind it that is called so
	evFlooded = "flooded" // the log reached its limit
	evLogLost = "log"     // Text: the log could not be written
	evStopped = "stopped" // Graceful, Killed, Left, Gone: the keeper has done what it can
)

// An event is one JSON value on the status pipe.
type event struct {
	What     string
	PID      int            `json:",omitempty"`
	Behind   []int          `json:",omitempty"` // the processes that the programs behind the front became
	Code     int            `json:",omitempty"`
	Signal   syscall.Signal `json:",omitempty"`
	After    time.Duration  `json:",omitempty"`
	Text     string         `json:",omitempty"`
	Graceful bool           `json:",omitempty"`
	Killed   []int          `json:",omitempty"`
	Left     []int          `json:",omitempty"`
	Gone     bool           `json:",omitempty"`
}

func toBytes(list []string) [][]byte {
	out := make([][]byte, len(list))
	for i, s := range list {
		out[i] = []byte(s)
	}
	return out
}

func toStrings(list [][]byte) []string {
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = string(b)
	}
	return out
}
