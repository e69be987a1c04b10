//go:build real

package results_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// benchstat itself must read bench.txt, compare targets, and put intervals on medians where there are enough trials.
func TestRealBenchstat(t *testing.T) {
	dir := t.TempDir()
	bin, file := filepath.Join(dir, "benchstat"), filepath.Join(dir, "bench.txt")
	if out, err := exec.Command("go", "build", "-o", bin, "golang.org/x/perf/cmd/benchstat").CombinedOutput(); err != nil {
		t.Fatalf("building benchstat (needs the go command and the module cache or network): %v\n%s", err, out)
	}
	if err := os.WriteFile(file, write(t, "bench", plain), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(bin, "-col", "/target", "-confidence", "0.8", file).CombinedOutput()
	if err != nil {
		t.Fatalf("benchstat: %v\n%s", err, out)
	}
	for _, want := range []string{
		`goos: linux`,
		`│\s+wsgiref\s+│\s+gunicorn-sync\s+│\s+gunicorn-gthread\s+│\s+gohost`,
		`│\s+p99-sec/op\s+│\s+p99-sec/op\s+vs base`,
		`WSGI/app=reference/phase=steady\s+\d[\d.]*m ± \d+%`,
		`phase=saturate.*\+\d[\d.]*% \(p=0\.029 n=4\)`,
		`pss-B`,
	} {
		if !regexp.MustCompile(want).Match(out) {
			t.Errorf("benchstat's output has no %q:\n%s", want, out)
		}
	}
}
