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
		if got := len(Needs(u)) + len(Shows(u)); got <= len(plain) {
			t.Errorf("a scenario with %s is put no check beyond %v", uses.Field(i).Name, plain)
		}
	}
	for _, g := range gates {
		for _, id := range slices.Concat(g.needs, g.shows) {
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

// Lock-step says what the figures of a stream mean, and keeps nobody from being measured; lost bytes do.
func TestShows(t *testing.T) {
	u := Uses{Stream: true, Length: true, Write: true}
	needs, shows := Needs(u), Shows(u)
	if want := []string{"body-lockstep", "body-lockstep-length", "write-lockstep"}; !slices.Equal(shows, want) {
		t.Errorf("got %v, want %v", shows, want)
	}
	for _, id := range shows {
		if slices.Contains(needs, id) {
			t.Errorf("%s is shown, and needed as well", id)
		}
	}
	for _, id := range []string{"body-exact", "body-empty-blocks", "write-callable"} {
		if !slices.Contains(needs, id) {
			t.Errorf("%s is not needed: bytes that are lost must keep a server from being measured", id)
		}
	}
}
