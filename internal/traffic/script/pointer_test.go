package script

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The document and the pointers of RFC 6901, section 5.
func TestPointersOfTheRFC(t *testing.T) {
	doc, err := ParseJSON([]byte(`{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8}`))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]any{
		"": doc, "/foo": []any{"bar", "baz"}, "/foo/0": "bar", "/": json.Number("0"), "/a~1b": json.Number("1"), "/c%d": json.Number("2"),
		"/e^f": json.Number("3"), "/g|h": json.Number("4"), `/i\j`: json.Number("5"), `/k"l`: json.Number("6"), "/ ": json.Number("7"), "/m~0n": json.Number("8"),
	} {
		p, err := ParsePointer(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got, ok := p.Find(doc)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%q: found %v (-want +got):\n%s", text, ok, diff)
		}
	}
	for _, text := range []string{"/nothing", "/foo/2", "/foo/-1", "/foo/-", "/foo/00", "/foo/+0", "/foo/0/x", "//"} {
		p, err := ParsePointer(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if got, ok := p.Find(doc); ok {
			t.Errorf("%q: found %v", text, got)
		}
	}
	for _, text := range []string{"foo", "/~", "/~2", "/a~"} {
		if _, err := ParsePointer(text); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
}

// Every value of any document is found by the pointer made of the way to it.
func TestPointerFindsEveryValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var doc any = "leaf"
		var steps []string
		for range rapid.IntRange(0, 6).Draw(t, "depth") {
			if rapid.Bool().Draw(t, "list") {
				n := rapid.IntRange(0, 3).Draw(t, "before")
				list := make([]any, n, n+1)
				doc, steps = append(list, doc), append(steps, fmt.Sprint(n))
			} else {
				key := rapid.StringOfN(rapid.SampledFrom([]rune("~/01ab")), 0, 4, -1).Draw(t, "key")
				doc, steps = map[string]any{key: doc, key + "x": 1}, append(steps, key)
			}
		}
		text := ""
		for i := len(steps) - 1; i >= 0; i-- {
			text += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(steps[i])
		}
		p, err := ParsePointer(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := p.Find(doc); !ok || got != "leaf" {
			t.Errorf("%q in %v: got %v, %v", text, doc, got, ok)
		}
	})
}

func FuzzParsePointer(f *testing.F) {
	f.Add("/a~1b/0", `{"a/b": [1]}`)
	f.Add("", "[]")
	f.Fuzz(func(t *testing.T, text, body string) {
		p, err := ParsePointer(text)
		doc, errDoc := ParseJSON([]byte(body))
		if err != nil || errDoc != nil {
			return
		}
		if p.String() != text {
			t.Errorf("got %q, want %q", p, text)
		}
		if v, ok := p.Find(doc); ok {
			textOf(v)
		}
	})
}
