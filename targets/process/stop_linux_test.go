package process

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestStopGraceful(t *testing.T) {
	p := start(t, fakeSpec(t, "polite", ""))
	says(t, p, "polite")
	rep, err := p.Stop(t.Context())
	if err != nil || !rep.Graceful || len(rep.Killed) > 0 || rep.Took <= 0 {
		t.Errorf("Stop = %+v, %v; want graceful, nobody killed", rep, err)
	}
	if e := p.Exit(); !e.Ended || e.Code != 0 || e.Signal != 0 {
		t.Errorf("Exit = %+v, want code 0", e)
	}
	if tail := p.Tail(1); !slices.Equal(tail, []string{"good bye"}) {
		t.Errorf("Tail = %q, want the last words", tail)
	}
	if again, err := p.Stop(t.Context()); err != nil || again.Took != rep.Took {
		t.Errorf("second Stop = %+v, %v; want the first report %+v", again, err, rep)
	}
	if pids := p.PIDs(); len(pids) > 0 {
		t.Errorf("PIDs after Stop = %v", pids)
	}
}

// The signal and the disposition are the ones asked for, even if wsgibench itself ignores that signal (a shell's
// background job ignores INT).
func TestStopSignal(t *testing.T) {
	signal.Ignore(syscall.SIGINT)
	defer signal.Reset(syscall.SIGINT)
	spec := fakeSpec(t, "silent", "")
	spec.Signal = syscall.SIGINT
	p := start(t, spec)
	says(t, p, "never listen")
	rep, err := p.Stop(t.Context())
	if e := p.Exit(); err != nil || !rep.Graceful || e.Code != 2 && e.Signal != syscall.SIGINT {
		t.Errorf("Stop = %+v, %v; exit %+v; want ended by SIGINT", rep, err, e)
	}
}

func TestStopKillsTheDeaf(t *testing.T) {
	spec := fakeSpec(t, "deaf", freeAddr(t))
	spec.Grace = 1
	p := start(t, spec)
	says(t, p, "listening")
	pid := p.PID()
	rep, err := p.Stop(t.Context())
	if err != nil || rep.Graceful || !slices.Equal(rep.Killed, []int{pid}) {
		t.Errorf("Stop = %+v, %v; want %d killed", rep, err, pid)
	}
	if got, want := p.Exit().String(), "was killed by SIGKILL"; !strings.Contains(got, want) {
		t.Errorf("Exit = %q, want %q", got, want)
	}
}

// A cancelled context ends the grace, not the cleaning up.
func TestStopCancelled(t *testing.T) {
	p := start(t, fakeSpec(t, "deaf", freeAddr(t)))
	says(t, p, "listening")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	rep, err := p.Stop(ctx)
	if err != nil || rep.Graceful || len(rep.Killed) != 1 || alive(p.PID()) {
		t.Errorf("Stop = %+v, %v, alive %v; want killed", rep, err, alive(p.PID()))
	}
}

func TestStopFindsTheDaemon(t *testing.T) {
	p := start(t, fakeSpec(t, "daemon", ""))
	says(t, p, "leader")
	says(t, p, "far away")
	pids := p.PIDs()
	if len(pids) != 2 || pids[0] != p.PID() {
		t.Fatalf("PIDs = %v, want the leader %d and the daemon", pids, p.PID())
	}
	if sid := sessionOf(t, pids[1]); sid == p.PID() {
		t.Fatalf("the daemon %d is still in the leader's session", pids[1])
	}
	rep, err := p.Stop(t.Context())
	if err != nil || !slices.Equal(rep.Killed, pids[1:]) || alive(pids[0]) || alive(pids[1]) {
		t.Errorf("Stop = %+v, %v; want the daemon %v killed", rep, err, pids[1:])
	}
}

func sessionOf(t *testing.T, pid int) int {
	t.Helper()
	all, err := scan()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(p proc) bool { return p.pid == pid })
	if i < 0 {
		t.Fatalf("process %d does not exist", pid)
	}
	return all[i].session
}

// Processes that fork while they are being killed: every one in a session of its own, or all in one group and fast.
func TestStopHydra(t *testing.T) {
	t.Run("sessions", func(t *testing.T) {
		p := start(t, fakeSpec(t, "hydra", ""))
		says(t, p, "a head")
		stopAndCheck(t, p)
	})
	t.Run("group", func(t *testing.T) {
		spec := fakeSpec(t, "", "")
		flag := strings.TrimPrefix(spec.Env[2], fakeFlag+"=")
		spec.Argv = []string{"sh", "-c", `trap "" TERM; sh -c "$HEAD" "$0" & exec sleep 1000`, flag}
		spec.Env = append(spec.Env, "PATH="+os.Getenv("PATH"), `HEAD=[ -e "$0" ] && { echo head; sh -c "$HEAD" "$0" & }`)
		p := start(t, spec)
		waitFor(t, "it has many heads", func() bool { return len(p.Tail(20)) == 20 })
		stopAndCheck(t, p)
	})
}

func stopAndCheck(t *testing.T, p *Process) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // no grace
	rep, err := p.Stop(ctx)
	if err != nil || len(rep.Killed) == 0 || !p.stopped {
		t.Errorf("Stop = %+v, %v; want some killed and none left", rep, err)
	}
	all, err := scan()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range all {
		if environHas(q.pid, p.family.entry) {
			t.Errorf("process %d of the server lives", q.pid)
		}
	}
}

func TestKillOfWsgibench(t *testing.T) {
	noLeaks(t)
	spec := fakeSpec(t, "starter", filepath.Join(t.TempDir(), "inner.log"))
	cmd := exec.Command(spec.Argv[0])
	cmd.Env = spec.Env
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := becomeSubreaper(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the second wsgibench said %q, %v", line, err)
	}
	var keeper, leader, daemon int
	if _, err := fmt.Sscan(line, &keeper, &leader, &daemon); err != nil {
		t.Fatal(err)
	}
	for _, pid := range []int{keeper, leader, daemon} {
		if !alive(pid) {
			t.Errorf("process %d does not live before the kill", pid)
		}
	}
	if err := cmd.Process.Kill(); err != nil && !strings.Contains(err.Error(), "finished") {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for _, pid := range []int{keeper, leader, daemon} {
		waitFor(t, "process "+strconv.Itoa(pid)+" is gone", func() bool { return !alive(pid) })
	}
	waitFor(t, "the keeper is reaped", func() bool { // this process is a subreaper: it inherits it
		got, err := syscall.Wait4(keeper, nil, syscall.WNOHANG, nil)
		return got == keeper || err != nil
	})
}

func TestKillOfKeeper(t *testing.T) {
	p := start(t, fakeSpec(t, "daemon", ""))
	says(t, p, "leader")
	says(t, p, "far away")
	pids := p.PIDs()
	if err := syscall.Kill(p.KeeperPID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	rep, err := p.Stop(t.Context())
	if err != nil || !rep.KeeperLost {
		t.Errorf("Stop = %+v, %v; want the loss of the keeper noted", rep, err)
	}
	if e := p.Exit(); !e.Lost || !strings.Contains(e.String(), "keeper") {
		t.Errorf("Exit = %q, want the loss of the keeper told", e)
	}
	for _, pid := range pids {
		if alive(pid) {
			t.Errorf("process %d of the server lives", pid)
		}
	}
}

// The daemon was never seen in the tree: only the mark in its environment tells whose it is.
func TestKillOfKeeperUnseen(t *testing.T) {
	p := start(t, fakeSpec(t, "daemon", ""))
	says(t, p, "leader")
	says(t, p, "far away")
	if err := syscall.Kill(p.KeeperPID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	rep, err := p.Stop(t.Context())
	if err != nil || len(rep.Killed) == 0 {
		t.Errorf("Stop = %+v, %v; want the daemon killed", rep, err)
	}
}

// What this program has started itself is never taken for an orphan, whatever its session.
func TestFamilySparesOthers(t *testing.T) {
	noLeaks(t)
	cmd := exec.Command("sleep", "1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	p := start(t, fakeSpec(t, "daemon", ""))
	says(t, p, "leader")
	if !p.family.handles {
		t.Fatal("the runtime holds no pidfd of the keeper: this kernel is older than 5.4")
	}
	if err := syscall.Kill(p.KeeperPID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if rep, err := p.Stop(t.Context()); err != nil || !alive(cmd.Process.Pid) {
		t.Errorf("Stop = %+v, %v; a process that is not of the server lives: %v", rep, err, alive(cmd.Process.Pid))
	}
}

// A keeper that somebody has frozen does not hold up the end.
func TestStopFrozenKeeper(t *testing.T) {
	spec := fakeSpec(t, "daemon", "")
	spec.Grace = 1
	p := start(t, spec)
	says(t, p, "leader")
	p.patience = 1
	if err := syscall.Kill(p.KeeperPID(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	rep, err := p.Stop(t.Context())
	if err != nil || !rep.KeeperLost {
		t.Errorf("Stop = %+v, %v; want the keeper replaced", rep, err)
	}
}

// What the terminal sends reaches neither the keeper nor the server.
func TestKeeperIgnoresSignals(t *testing.T) {
	p := start(t, fakeSpec(t, "polite", ""))
	says(t, p, "polite")
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if err := syscall.Kill(p.KeeperPID(), s); err != nil {
			t.Fatal(err)
		}
	}
	if own, sid := sessionOf(t, os.Getpid()), sessionOf(t, p.KeeperPID()); own == sid {
		t.Errorf("the keeper is in our session %d", sid)
	}
	rep, err := p.Stop(t.Context())
	if err != nil || !rep.Graceful || rep.KeeperLost {
		t.Errorf("Stop = %+v, %v; want a keeper that still works", rep, err)
	}
}
