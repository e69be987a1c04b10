package gohost

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A onceFlag is set by the first who asks.
type onceFlag struct{ done atomic.Bool }

func (f *onceFlag) set() bool { return f.done.CompareAndSwap(false, true) }

// A logger writes whole lines, from any goroutine.
type logger struct {
	mu  sync.Mutex
	out io.Writer
}

func newLogger(out io.Writer) *logger { return &logger{out: out} }

func (l *logger) printf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.out, "gohost: "+format+"\n", args...)
}

// An accessLog writes a line for each response, in the Common Log Format with the duration in microseconds behind it.
// A nil one writes nothing.
type accessLog struct {
	mu    sync.Mutex
	out   *bufio.Writer
	file  *os.File // nil for standard output
	timer *time.Timer
}

// accessLogDelay bounds how long a line stays in memory: a write per request would cost more than the request.
const accessLogDelay = time.Second

func openAccessLog(name string, stdout io.Writer) (*accessLog, error) {
	switch name {
	case "":
		return nil, nil
	case "-":
		return &accessLog{out: bufio.NewWriterSize(stdout, 64<<10)}, nil
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the access log: %w", err)
	}
	return &accessLog{out: bufio.NewWriterSize(file, 64<<10), file: file}, nil
}

// An entry is one line of the access log.
type entry struct {
	remote, method, target, proto string
	status                        int
	bytes                         int64
	start                         time.Time
}

func (a *accessLog) write(e entry) {
	if a == nil {
		return
	}
	if e.remote == "" || e.remote == "@" {
		e.remote = "-" // a Unix socket
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	fmt.Fprintf(a.out, "%s - - [%s] %q %d %d %d\n", e.remote, e.start.Format("02/Jan/2006:15:04:05 -0700"),
		e.method+" "+e.target+" "+e.proto, e.status, e.bytes, time.Since(e.start).Microseconds())
	if a.timer == nil {
		a.timer = time.AfterFunc(accessLogDelay, a.flush)
	}
}

func (a *accessLog) flush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timer = nil
	a.out.Flush() // a full disk must not stop the server
}

func (a *accessLog) close() {
	if a == nil {
		return
	}
	a.flush()
	if a.file != nil {
		a.file.Close()
	}
}
