package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder is a test that only notes what it is told.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper()                           {}
func (r *recorder) Errorf(format string, args ...any) { r.said += fmt.Sprintf(format, args...) }
func (r *recorder) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// check returns what Check says of got, and whether it gives up.
func check(file, got string) (said string) {
	defer func() {
		if fatal := recover(); fatal != nil {
			said = fmt.Sprint(fatal)
		}
	}()
	r := &recorder{}
	Check(r, file, got)
	return r.said
}

func TestCheck(t *testing.T) {
	before := *update
	t.Cleanup(func() { *update = before })
	file := filepath.Join(t.TempDir(), "testdata", "x.golden")
	for _, step := range []struct {
		update bool
		got    string
		want   string // in what it says; empty: nothing is said
	}{
		{false, "one\n", "go test -update writes it"},
		{true, "one\n", ""},
		{false, "one\n", ""},
		{false, "two\n", "is another text"},
		{true, "two\n", ""},
		{false, "two\n", ""},
	} {
		*update = step.update
		if said := check(file, step.got); (said == "") != (step.want == "") || !strings.Contains(said, step.want) {
			t.Errorf("%q with -update=%v: got %q, want %q", step.got, step.update, said, step.want)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "two\n" {
		t.Errorf("the file is %q, %v", text, err)
	}
}
