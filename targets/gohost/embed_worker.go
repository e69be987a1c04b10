//go:build embed

package gohost

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	_ "embed"

	"github.com/wsgibench/wsgibench/targets/gohost/cpython"
)

//go:embed embedded.py
var embeddedSource string

// An order is what a worker of mode embed is started with.
type order struct {
	Config      Config
	Path, Inode string // of the Unix socket, to be removed when the parent was killed
}

func encodeOrder(config Config, path, inode string) string {
	text, err := json.Marshal(order{config, path, inode})
	if err != nil {
		panic(err) // numbers and strings can be encoded
	}
	return string(text)
}

// WorkerMain is the whole program where this process was started as a worker of mode embed; it then does not return. It
// returns at once anywhere else.
func WorkerMain() {
	text := os.Getenv(workerEnv)
	if text == "" {
		return
	}
	os.Unsetenv(workerEnv) // what the application starts is none
	log := newLogger(os.Stderr)
	if err := work(text, log); err != nil {
		log.printf("worker %d: %v", os.Getpid(), err)
		os.Exit(1)
	}
	os.Exit(0)
}

// A workshop is a worker of mode embed: Python, and the front that gives it requests.
type workshop struct {
	order
	log      *logger
	control  net.Conn
	listener net.Listener
	front    *front
	direct   *direct
	python   chan error // the interpreter has ended
}

func work(text string, log *logger) error {
	s := &workshop{log: log, python: make(chan error, 1)}
	if err := json.Unmarshal([]byte(text), &s.order); err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	// The parent decides when to stop; a terminal's or a supervisor's signal reaches the whole group. SIGPIPE is
	// Python's habit to ignore.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	signal.Ignore(syscall.SIGPIPE)
	tune(log)
	if err := s.inherit(); err != nil {
		return err
	}
	access, err := openAccessLog(s.Config.AccessLog, os.Stdout)
	if err != nil {
		return err
	}
	defer access.close()
	s.front = newFront(s.direct, s.Config, log, access)
	s.front.own = s.direct.requester
	s.direct.front = s.front
	if err := s.startPython(); err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- s.front.serve(s.listener) }()
	if _, err := s.control.Write([]byte("R")); err != nil {
		return fmt.Errorf("the parent has gone: %w", err)
	}
	return s.obey(served)
}

// inherit takes what the parent has opened.
func (s *workshop) inherit() error {
	var err error
	if s.control, err = net.FileConn(os.NewFile(controlFD, "control")); err != nil {
		return err
	}
	if s.listener, err = net.FileListener(os.NewFile(listenerFD, "listener")); err != nil {
		return err
	}
	flags, err := mapFlags(flagsFD)
	if err != nil {
		return err
	}
	s.direct, err = newDirect(s.Config, flags, func(why string) { fmt.Fprintln(s.control, why) })
	return err
}

// startPython returns when the application is loaded.
func (s *workshop) startPython() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close() // Python does not: the number may be another file's by the time that this one is forgotten here
	args := []string{s.Config.App, strconv.Itoa(s.Config.Workers), strconv.Itoa(flagsFD), strconv.Itoa(int(w.Fd()))}
	for _, file := range s.direct.theirs {
		args = append(args, strconv.Itoa(int(file.Fd())))
	}
	parts := []cpython.Part{
		{Name: "gohost/wsgi.py", Source: wsgiSource}, {Name: "gohost/worker.py", Source: workerSource}, {Name: "gohost/embedded.py", Source: embeddedSource},
	}
	go func() { s.python <- cpython.Run(s.Config.Python, args, parts) }()
	ready := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(r).ReadByte()
		ready <- err
	}()
	select {
	case err := <-ready:
		return err
	case err := <-s.python:
		return errors.Join(errors.New("the interpreter ended before the application was loaded"), err)
	}
}

// obey serves until it is ordered to stop.
func (s *workshop) obey(served <-chan error) error {
	orders := make(chan byte)
	go func() {
		for b := make([]byte, 1); ; {
			if _, err := s.control.Read(b); err != nil {
				close(orders)
				return
			}
			orders <- b[0]
		}
	}()
	ended := s.python
	var finished chan error
	stop := func(idle time.Duration) {
		if finished == nil {
			finished, ended = make(chan error, 1), nil // Python's end is finish's business
			go func() { finished <- s.finish(idle) }()
		}
	}
	for {
		select {
		case err := <-served:
			if served = nil; err != nil {
				return err
			}
		case err := <-finished:
			return err
		case err := <-ended:
			return errors.Join(errors.New("the interpreter ended by itself"), err)
		case order, ok := <-orders:
			switch {
			case !ok: // the parent was killed; no request can be finished
				s.unlink()
				os.Exit(1)
			case order == orderDrain:
				stop(s.Config.Graceful)
			case order == orderStop:
				stop(0)
			}
		}
	}
}

// finish ends what is under way, then Python. Idle clients have so long to send one more request.
func (s *workshop) finish(idle time.Duration) error {
	cpython.Stopping()
	if idle > 0 {
		ctx, cancel := context.WithTimeout(context.Background(), idle)
		s.front.drain(ctx)
		cancel()
	}
	s.front.shutdown(context.Background()) // the parent's patience is the limit
	if s.direct.stuck() {
		return nil // a thread that hangs cannot be waited for
	}
	cpython.Close()
	select {
	case err := <-s.python:
		return err
	case <-time.After(exitTimeout):
		return nil
	}
}

func (s *workshop) unlink() {
	var stat syscall.Stat_t
	if s.Path != "" && syscall.Stat(s.Path, &stat) == nil && strconv.FormatUint(stat.Ino, 10) == s.Inode {
		os.Remove(s.Path)
	}
}
