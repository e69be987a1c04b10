package verify

import (
	"fmt"
	"slices"
	"strings"
)

// A Group is a family of checks, in the order in which they are shown.
type Group struct{ Name, Doc string }

// Groups lists the families in the order in which a reader should see them.
func Groups() []Group {
	return []Group{
		{"environ", "how the application is called, and what it is told about the request"},
		{"input", "the request's body, as the application reads it"},
		{"errors", "wsgi.errors, and what becomes of an application that fails"},
		{"head", "start_response, status and headers"},
		{"body", "blocks, length, framing and close()"},
		{"http-framing", "requests whose length can be read in two ways"},
		{"http-syntax", "requests that are not quite HTTP"},
		{"http-size", "requests that are very large"},
		{"http-fragmentation", "requests that arrive in pieces"},
		{"http-slow", "clients that are slow, or go away"},
	}
}

// registry holds every check. It is filled while the program starts and never changed after that; TestRegistry shows it.
var registry []Check

// register adds the checks of one file: func init() { register(Check{...}, Check{...}) }.
func register(checks ...Check) { registry = append(registry, checks...) }

// Checks lists every check, group by group.
func Checks() []Check {
	order := map[string]int{}
	for i, g := range Groups() {
		order[g.Name] = i
	}
	all := slices.Clone(registry)
	slices.SortStableFunc(all, func(a, b Check) int { return order[a.Group] - order[b.Group] })
	return all
}

// Lookup returns the check with that id. The error of an unknown one names those that are alike.
func Lookup(id string) (Check, error) {
	i := slices.IndexFunc(registry, func(c Check) bool { return c.ID == id })
	if i >= 0 {
		return registry[i], nil
	}
	var alike []string
	for _, c := range Checks() {
		if shareWord(c.ID, id) {
			alike = append(alike, c.ID)
		}
	}
	if len(alike) == 0 {
		return Check{}, fmt.Errorf("no check is called %q", id)
	}
	return Check{}, fmt.Errorf("no check is called %q; alike are %s", id, strings.Join(alike, ", "))
}

func shareWord(a, b string) bool {
	words := strings.Split(a, "-")
	return slices.ContainsFunc(strings.Split(b, "-"), func(w string) bool { return len(w) > 2 && slices.Contains(words, w) })
}

// Select returns the checks with these ids and of these groups, all where neither is given.
func Select(ids, groups []string) ([]Check, error) {
	for _, id := range ids {
		if _, err := Lookup(id); err != nil {
			return nil, err
		}
	}
	var names []string
	for _, g := range Groups() {
		names = append(names, g.Name)
	}
	for _, g := range groups {
		if !slices.Contains(names, g) {
			return nil, fmt.Errorf("no group of checks is called %q; there are %s", g, strings.Join(names, ", "))
		}
	}
	all := Checks()
	if len(ids)+len(groups) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(c Check) bool { return !slices.Contains(ids, c.ID) && !slices.Contains(groups, c.Group) }), nil
}
