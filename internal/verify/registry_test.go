package verify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/golden"
)

// TestRegistry shows every check, whichever file it stands in.
func TestRegistry(t *testing.T) {
	var lines []string
	for _, c := range Checks() {
		lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\n", c.Group, c.ID, c.Severity, c.Clause, c.Doc))
	}
	slices.Sort(lines)
	golden.Check(t, "testdata/checks.golden", strings.Join(lines, ""))
}

// Every check can be told apart, found, and explained.
func TestChecksAreWhole(t *testing.T) {
	id := regexp.MustCompile(`^[a-z0-9.]+(-[a-z0-9.]+)*$`)
	var groups []string
	for _, g := range Groups() {
		groups = append(groups, g.Name)
	}
	seen := map[string]bool{}
	for _, c := range Checks() {
		if !id.MatchString(c.ID) || seen[c.ID] {
			t.Errorf("id %q: not made of lower-case words, or there twice", c.ID)
		}
		seen[c.ID] = true
		if !slices.Contains(groups, c.Group) {
			t.Errorf("%s: group %q is not one of Groups", c.ID, c.Group)
		}
		if c.Clause == "" || !strings.HasSuffix(c.Doc, ".") || !strings.HasSuffix(c.Why, ".") || len(c.Why) < 40 || c.Run == nil {
			t.Errorf("%s: clause %q, doc %q, why %q: want a clause, a sentence and an explanation", c.ID, c.Clause, c.Doc, c.Why)
		}
	}
	if len(seen) < 49 {
		t.Errorf("%d checks, want at least the 49 obligations", len(seen))
	}
}

func TestSelect(t *testing.T) {
	for _, test := range []struct {
		ids, groups []string
		want        string // ids, or a part of the error
	}{
		{[]string{"head-date"}, nil, "head-date"},
		{[]string{"head-date"}, []string{"errors"}, "errors-write"},
		{[]string{"date-head"}, nil, "alike are"},
		{nil, []string{"nonsense"}, "there are environ, input"},
	} {
		checks, err := Select(test.ids, test.groups)
		got := fmt.Sprint(err)
		for _, c := range checks {
			got += " " + c.ID
		}
		if !strings.Contains(got, test.want) {
			t.Errorf("Select(%v, %v): got %s, want %q in it", test.ids, test.groups, got, test.want)
		}
	}
	if all, err := Select(nil, nil); err != nil || len(all) != len(Checks()) {
		t.Errorf("Select of nothing: got %d checks, %v, want all", len(all), err)
	}
}
