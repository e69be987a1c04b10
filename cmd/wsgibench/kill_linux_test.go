package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

// endless is a run that will not end by itself within the test, after a first trial that does.
const endless = `name: endless
app: reference
targets: [./fake.yaml]
trials: {blocks: 100, seed: 1}
requests: [{get: /hello}]
traffic: [{name: full, clients: 1, for: 200ms}]
`

const fakeDescriptor = `doc: The fake server.
command: [fakeserver, "{bind}"]
`

// A background run of wsgibench in a directory of its own.
type background struct {
	t      *testing.T
	dir    string
	cmd    *exec.Cmd
	stderr bytes.Buffer
	exited chan error
}

func start(t *testing.T) *background {
	t.Helper()
	b := &background{t: t, dir: t.TempDir(), exited: make(chan error, 1)}
	for name, text := range map[string]string{"endless.yaml": endless, "fake.yaml": fakeDescriptor} {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b.cmd = exec.Command("wsgibench", "run", "endless.yaml")
	b.cmd.Dir, b.cmd.Stderr = b.dir, &b.stderr
	b.cmd.Env = append(os.Environ(), "TMPDIR="+b.dir, "XDG_CACHE_HOME="+filepath.Join(b.dir, "cache"))
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { b.exited <- b.cmd.Wait() }()
	t.Cleanup(func() { _ = b.cmd.Process.Kill() })
	b.await("two finished trials and a third under way", func() bool {
		lines, _ := filepath.Glob(filepath.Join(b.dir, "runs", "*", "trials.jsonl"))
		if len(lines) == 0 {
			return false
		}
		text, _ := os.ReadFile(lines[0])
		return bytes.Count(text, []byte("\n")) >= 2 && len(b.processes()) >= 2
	})
	return b
}

// processes are those that work in the directory of the test, or have it in their environment; wsgibench itself is not
// among them.
func (b *background) processes() []int {
	var pids []int
	entries, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, e := range entries {
		text, err := os.ReadFile(e)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(e)))
		if err == nil && pid != b.cmd.Process.Pid && bytes.Contains(text, []byte(b.dir)) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func (b *background) await(what string, done func() bool) {
	b.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			b.t.Fatalf("waited 30 s for %s\n%s", what, b.stderr.String())
		}
		time.Sleep(5 * time.Millisecond) // polls another process: there is no event to wait for
	}
}

// readable checks that report works on what was left, and that the finished trials are there.
func (b *background) readable() {
	b.t.Helper()
	report := exec.Command("wsgibench", "report", "runs")
	report.Dir = b.dir
	out, err := report.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "the run did not finish") {
		b.t.Errorf("report: %v\n%s", err, out)
	}
	r, err := results.Open(filepath.Join(b.dir, "runs"))
	if err != nil {
		b.t.Fatal(err)
	}
	if len(r.Trials) < 2 || r.Trials[0].Verdict == results.Failed {
		b.t.Errorf("%d trials are left, the first is %q; want at least 2", len(r.Trials), r.Trials[0].Verdict)
	}
	if _, err := os.Stat(filepath.Join(r.Dir, "report.html")); err != nil {
		b.t.Error(err)
	}
}

func TestKill9LeavesNothing(t *testing.T) {
	b := start(t)
	if err := b.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-b.exited
	b.await("every process to be gone", func() bool { return len(b.processes()) == 0 })
	b.readable()
}

func TestInterruptKeepsWhatWasFinished(t *testing.T) {
	b := start(t)
	if err := b.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := <-b.exited; !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Errorf("wsgibench ended with %v, want exit status 130\n%s", err, b.stderr.String())
	}
	if left := b.processes(); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
	if !strings.Contains(b.stderr.String(), "were finished and kept") {
		t.Errorf("stderr does not say what was kept:\n%s", b.stderr.String())
	}
	b.readable()
	if scratch, _ := filepath.Glob(filepath.Join(b.dir, "wsgibench-*")); len(scratch) > 0 {
		t.Errorf("scratch directories are left: %v", scratch)
	}
}
