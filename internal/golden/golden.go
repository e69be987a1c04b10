// Package golden answers, for tests only: is this still the text that it was?
//
// The expected texts stand beside the tests, mostly in testdata, and one flag rewrites them everywhere: -update.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Update tells whether the golden files are to be rewritten, for tests that compare in a way of their own. It is known
// once the flags were parsed.
func Update() bool { return *update }

// Check compares got with the file, or writes it first where that is asked for.
func Check(t testing.TB, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: go test -update writes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is another text (-want +got); if that is right, go test -update rewrites it:\n%s", file, diff)
	}
}
