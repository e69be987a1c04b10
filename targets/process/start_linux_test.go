package process

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestStartRefused(t *testing.T) {
	noLeaks(t)
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("#!/no/such/python\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		spec Spec
		want string
	}{
		{"nothing", Spec{}, "no command"},
		{"unknown name", Spec{Argv: []string{"no-such-server"}, Env: []string{"PATH=/bin:/usr/bin"}}, "no such program in PATH (/bin:/usr/bin)"},
		{"unknown path", Spec{Argv: []string{"/no/such/server"}}, "no such file or directory"},
		{"unknown interpreter", Spec{Argv: []string{script}}, "the interpreter in its first line"},
		{"not executable", Spec{Argv: []string{plain}}, "not executable"},
		{"no directory", Spec{Argv: []string{"/bin/sh"}, Dir: "/no/such/dir"}, "directory /no/such/dir does not exist"},
		{"no such CPU", Spec{Argv: []string{"/bin/sh"}, CPUs: []int{1023}}, "CPUs 1023"},
		{"no CPU", Spec{Argv: []string{"/bin/sh"}, CPUs: []int{}}, "empty list"},
		{"log", Spec{Argv: []string{"/bin/sh"}, Log: "/no/such/dir/log"}, "/no/such/dir/log"},
		{"NUL", Spec{Argv: []string{"/bin/sh", "a\x00b"}}, "NUL"},
	} {
		p, err := Start(t.Context(), c.spec)
		if err == nil {
			_, _ = p.Stop(t.Context())
			t.Errorf("%s: started; want an error with %q", c.name, c.want)
			continue
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want an error with %q", c.name, err, c.want)
		}
	}
}

func TestStartCancelled(t *testing.T) {
	noLeaks(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p, err := Start(ctx, fakeSpec(t, "silent", ""))
	if err == nil { // the keeper was faster than the select: fair, and then it must stop
		_, err = p.Stop(ctx)
		if err != nil {
			t.Error(err)
		}
		return
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Start = %v, want %v", err, context.Canceled)
	}
}

// A program that does not call KeeperMain re-executes itself as what it is, and must not go on doing so.
func TestStartWithoutKeeperMain(t *testing.T) {
	t.Setenv(keeperEnv, "1")
	if _, err := Start(t.Context(), fakeSpec(t, "silent", "")); err == nil || !strings.Contains(err.Error(), "KeeperMain") {
		t.Errorf("Start = %v; want it to ask for KeeperMain", err)
	}
}

func TestStartInherits(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	odd := "ODD=\xff\xfe caf\u00e9"
	p := start(t, Spec{
		Argv: []string{"sh", "-c", `echo "$ODD"; pwd; env | wc -l; ls -l /proc/$$/fd | wc -l; ulimit -Sn; sed -n /SigIgn/p /proc/$$/status; read x; echo "end of input $?"`},
		Env:  []string{"PATH=" + os.Getenv("PATH"), odd}, Dir: dir, Log: filepath.Join(dir, "log"),
	})
	<-p.Done()
	got, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(got), "\n")
	if len(lines) != 8 {
		t.Fatalf("log = %q, want 7 lines", got)
	}
	if lines[0] != odd[4:] || lines[1] != dir {
		t.Errorf("environment and directory = %q, %q; want %q, %q", lines[0], lines[1], odd[4:], dir)
	}
	// Beyond 31 are the real-time signals: what is ignored there comes from whoever started the tests.
	ignored, err := strconv.ParseUint(strings.Fields(lines[5])[1], 16, 64)
	if err != nil || ignored&0x7fffffff != 0 {
		t.Errorf("the server starts with signals ignored: %x, %v", ignored, err)
	}
	if lines[6] != "end of input 1" {
		t.Errorf("stdin: %q, want it empty", lines[6])
	}
}

func TestStartOnCPUs(t *testing.T) {
	all, err := Available()
	if err != nil || len(all) == 0 {
		t.Fatalf("Available = %v, %v", all, err)
	}
	spec := fakeSpec(t, "daemon", "")
	spec.CPUs = all[len(all)-1:]
	want := FormatCPUs(spec.CPUs)
	p := start(t, spec)
	says(t, p, "leader")
	for _, pid := range append(p.PIDs(), p.KeeperPID()) {
		tasks, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/status")
		if err != nil || len(tasks) == 0 {
			t.Fatalf("threads of %d: %v, %v", pid, tasks, err)
		}
		for _, task := range tasks {
			status, _ := os.ReadFile(task)
			_, rest, _ := strings.Cut(string(status), "Cpus_allowed_list:")
			got, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
			if status != nil && got != want {
				t.Errorf("%s: CPUs %q, want %q", task, got, want)
			}
		}
	}
	if now, err := Available(); err != nil || FormatCPUs(now) != FormatCPUs(all) {
		t.Errorf("pinning the server changed our own CPUs from %v to %v, %v", all, now, err)
	}
}

// The CPU time of a process of the server that has ended is found with the keeper, also of one that was orphaned.
func TestCPUTimeOfTheDead(t *testing.T) {
	burn := `i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo burnt`
	p := start(t, Spec{
		Argv: []string{"sh", "-c", `(sh -c "$0" &); exec sleep 1000`, burn}, Env: []string{"PATH=" + os.Getenv("PATH")},
		Log: filepath.Join(t.TempDir(), "log"),
	})
	says(t, p, "burnt")
	waitFor(t, "the orphan's CPU time arrives at the keeper", func() bool {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(p.KeeperPID()) + "/stat")
		f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if err != nil || len(f) < 15 {
			t.Fatalf("stat of the keeper: %q, %v", stat, err)
		}
		return f[13] != "0" || f[14] != "0" // cutime, cstime
	})
}

func TestLogLimit(t *testing.T) {
	spec := fakeSpec(t, "flood", "")
	spec.LogLimit = 100_000
	p := start(t, spec)
	waitFor(t, "flooded", p.Flooded)
	if !alive(p.PID()) {
		t.Error("the server does not live on behind its full log")
	}
	if _, err := p.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(spec.Log)
	if err != nil || info.Size() != spec.LogLimit {
		t.Errorf("log has %d bytes, %v; want exactly %d", info.Size(), err, spec.LogLimit)
	}
	if tail := p.Tail(3); len(tail) != 3 || tail[0] != "all work and no play" {
		t.Errorf("Tail = %q", tail)
	}
}

func TestLogFullDisk(t *testing.T) {
	spec := fakeSpec(t, "polite", "")
	spec.Log = "/dev/full"
	p := start(t, spec)
	waitFor(t, "the loss of the log is told", func() bool {
		return strings.Contains(strings.Join(p.Tail(1), ""), "no space left on device")
	})
}

func TestExitWords(t *testing.T) {
	p := start(t, fakeSpec(t, "silent", ""))
	if got := p.Exit().String(); got != "still runs" {
		t.Errorf("Exit = %q, want it to run", got)
	}
	if err := syscall.Kill(p.PID(), syscall.SIGSEGV); err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if e := p.Exit(); !e.Ended || e.After <= 0 || e.At.IsZero() || (e.Signal == 0 && e.Code == 0) {
		t.Errorf("Exit = %+v, want the signal or its code", e)
	}
}

// The last words of a server that dies at once are in the log when Done is closed, every time.
func TestLastWords(t *testing.T) {
	for i := range 5 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			p := start(t, fakeSpec(t, "exits", ""))
			<-p.Done()
			if tail := strings.Join(p.Tail(5), "\n"); tail != "boom: no module named shop" {
				t.Errorf("Tail = %q, want the last words", tail)
			}
			if e := p.Exit(); e.Code != 3 || !strings.HasPrefix(e.String(), "exited with code 3 after ") {
				t.Errorf("Exit = %+v (%v), want code 3", e, e)
			}
		})
	}
}
