package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// linger is how long processes that outlive their leader may take to end by themselves before they are killed.
const linger = 500 * time.Millisecond

// killLimit bounds every attempt to kill a tree: what survives it cannot be killed (another user's, or stuck in the kernel).
const killLimit = 10 * time.Second

// KeeperMain must be the first call of main, and of TestMain in tests that call Start: if this process was
// re-executed as a keeper it runs the keeper and never returns; otherwise it does nothing.
func KeeperMain() {
	if os.Getenv(keeperEnv) == "" {
		return
	}
	// The server is forked from this thread: it inherits the thread's CPUs, and dies when the thread does (PDEATHSIG).
	runtime.LockOSThread()
	for _, fd := range []int{controlFD, statusFD, logFD} {
		syscall.CloseOnExec(fd)
	}
	k := &keeper{
		log:     os.NewFile(logFD, "log"),
		status:  json.NewEncoder(os.NewFile(statusFD, "status")),
		orders:  make(chan order),
		sigchld: make(chan os.Signal, 1),
	}
	if err := k.run(os.NewFile(controlFD, "control")); err != nil {
		k.tell(event{What: evRefused, Text: err.Error()})
		os.Exit(1)
	}
	os.Exit(0)
}

// A keeper starts one server, watches it, and leaves nothing of it.
type keeper struct {
	log     *os.File
	orders  chan order // closed when wsgibench is gone
	sigchld chan os.Signal

	mu     sync.Mutex // guards status: events come from the sink too
	status *json.Encoder

	sink      *sink
	leader    int // pid; 0 once it was waited for
	group     int // pid of the leader, for good: its process group
	started   time.Time
	childless bool // no child is left, alive or not
}

// tell reports an event. That nobody reads it any more is learned from the control pipe.
func (k *keeper) tell(e event) {
	k.mu.Lock()
	defer k.mu.Unlock()
	_ = k.status.Encode(e)
}

func (k *keeper) run(control *os.File) error {
	// Caught, not ignored: an ignored signal would stay ignored in the server, through exec.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
	signal.Notify(k.sigchld, syscall.SIGCHLD)
	if err := becomeSubreaper(); err != nil {
		return err
	}
	go k.read(control)
	k.tell(event{What: evHello})
	first, ok := <-k.orders
	if !ok {
		return nil
	}
	if first.Start == nil {
		return fmt.Errorf("keeper: expected the order to start, got %q", first.Do)
	}
	if err := k.start(*first.Start); err != nil {
		return err
	}
	k.watch(*first.Start)
	return nil
}

func (k *keeper) read(control io.Reader) {
	defer close(k.orders)
	dec := json.NewDecoder(control)
	for {
		var o order
		if dec.Decode(&o) != nil {
			return
		}
		k.orders <- o
	}
}

// start starts the server in its own session, on its CPUs, with its output into the sink.
func (k *keeper) start(l launch) error {
	if l.CPUs != nil {
		if err := Pin(os.Getpid(), l.CPUs); err != nil {
			return err
		}
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer w.Close()
	out := w.Fd()
	if err := syscall.SetNonblock(int(out), false); err != nil { // a server does not expect EAGAIN from print
		return err
	}
	if k.sink, err = newSink(r, k.log, l.LogLimit, k.tell); err != nil {
		return err
	}
	argv := toStrings(l.Argv)
	k.started = time.Now()
	pid, err := syscall.ForkExec(string(l.Program), argv, &syscall.ProcAttr{
		Dir: string(l.Dir), Env: toStrings(l.Env), Files: []uintptr{null.Fd(), out, out}, Sys: serverAttr(),
	})
	if err != nil {
		return fmt.Errorf("start %s: %w%s", argv[0], err, startHint(err, string(l.Dir)))
	}
	k.leader, k.group = pid, pid
	k.tell(event{What: evStarted, PID: pid})
	return nil
}

func startHint(err error, dir string) string {
	switch {
	case errors.Is(err, syscall.ENOENT) && dir != "":
		return " (the program, the interpreter in its first line, or the directory " + dir + " does not exist)"
	case errors.Is(err, syscall.ENOENT):
		return " (the program or the interpreter in its first line does not exist)"
	case errors.Is(err, syscall.EACCES):
		return " (not executable, or its directory may not be entered)"
	case errors.Is(err, syscall.ENOEXEC):
		return " (not a program of this machine, and no #! line)"
	}
	return ""
}

// watch waits for an order to stop, or for the end of wsgibench.
func (k *keeper) watch(l launch) {
	for {
		select {
		case <-k.sigchld:
			k.reap()
		case o, ok := <-k.orders:
			graceful := false
			if ok && o.Do == "stop" {
				graceful = k.ask(l.Signal, l.Grace)
			}
			killed, left, gone := k.killAll(killLimit)
			k.finishLog()
			k.tell(event{What: evStopped, Graceful: graceful, Killed: killed, Left: left, Gone: gone})
			return
		}
	}
}

// finishLog waits for the end of the server's output. The tree is gone, so the end is there, unless something that does
// not descend from us was given the pipe.
func (k *keeper) finishLog() {
	select {
	case <-k.sink.done:
	case <-time.After(linger):
		k.sink.close()
	}
}
