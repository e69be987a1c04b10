package collect

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// ownTree is this process and its children, as a keeper would show them.
type ownTree struct{ pids []int }

func (t ownTree) PIDs() []int  { return t.pids }
func (ownTree) KeeperPID() int { return 0 }

// The CPU time of live processes is that of the scheduler; that of children is found where they were reaped.
func TestCPUOfATree(t *testing.T) {
	tree := ownTree{[]int{os.Getpid()}}
	w, err := newProcessWatcher(Scope{Server: tree})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for x := 1.0; time.Since(began) < 50*time.Millisecond; {
		x *= 1.000001
	}
	child := exec.Command("sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	used := child.ProcessState.UserTime() + child.ProcessState.SystemTime()
	o := w.Finish(0)
	got := *metric(t, o.Metrics, "cpu", "").Value
	// The child's share is known to two ticks of 10 ms; this process may have been kept from the CPU for a while.
	if least := used.Seconds() - 0.02; got < least {
		t.Errorf("cpu = %v s, want at least the child's %v s", got, least)
	}
	for _, name := range []string{"rss", "pss", "threads", "processes"} {
		if m := metric(t, o.Metrics, name, ""); m.Value == nil || *m.Value <= 0 {
			t.Errorf("%s = %+v, want a positive number", name, m)
		}
	}
}

func TestTreeThatIsGone(t *testing.T) {
	w, err := newProcessWatcher(Scope{Server: ownTree{}})
	if err != nil {
		t.Fatal(err)
	}
	if m := metric(t, w.Finish(0).Metrics, "cpu", ""); m.Value != nil || m.Reason == "" {
		t.Errorf("cpu of no process = %+v, want unknown with a reason", m)
	}
}
