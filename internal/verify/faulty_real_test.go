//go:build real

package verify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// hostDescriptor is how the host of testdata/faulty is started; its fault is a setting.
const hostDescriptor = `doc: A host that is right in everything but the fault that is asked for.
command: ["{python}", -E, -S, -X, %q, %q, "{bind}", "{fault}", "{workers}", "{threads}", "{app}"]
defaults: {threads: 8, workers: 1, fault: none}
ready: {workers: true}
can: {keepalive: true, threads: true, workers: true}
stop: {signal: KILL}
`

// faultyHost prepares the host.
func faultyHost(t *testing.T) *launch.Prepared {
	t.Helper()
	program, err := filepath.Abs("testdata/faulty/host.py")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "faulty.yaml")
	compiled := "pycache_prefix=" + filepath.Join(dir, "compiled") // once for all starts, and not into the source tree
	if err := os.WriteFile(file, fmt.Appendf(nil, hostDescriptor, compiled, program), 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := targets.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	app, err := App()
	if err != nil {
		t.Fatal(err)
	}
	p, err := (&launch.Launcher{Exe: self, Store: pyenv.Store{}}).Prepare(t.Context(), d, "", app)
	if missing := new(launch.Missing); errors.As(err, &missing) {
		t.Fatalf("this test needs Python 3.8 or newer: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	return p
}

// examineFault puts every check to the host with that fault and returns those that did not pass.
func examineFault(ctx context.Context, host *launch.Prepared, fault string) (results.Conformance, []string, error) {
	report, err := Examine(ctx, Config{Server: host, Settings: map[string]string{"fault": fault}, Checks: Checks()})
	if err != nil {
		return report, nil, err
	}
	var failed []string
	for _, r := range report.Checks {
		if r.Outcome != string(Pass) {
			failed = append(failed, r.ID)
		}
	}
	slices.Sort(failed)
	return report, failed, nil
}

// TestRealHostWithoutFault: the host passes every check, so that what a fault changes is what the checks find.
func TestRealHostWithoutFault(t *testing.T) {
	t.Parallel()
	report, failed, err := examineFault(t.Context(), faultyHost(t), "none")
	if err != nil {
		t.Fatal(err)
	}
	if len(failed) > 0 {
		t.Errorf("did not pass %v%s", failed, reasons(report, failed))
	}
	t.Logf("%d checks in %.1f s", len(report.Checks), report.Seconds)
}

// TestRealEveryFaultIsFound switches on each fault in turn: the checks that it breaks fail, and no others.
func TestRealEveryFaultIsFound(t *testing.T) {
	host := faultyHost(t)
	for _, fault := range listedFaults(t) {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			report, failed, err := examineFault(t.Context(), host, fault.name)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(failed, fault.checks) {
				t.Errorf("did not pass %v, want %v%s", failed, fault.checks, reasons(report, failed))
			}
		})
	}
}

func reasons(report results.Conformance, ids []string) string {
	var b strings.Builder
	for _, id := range ids {
		r := report.Check(id)
		fmt.Fprintf(&b, "\n  %s: %s: %s", id, r.Outcome, r.Reason)
	}
	return b.String()
}
