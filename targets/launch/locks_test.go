package launch

import (
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/targets/pyenv"
)

func TestMergeLocks(t *testing.T) {
	const a = "# made\nflask==3.0 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\nclick==8.1 \\\n    --hash=sha256:3\n"
	const b = "# made\nclick==8.1 \\\n    --hash=sha256:3\ngunicorn==27.0.1 ; sys_platform != 'win32' \\\n    --hash=sha256:4\n"
	for _, tt := range []struct {
		name           string
		a, b           string
		needsA, needsB bool
		want           string
	}{
		{"both", a, b, true, true, a + "gunicorn==27.0.1 ; sys_platform != 'win32' \\\n    --hash=sha256:4\n"},
		{"several versions", "a==1 ; python_version < '3.12' \\\n    --hash=sha256:1\na==2 ; python_version >= '3.12'\n", "a==2\nb==1\n", true, true,
			"a==1 ; python_version < '3.12' \\\n    --hash=sha256:1\na==2 ; python_version >= '3.12'\na==2\nb==1\n"},
		{"twice the same", a, a, true, true, a},
		{"server only", a, "", true, false, a},
		{"app only", "", b, false, true, b},
		{"one without a lock", a, "", true, true, ""},
	} {
		got, err := mergeLocks(text(tt.a), tt.needsA, text(tt.b), tt.needsB)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	_, err := mergeLocks([]byte(a), true, []byte("click==9\n"), true)
	if want := "the locks disagree on click: 8.1 and 9"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one with %q", err, want)
	}
}

func TestPinned(t *testing.T) {
	lock := []byte("django==5.2.19 ; python_full_version < '3.12' \\\n    --hash=sha256:1\ndjango==6.1.3 ; python_full_version >= '3.12' \\\n    --hash=sha256:2\nmod-wsgi==6.1.1\n")
	for python, want := range map[string]string{"3.11.7": "5.2.19", "3.12.1": "6.1.3", "3.13.0": "6.1.3", "": "6.1.3"} {
		got := pinned([]string{"django", "mod_wsgi>=6", "absent"}, lock, python)
		if diff := cmp.Diff(map[string]string{"django": want, "mod_wsgi": "6.1.1"}, got); diff != "" {
			t.Errorf("on Python %q (-want +got):\n%s", python, diff)
		}
	}
}

// What is not installed is known from the lock; what can be had nowhere says why.
func TestSurvey(t *testing.T) {
	l := Launcher{Store: pyenv.Store{Dir: t.TempDir()}}
	for _, tt := range []struct {
		text string
		want Survey
	}{
		{"unavailable: gone", Survey{Versions: map[string]string{}, Missing: &Missing{Reason: "gone"}}},
		{"command: [x, \"{port}\"]\nversion: {go: [go, version]}", Survey{Versions: map[string]string{"go": strings.TrimPrefix(runtime.Version(), "go")}, Ready: true}},
		{"command: [x, \"{port}\"]\nrequires: {pip: [gunicorn], commands: [no-such-program]}", Survey{
			Versions: map[string]string{"gunicorn": shipped(t, "gunicorn")}, Missing: &Missing{Reason: "fake needs the program no-such-program, which is not on PATH"}}},
	} {
		got, err := l.Survey(t.Context(), parse(t, tt.text), "")
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.text, err, diff)
		}
	}
}

// shipped is the version in the shipped lock of one package.
func shipped(t *testing.T, name string) string {
	t.Helper()
	lock, err := parse(t, "command: [x, \"{port}\"]\nrequires: {pip: ["+name+"]}").Lock()
	if err != nil {
		t.Fatal(err)
	}
	return pins(lock)[name][0].version
}

func text(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}
