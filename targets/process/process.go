package process

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// startLimit bounds how long a keeper may take to come up and start the server, on however busy a machine.
const startLimit = 30 * time.Second

// A Process is a server that Start has started. Its methods may be called from several goroutines.
type Process struct {
	spec    Spec
	keeper  *exec.Cmd
	control *os.File // closed: the keeper kills the tree
	family  family

	hello   chan struct{} // the keeper waits for its order
	settled chan struct{} // the server was started, or refused
	done    chan struct{} // the leader has ended
	flooded chan struct{} // the log is full
	gone    chan struct{} // the tree and the keeper have ended

	stopping sync.Once
	patience time.Duration // beyond the grace, for a keeper that does not carry out an order

	mu      sync.Mutex // guards what follows, and writes to control
	began   time.Time
	pid     int
	behind  []int // pids of the programs behind it
	refused string
	exit    Exit
	logLost string
	report  StopReport
	stopped bool // the keeper has done what it can
	left    []int
	unsure  bool // the tree was not seen to be gone
}

// Start starts a server under a keeper of its own and returns once its program is executing. The server is not ready then: see
// Await. It lives until Stop, or until this process ends, however it ends; ctx bounds the start only.
//
// The program that calls Start must call KeeperMain first thing in main.
func Start(ctx context.Context, spec Spec) (*Process, error) {
	spec, err := spec.complete()
	if err != nil {
		return nil, err
	}
	programs, err := spec.resolve()
	if err != nil {
		return nil, err
	}
	if os.Getenv(keeperEnv) != "" {
		return nil, errors.New("start: this process is a keeper that did not become one: main must call process.KeeperMain first")
	}
	if err := becomeSubreaper(); err != nil {
		return nil, err
	}
	p, err := launchKeeper(spec)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := p.begin(ctx, programs); err != nil {
		p.abandon()
		return nil, err
	}
	return p, nil
}

// launchKeeper re-executes this program as a keeper that waits for its order.
func launchKeeper(spec Spec) (*Process, error) {
	log, err := os.OpenFile(spec.Log, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the server's log: %w", err)
	}
	defer log.Close()
	orders, control, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer orders.Close()
	status, events, err := os.Pipe()
	if err != nil {
		control.Close()
		return nil, err
	}
	defer events.Close()
	exe, err := self()
	if err != nil {
		control.Close()
		status.Close()
		return nil, err
	}
	p := &Process{spec: spec, control: control, patience: 2 * killLimit,
		hello: make(chan struct{}), settled: make(chan struct{}), done: make(chan struct{}),
		flooded: make(chan struct{}), gone: make(chan struct{})}
	p.family.entry = treeEnv + "=" + rand.Text()
	p.keeper = &exec.Cmd{
		Path:        exe,
		Args:        []string{"wsgibench-keeper", filepath.Base(spec.Argv[0])}, // for ps; the keeper does not read it
		Env:         append(os.Environ(), keeperEnv+"=1", "GOMAXPROCS=2"),
		Stderr:      log, // where a crash of the keeper is told
		ExtraFiles:  []*os.File{controlFD - 3: orders, statusFD - 3: events, logFD - 3: log},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := p.keeper.Start(); err != nil {
		control.Close()
		status.Close()
		return nil, fmt.Errorf("start the keeper of %s: %w", spec.Argv[0], err)
	}
	p.family.own, _ = unix.Getsid(0)
	p.family.handles = p.keeper.Process.WithHandle(func(uintptr) {}) == nil
	go p.listen(status)
	return p, nil
}

// begin sends the order to start and waits until it is carried out.
func (p *Process) begin(ctx context.Context, programs []program) error {
	if err := p.wait(ctx, p.hello); err != nil {
		return err
	}
	s := p.spec
	p.mu.Lock()
	p.began = time.Now() // here, not earlier: the keeper's own start is no part of the server's
	p.mu.Unlock()
	p.send(order{Do: "start", Start: &launch{
		Programs: programs, Env: toBytes(append(slices.Clone(s.Env), p.family.entry)), Dir: []byte(s.Dir),
		CPUs: s.CPUs, LogLimit: s.LogLimit, Grace: s.Grace,
	}})
	if err := p.wait(ctx, p.settled); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refused != "" {
		return errors.New(p.refused)
	}
	return nil
}

// wait waits for a step of the start, and for what may come instead.
func (p *Process) wait(ctx context.Context, step <-chan struct{}) error {
	select {
	case <-step:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("start %s: %w", p.spec.Argv[0], context.Cause(ctx))
	case <-p.gone:
		select {
		case <-step: // both: the step came first
			return nil
		default:
			return fmt.Errorf("start %s: its keeper ended early; does main call process.KeeperMain first?", p.spec.Argv[0])
		}
	}
}

// abandon ends a keeper whose server did not start, and waits for it.
func (p *Process) abandon() {
	p.mu.Lock()
	p.control.Close()
	p.mu.Unlock()
	select {
	case <-p.gone:
	case <-time.After(killLimit):
		_ = p.keeper.Process.Kill()
		<-p.gone
	}
}

// send gives the keeper an order. One that cannot be given needs no error: the keeper is gone, and listen knows.
func (p *Process) send(o order) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.control.SetWriteDeadline(time.Now().Add(startLimit)) // a frozen keeper does not read
	_ = json.NewEncoder(p.control).Encode(o)
}
