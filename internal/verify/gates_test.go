package verify

import (
	"reflect"
	"slices"
	"testing"
)

// Every use adds a check that the plainest scenario does not need, and every check that a gate names exists.
func TestNeeds(t *testing.T) {
	plain := Needs(Uses{})
	if !slices.Contains(plain, "body-exact") || slices.Contains(plain, "bodiless-head") {
		t.Errorf("every scenario needs %v", plain)
	}
	uses := reflect.TypeFor[Uses]()
	for i := range uses.NumField() {
		var u Uses
		reflect.ValueOf(&u).Elem().Field(i).SetBool(true)
		if got := Needs(u); len(got) <= len(plain) {
			t.Errorf("a scenario with %s needs no check beyond %v", uses.Field(i).Name, plain)
		}
	}
	for _, g := range gates {
		for _, id := range g.needs {
			if _, err := Lookup(id); err != nil {
				t.Errorf("%s: %v", g.doc, err)
			}
		}
	}
}

// The ids come in the order of Checks, each once.
func TestNeedsOrder(t *testing.T) {
	got := Needs(Uses{Upload: true, Chunked: true, Middleware: true})
	var want []string
	for _, c := range Checks() {
		if slices.Contains(got, c.ID) {
			want = append(want, c.ID)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
