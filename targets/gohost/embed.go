//go:build embed

package gohost

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/wsgibench/wsgibench/targets/gohost/cpython"
)

// workerEnv makes this program a worker of mode embed.
const workerEnv = "WSGIBENCH_GOHOST_WORKER"

// The descriptors of a worker of mode embed.
const (
	controlFD  = 3
	flagsFD    = 4
	listenerFD = 5
)

// Orders to a worker, on its control socket. Its end is the order to end at once.
const (
	orderDrain = 'D' // another one serves now: finish, and let idle clients send one more request
	orderStop  = 'Q' // finish
)

// An embedded host is the parent of config.Workers processes with Python inside, each with a listening socket of its own
// on the same address (SO_REUSEPORT), or a common one where that is a Unix socket. The parent keeps the sockets, so that
// what waits in the backlog of a worker that ends is accepted by the one that takes its place.
type embedded struct {
	*crew
	config  Config
	sockets []*os.File // by slot
	socket  net.Listener
	stdout  io.Writer
	ended   chan struct{}
	end     sync.Once
}

var _ host = (*embedded)(nil)
var _ team = (*embedded)(nil)

func newEmbedded(ctx context.Context, config Config, listener net.Listener, messages *logger, stdout io.Writer) (host, error) {
	config, err := pythonConfig(config)
	if err != nil {
		return nil, fmt.Errorf("mode embed: %w", err)
	}
	if err := sameVersion(ctx, config.Python); err != nil {
		return nil, fmt.Errorf("mode embed: %w", err)
	}
	e := &embedded{config: config, socket: listener, stdout: stdout, ended: make(chan struct{})}
	if e.sockets, err = socketsOf(listener, config); err != nil {
		return nil, fmt.Errorf("mode embed: %w", err)
	}
	e.crew = newCrew(ctx, e, config.Workers, messages)
	if err := e.start(ctx); err != nil {
		e.close()
		return nil, fmt.Errorf("load %s: %w", config.App, err)
	}
	return e, nil
}

// sameVersion refuses an interpreter that is not the one this program is linked with: its compiled modules, and parts
// of its standard library, only work with their own.
func sameVersion(ctx context.Context, python string) error {
	const script = "import platform, sys; print(platform.python_implementation(), platform.python_version() + getattr(sys, 'abiflags', ''))"
	out, err := exec.CommandContext(ctx, python, "-c", script).Output()
	if err != nil {
		return fmt.Errorf("ask %s for its version: %w", python, err)
	}
	if got, want := strings.TrimSpace(string(out)), "CPython "+cpython.Version(); got != want {
		return fmt.Errorf("%s is %s and this program is linked with %s: name that one with --python, or build the program for this one", python, got, want)
	}
	return nil
}

// socketsOf makes a listening socket for each slot; the first is the listener's.
func socketsOf(listener net.Listener, config Config) ([]*os.File, error) {
	var sockets []*os.File
	for slot := range config.Workers {
		socket := listener
		if _, isTCP := listener.(*net.TCPListener); isTCP && slot > 0 {
			var err error
			if socket, err = listen(listener.Addr().String(), config.Backlog, true); err != nil {
				return sockets, err
			}
			defer socket.Close() // the file is a duplicate
		}
		file, err := duplicate(socket)
		if err != nil {
			return sockets, err
		}
		sockets = append(sockets, file)
	}
	return sockets, nil
}

// duplicate is for workers to inherit. Whether a socket blocks is shared by all its duplicates, and os.File makes one
// that did not block do so whenever its number is asked for: from under a worker that accepts. So the file is made when
// the socket blocks, and the workers then make it not to.
func duplicate(socket net.Listener) (*os.File, error) {
	file, err := socket.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(fd), "listener"), nil
}

// launch starts a worker and waits until it has loaded the application.
func (e *embedded) launch(ctx context.Context, slot int) (*worker, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start a worker: %w", err)
	}
	w := newWorker()
	theirs, err := w.connect(nil, 0)
	defer closeAll(theirs)
	if err != nil {
		w.disconnect()
		return nil, fmt.Errorf("connect to a worker: %w", err)
	}
	path, inode := inodeOf(e.config.Bind)
	w.cmd = exec.Command(exe, "gohost-worker")
	w.cmd.Dir = e.config.Dir
	w.cmd.Env = append(os.Environ(), workerEnv+"="+encodeOrder(e.config, path, inode))
	w.cmd.ExtraFiles = append(theirs, e.sockets[slot])
	w.cmd.Stdout, w.cmd.Stderr = e.stdout, e.log.out
	w.cmd.WaitDelay = time.Second
	if err := w.begin(ctx); err != nil {
		return nil, err
	}
	go w.heed()
	return w, nil
}

// heed reads from a worker why it wants to be replaced.
func (w *worker) heed() {
	in := bufio.NewScanner(w.control)
	for in.Scan() {
		w.wear(in.Text(), true)
	}
}

func (e *embedded) publish(int, *worker) {} // it accepts by itself

// retire lets a worker finish what it has begun. Where the whole host stops, its idle clients need not be waited for.
func (e *embedded) retire(w *worker) {
	order := byte(orderDrain)
	if e.starting.Err() != nil {
		order = orderStop
	}
	w.control.Write([]byte{order}) // fails when it has ended
}

func (e *embedded) finish(ctx context.Context, w *worker) {
	select {
	case <-w.exited:
		return
	case <-time.After(e.config.Timeout + e.config.Graceful + exitTimeout):
	case <-ctx.Done():
	}
	w.kill()
	<-w.exited
}

// serve waits for the end: the workers accept.
func (e *embedded) serve(net.Listener) error {
	<-e.ended
	return nil
}

// shutdown lets go of the sockets, so that nobody waits in a backlog once the workers accept no more.
func (e *embedded) shutdown(ctx context.Context) error {
	e.stopStarting()
	e.socket.Close()
	closeAll(e.sockets)
	return e.crew.shutdown(ctx)
}

func (e *embedded) close() {
	e.crew.close()
	e.end.Do(func() {
		closeAll(e.sockets)
		close(e.ended)
	})
}

func (e *embedded) reload() {
	e.log.printf("reloading %s", e.config.App)
	e.crew.reload()
}

// socketOf is the number of a connection's socket, which stays the connection's.
func socketOf(conn net.Conn) int {
	socket := -1
	if raw, err := conn.(syscall.Conn).SyscallConn(); err == nil {
		raw.Control(func(fd uintptr) { socket = int(fd) })
	}
	return socket
}
