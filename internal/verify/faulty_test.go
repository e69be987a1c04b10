package verify

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// A listedFault is a defect that the host of testdata/faulty can have, and the checks that must find it.
type listedFault struct {
	name   string
	checks []string // sorted
}

var (
	faultStart = regexp.MustCompile(`(?m)^@breaks\(([^)]*)\)\ndef (\w+)\(`)
	quoted     = regexp.MustCompile(`"([^"]*)"`)
)

// listedFaults reads the faults from the Python files, as their decorators name them.
func listedFaults(t *testing.T) []listedFault {
	t.Helper()
	files, err := filepath.Glob("testdata/faulty/faults_*.py")
	if err != nil || len(files) == 0 {
		t.Fatalf("no faults found: %v", err)
	}
	var all []listedFault
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range faultStart.FindAllSubmatch(text, -1) {
			f := listedFault{name: string(m[2])}
			for _, id := range quoted.FindAllSubmatch(m[1], -1) {
				f.checks = append(f.checks, string(id[1]))
			}
			slices.Sort(f.checks)
			all = append(all, f)
		}
	}
	return all
}

// TestEveryCheckHasAFault: a check is proven by a host that it fails.
func TestEveryCheckHasAFault(t *testing.T) {
	broken, names := map[string]bool{}, map[string]bool{}
	for _, f := range listedFaults(t) {
		if names[f.name] {
			t.Errorf("two faults are called %s", f.name)
		}
		names[f.name] = true
		for _, id := range f.checks {
			broken[id] = true
			if _, err := Lookup(id); err != nil {
				t.Errorf("fault %s: %v", f.name, err)
			}
		}
	}
	for _, c := range Checks() {
		if !broken[c.ID] {
			t.Errorf("no fault breaks %s: add one to testdata/faulty, so that the check is shown to find what it is for", c.ID)
		}
	}
}
