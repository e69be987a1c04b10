package truth

import (
	"sync"
	"time"
)

// An Entry is one request as the server saw it, counted from the server's origin.
type Entry struct{ Arrived, Answered time.Duration }

// Sojourn is how long the request was in the server.
func (e Entry) Sojourn() time.Duration { return e.Answered - e.Arrived }

// A Log keeps entries in memory, in the order of their answers.
type Log struct {
	mu      sync.Mutex
	entries []Entry
	arrived int64
}

// NewLog returns a log with room for n entries, so that it does not grow while time is measured.
func NewLog(n int) *Log { return &Log{entries: make([]Entry, 0, n)} }

// Arrived is how many requests have arrived, answered or not.
func (l *Log) Arrived() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.arrived
}

func (l *Log) arrival() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.arrived++
}

func (l *Log) add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
}

// Take returns the entries, and starts anew.
func (l *Log) Take() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entries
	l.entries = make([]Entry, 0, cap(e))
	return e
}
