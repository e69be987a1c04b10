package database

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/wsgibench/wsgibench/targets/process"
)

func TestMain(m *testing.M) {
	process.KeeperMain()
	os.Exit(m.Run())
}

// Every trial gets a file of its own, of which nothing is left in the end.
func TestSQLite(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	d, err := Open(t.Context(), SQLite, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for range 2 {
		if err := d.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		path, ok := strings.CutPrefix(d.URL, "sqlite:")
		if _, err := os.Stat(path); !ok || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %s (%v), want the URL of a file that the app makes", d.URL, err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, path)
	}
	if _, err := os.Stat(seen[0]); seen[0] == seen[1] || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v (%v), want another file for the second trial and the first one gone", seen, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("left is %v", left)
	}
}

func TestOpenNamesTheKinds(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	if _, err := Open(t.Context(), "oracle", Options{}); err == nil || !strings.Contains(err.Error(), "sqlite, postgresql") {
		t.Errorf("got %v, want an error that names the kinds", err)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("left is %v", left)
	}
}

// What a killed process left is removed by the next one; what is in use stays, and so does what is not ours.
func TestSweep(t *testing.T) {
	parent := t.TempDir()
	folder := func(name string) string {
		dir := filepath.Join(parent, name)
		if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, lockFile), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	stale, used, other := folder(prefix+"1"), folder(prefix+"2"), folder("somebody-else")
	lock, err := os.Open(filepath.Join(used, lockFile))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	sweep(parent)
	for dir, want := range map[string]bool{stale: false, used: true, other: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s: got %v, want there: %v", filepath.Base(dir), err, want)
		}
	}
}

func TestSegmentOf(t *testing.T) {
	const whole = "4711\n/data\n1795272548\n5432\n/sock\n\n  1234567        42\nready   \n"
	for _, test := range []struct {
		text string
		id   int
		ok   bool
	}{
		{whole, 42, true},
		{strings.TrimSuffix(whole, "  1234567        42\nready   \n"), 0, false}, // still starting
		{strings.Replace(whole, "42", "x", 1), 0, false},
		{"", 0, false},
	} {
		if id, ok := segmentOf([]byte(test.text)); id != test.id || ok != test.ok {
			t.Errorf("segmentOf(%q): got %d %v, want %d %v", test.text, id, ok, test.id, test.ok)
		}
	}
}

func TestContent(t *testing.T) {
	text := content()
	for _, want := range []string{"\n1\t7951\n", "\n10000\t1\n", "\n12\tフレームワークのベンチマーク\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the statements lack %q", want)
		}
	}
}
