//go:build real

package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/results/resultstest"
)

// A processor runs the program that is built for a processor.
type processor struct {
	arch   string
	runner []string // before the program; nil: this processor runs it
	env    []string // of another user, somewhere else
}

var processors = []processor{
	{"amd64", nil, []string{"TZ=UTC", "LANG=C"}},
	{"386", nil, []string{"TZ=America/St_Johns", "LANG=fr_FR.UTF-8", "HOME=/nonexistent", "USER=other"}},
	// Multiplies and adds in one step, with other last digits.
	{"arm64", []string{"qemu-aarch64-static"}, []string{"TZ=Asia/Tokyo", "LANG=de_DE.UTF-8", "HOME=/nonexistent", "USER=third", "GOMAXPROCS=1"}},
}

// TestRealMachines: the same run directory, reported on machines with other processors and by other users, gives the same
// bytes: figures, report, comparisons and exports.
func TestRealMachines(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	var want map[string]string
	for _, m := range processors {
		exe := filepath.Join(t.TempDir(), "wsgibench")
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", exe, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+m.arch)
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("go build for %s: %v\n%s", m.arch, err, out)
		}
		got := m.derive(ctx, t, exe)
		if want == nil {
			want = got
			continue
		}
		for name := range want {
			if got[name] == want[name] {
				continue
			}
			if filepath.Ext(name) == ".png" {
				t.Errorf("%s: %s differs", m.arch, name)
				continue
			}
			t.Errorf("%s: %s (-%s +%s):\n%s", m.arch, name, processors[0].arch, m.arch, cmp.Diff(want[name], got[name]))
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d files and outputs, want %d", m.arch, len(got), len(want))
		}
	}
}

// derive makes everything that follows from an example run, in a directory of its own: by path below it, and by command.
func (m processor) derive(ctx context.Context, t *testing.T, exe string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	for _, o := range []resultstest.Options{{}, {Streams: true, Hostile: true}} {
		r, err := resultstest.Example(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		name := "plain"
		if o.Streams {
			name = "streams"
		}
		if err := os.Rename(r.Dir, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]string{}
	commands := [][]string{{"report", "plain"}, {"report", "streams"}, {"compare", "plain"}, {"compare", "plain", "--markdown"}, {"--format", "json", "compare", "plain"}}
	for _, e := range exports {
		commands = append(commands, []string{"export", "plain", e.name})
	}
	for _, args := range commands {
		argv := append(append(m.runner[:len(m.runner):len(m.runner)], exe), args...)
		cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), m.env...)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s: %v: %v\n%s", m.arch, argv, err, stderr.String())
		}
		got[filepath.Join(args...)+" on stdout"] = stdout.String()
	}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		got[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}
