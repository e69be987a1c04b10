package scenarios

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func testDefaults(server string) map[string]string {
	return map[string]map[string]string{
		"gunicorn-sync": {"workers": "1", "backlog": "2048"}, "gunicorn-gthread": {"workers": "1", "threads": "4", "backlog": "2048"},
	}[server]
}

// scenarioOf wraps targets and matrix (in YAML) into a whole scenario.
func scenarioOf(targets, matrix string) string {
	app := "app: reference\n"
	if strings.Contains(matrix, "app:") {
		app = ""
	}
	return app + "requests: [{get: /}]\ntraffic: [{clients: 1, for: 1s}]\ntargets: " + targets + "\nmatrix: " + matrix + "\n"
}

func TestCells(t *testing.T) {
	for _, c := range []struct {
		targets, matrix string
		want            []string // ID | label | settings that are not defaults, python
	}{
		{"[wsgiref, gunicorn-gthread]", "{}", []string{"wsgiref|wsgiref", "gunicorn-gthread|gunicorn-gthread"}},
		{"[wsgiref, gunicorn-sync]", "{workers: [1, 2]}", []string{
			"wsgiref|wsgiref", "gunicorn-sync-w1|gunicorn-sync w1", "gunicorn-sync-w2|gunicorn-sync w2"}},
		{"[gunicorn-gthread]", "{workers: [2], threads: [8], python: [python3.11, ./v/bin/python3.13]}", []string{
			"gunicorn-gthread-python3.11|gunicorn-gthread python3.11", "gunicorn-gthread-python3.13|gunicorn-gthread python3.13"}},
		{"[gunicorn-gthread]", "{threads: [2, 4], workers: [1, 2]}", []string{
			"gunicorn-gthread-w1-t2|gunicorn-gthread w1 t2", "gunicorn-gthread-w2-t2|gunicorn-gthread w2 t2",
			"gunicorn-gthread-w1-t4|gunicorn-gthread w1 t4", "gunicorn-gthread-w2-t4|gunicorn-gthread w2 t4"}},
		// An axis multiplies only what takes it; a server without Python has no interpreters.
		{"[wsgiref, gohost-native]", "{python: [python3.11, python3.13]}", []string{
			"wsgiref-python3.11|wsgiref python3.11", "wsgiref-python3.13|wsgiref python3.13", "gohost-native|gohost-native"}},
		// Apps and databases multiply what runs Python.
		{"[wsgiref, gohost-native]", "{app: [reference, flask], database: [sqlite, postgresql]}", []string{
			"wsgiref-reference-sqlite|wsgiref reference sqlite", "wsgiref-reference-postgresql|wsgiref reference postgresql",
			"wsgiref-flask-sqlite|wsgiref flask sqlite", "wsgiref-flask-postgresql|wsgiref flask postgresql", "gohost-native|gohost-native"}},
		// A setting at the target overrides the matrix for it; defaults show where others differ from them.
		{"[gunicorn-sync, {server: gunicorn-sync, workers: 8, backlog: 64}]", "{}", []string{
			"gunicorn-sync-w1-backlog-2048|gunicorn-sync w1 backlog=2048", "gunicorn-sync-w8-backlog-64|gunicorn-sync w8 backlog=64"}},
		{"[gunicorn-sync, {server: gunicorn-gthread, workers: 8}]", "{workers: [1, 2]}", []string{
			"gunicorn-sync-w1|gunicorn-sync w1", "gunicorn-sync-w2|gunicorn-sync w2", "gunicorn-gthread|gunicorn-gthread"}},
		{"[{server: wsgiref, name: My Höst!}, {server: wsgiref, name: my h-st}]", "{}", []string{"my-h-st|My Höst!", "my-h-st-2|my h-st"}},
		{"[wsgiref, ./wsgiref.yaml, /other/wsgiref.yaml]", "{}", []string{
			"wsgiref-wsgiref|wsgiref wsgiref", "wsgiref-bench-wsgiref.yaml|wsgiref /bench/wsgiref.yaml", "wsgiref-other-wsgiref.yaml|wsgiref /other/wsgiref.yaml"}},
		{"[wsgiref, {server: wsgiref, python: a/bin/python}, {server: wsgiref, python: b/bin/python}]", "{}", []string{
			"wsgiref-default|wsgiref default", "wsgiref-bench-a-bin-python|wsgiref /bench/a/bin/python", "wsgiref-bench-b-bin-python|wsgiref /bench/b/bin/python"}},
		{`[{url: "http://127.0.0.1:1"}, {url: "https://127.0.0.1:1"}, {url: "http://[::1]:2"}]`, "{}", []string{
			"127.0.0.1-1-http-127.0.0.1-1|127.0.0.1:1 http://127.0.0.1:1", "127.0.0.1-1-https-127.0.0.1-1|127.0.0.1:1 https://127.0.0.1:1", "1-2|[::1]:2"}},
	} {
		s, err := Parse("/bench/x.yaml", []byte(scenarioOf(c.targets, c.matrix)), nil, testNames())
		if err != nil {
			t.Errorf("%s × %s:\n%v", c.targets, c.matrix, err)
			continue
		}
		cells, err := s.Cells(testDefaults)
		if err != nil {
			t.Errorf("%s × %s: %v", c.targets, c.matrix, err)
		}
		var got []string
		for _, cell := range cells {
			got = append(got, cell.ID+"|"+cell.Label)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s × %s (-want +got):\n%s", c.targets, c.matrix, diff)
		}
	}
}

func TestCellValues(t *testing.T) {
	text := scenarioOf("[{server: gunicorn-gthread, threads: 2}, {url: \"http://127.0.0.1:1\"}]", "{workers: [3], threads: [5], backlog: [9]}")
	s, err := Parse("/bench/x.yaml", []byte(text), []string{"app={module: \"a:b\", python: python3.12}"}, testNames())
	if err != nil {
		t.Fatal(err)
	}
	cells, err := s.Cells(testDefaults)
	if err != nil {
		t.Fatal(err)
	}
	want := []Cell{
		{
			ID: "gunicorn-gthread", Label: "gunicorn-gthread", Python: "python3.12",
			App:      App{Module: "a:b", Dir: "/bench", Python: "python3.12"},
			Settings: map[string]string{"workers": "3", "threads": "2", "backlog": "9"},
			Target: Target{Server: "gunicorn-gthread", Settings: map[string]string{"workers": "3", "threads": "2", "backlog": "9"},
				Axes: []string{"backlog", "workers"}, Line: 4, Column: 11},
		},
		{ID: "127.0.0.1-1", Label: "127.0.0.1:1", Target: Target{URL: "http://127.0.0.1:1", Line: 4, Column: 51}},
	}
	if diff := cmp.Diff(want, cells); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := s.Targets[0].Settings; len(got) != 1 {
		t.Errorf("expanding changed the scenario: settings %v", got)
	}
}

func TestSameCellTwice(t *testing.T) {
	s, err := Parse("x.yaml", []byte(scenarioOf("[gunicorn-sync, {server: gunicorn-sync, workers: 1}]", "{}")), nil, testNames())
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Cells(testDefaults)
	want := `x.yaml:4:26: this target makes the cell "gunicorn-sync", as the one in line 4 does
    4 | targets: [gunicorn-sync, {server: gunicorn-sync, workers: 1}]
      |                          ^
        change a setting, or give one of them a name to measure it twice`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if _, err := (&Scenario{}).Cells(nil); err == nil {
		t.Error("got no error without targets")
	}
}

var safeID = regexp.MustCompile(`^[a-z0-9_][a-z0-9._-]{0,90}$`)

// checkCells holds cells to what everything else relies on: unique labels, unique IDs that are safe in a file name.
func checkCells(t rapid.TB, s *Scenario) {
	t.Helper()
	cells, err := s.Cells(testDefaults)
	if err != nil {
		return // two targets in one cell
	}
	ids, labels := map[string]bool{}, map[string]bool{}
	for _, c := range cells {
		if !safeID.MatchString(c.ID) || strings.Contains(c.ID, "..") && strings.HasPrefix(c.ID, ".") {
			t.Errorf("ID %q is not safe", c.ID)
		}
		if ids[c.ID] || labels[c.Label] {
			t.Errorf("ID %q or label %q stands twice", c.ID, c.Label)
		}
		ids[c.ID], labels[c.Label] = true, true
	}
}

// For any targets and axes: the number of cells is the product, and IDs and labels are unique and safe.
func TestCellsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &Scenario{Matrix: map[string][]string{}}
		for _, axis := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"workers", "threads", "python", "backlog"}), 0, 3, rapid.ID[string]).Draw(t, "axes") {
			s.Matrix[axis] = rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c./ -]{1,3}`), 1, 3, rapid.ID[string]).Draw(t, "points")
		}
		want := 0
		names := rapid.SliceOfNDistinct(rapid.String(), 1, 4, rapid.ID[string]).Draw(t, "names")
		for i, name := range names {
			x := Target{Server: fmt.Sprintf("server-%d", i), Name: name, Axes: slices.Sorted(maps.Keys(s.Matrix))}
			n := 1
			for _, axis := range x.Axes {
				n *= len(s.Matrix[axis])
			}
			want += n
			s.Targets = append(s.Targets, x)
		}
		cells, err := s.Cells(nil)
		if err != nil || len(cells) != want {
			t.Fatalf("got %d cells, %v, want %d", len(cells), err, want)
		}
		checkCells(t, s)
	})
}
