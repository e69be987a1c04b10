package results

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func environmentRun() *Run {
	kernel, memory := "6.18", int64(8<<30)
	return &Run{
		Tool: Tool{Version: "v1", Go: "go1.26", OS: "linux", Arch: "amd64"}, Host: Host{Kernel: &kernel, NumCPU: 2, Memory: &memory},
		Cells: []Cell{{ID: "a", Label: "A", Versions: map[string]string{"python": "3.13.0", "gunicorn": "26.1.0"}}, {ID: "b", Label: "B", Versions: map[string]string{"python": "3.11.2"}}},
	}
}

func TestEnvironment(t *testing.T) {
	a, b := environmentRun(), environmentRun()
	if Fingerprint(a.Environment()) != Fingerprint(b.Environment()) || EnvironmentDifferences(a, b) != nil {
		t.Errorf("equal environments differ: %q", EnvironmentDifferences(a, b))
	}
	if diff := cmp.Diff([]Fact{{"gunicorn of A", "26.1.0"}, {"python of A", "3.13.0"}}, a.Environment("a")[10:]); diff != "" {
		t.Errorf("versions of a (-want +got):\n%s", diff)
	}
	*b.Host.Memory += 5 << 20 // of one start of the machine and the next
	if Fingerprint(a.Environment()) != Fingerprint(b.Environment()) {
		t.Error("a few MiB of memory make another environment")
	}
}

// Every single change is another environment, and is told.
func TestEnvironmentDifferences(t *testing.T) {
	for want, change := range map[string]func(*Run){
		"kernel is 6.18 in one run and unknown in the other":    func(r *Run) { r.Host.Kernel = nil },
		"cpus is 2 in one run and 4":                            func(r *Run) { r.Host.NumCPU = 4 },
		"governor is unknown in one run and powersave":          func(r *Run) { r.Host.Governor = new("powersave") },
		"cpus of the server is not pinned in one run and 1":     func(r *Run) { r.CPUs.Server = "1" },
		"wsgibench is v1 go1.26 linux amd64 in one run and v2":  func(r *Run) { r.Tool.Version = "v2" },
		"gunicorn of A is 26.1.0 in one run and missing":        func(r *Run) { r.Cells[0].Versions = map[string]string{"python": "3.13.0"} },
		"flask of B is missing in one run and 3.1 in the other": func(r *Run) { r.Cells[1].Versions = map[string]string{"python": "3.11.2", "flask": "3.1"} },
	} {
		a, b := environmentRun(), environmentRun()
		change(b)
		got := EnvironmentDifferences(a, b)
		if len(got) != 1 || !strings.Contains(got[0], want) || Fingerprint(a.Environment()) == Fingerprint(b.Environment()) {
			t.Errorf("got %q, want one with %q and another fingerprint", got, want)
		}
	}
	a, b := environmentRun(), environmentRun()
	b.Cells = b.Cells[:1]
	if got := EnvironmentDifferences(a, b); got != nil {
		t.Errorf("a target that only one run has: %q, want nothing", got)
	}
}
