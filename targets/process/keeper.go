package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
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
	leader    int            // pid; 0 once it was waited for
	signal    syscall.Signal // asks the leader to stop
	behind    map[int]part   // by pid; until they are waited for
	groups    []int          // pids of the leader and what is behind it, for good: their process groups
	started   time.Time
	stopping  bool // the leader was asked to end
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
		k.killAll(killLimit) // what was started before the one that failed
		return err
	}
	k.watch(first.Start.Grace)
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

// A part is a program behind the front.
type part struct {
	name   string
	signal syscall.Signal
}

// start starts the server on its CPUs, with its output into the sink: from the back to the front, which is the leader,
// each program in a session of its own.
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
	attr := &syscall.ProcAttr{Dir: string(l.Dir), Env: toStrings(l.Env), Files: []uintptr{null.Fd(), out, out}, Sys: serverAttr()}
	k.started = time.Now()
	return k.fork(l.Programs, attr)
}

func (k *keeper) fork(programs []program, attr *syscall.ProcAttr) error {
	k.behind = map[int]part{}
	for i, p := range slices.Backward(programs) {
		argv := toStrings(p.Argv)
		pid, err := syscall.ForkExec(string(p.File), argv, attr)
		if err != nil {
			return fmt.Errorf("start %s: %w%s", argv[0], err, startHint(err, attr.Dir))
		}
		k.groups = append(k.groups, pid)
		if i > 0 {
			k.behind[pid] = part{name: filepath.Base(argv[0]), signal: p.Signal}
			continue
		}
		k.leader, k.signal = pid, p.Signal
	}
	k.tell(event{What: evStarted, PID: k.leader, Behind: slices.Sorted(maps.Keys(k.behind))})
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
func (k *keeper) watch(grace time.Duration) {
	for {
		select {
		case <-k.sigchld:
			k.reap()
		case o, ok := <-k.orders:
			graceful := false
			if ok && o.Do == "stop" {
				graceful = k.ask(grace)
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
