package script

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func lookupIn(values map[string]string) Lookup {
	return func(name string) (string, bool) { v, ok := values[name]; return v, ok }
}

func TestTemplates(t *testing.T) {
	values := lookupIn(map[string]string{"a": "A b", "u.n": `x"&/`, "empty": ""})
	for text, want := range map[string]string{
		"": "", "plain $ {a}": "plain $ {a}", "${a}": "A b", "<${a}${empty}>": "<A b>", "$${a}": "${a}", "$$${a}": "$${a}", "$${${a}": "${A b",
		"${u.n|url}": "x%22%26%2F", `"${u.n|json}"`: `"x\"&/"`, "a$": "a$", "}": "}",
	} {
		tmpl, err := ParseTemplate(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got, err := tmpl.Fill(values); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"${", "x${a", "${a|xml}", "$${a}${"} {
		if tmpl, err := ParseTemplate(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, tmpl)
		}
	}
	tmpl, _ := ParseTemplate("${b}${a}${b}${c|url}")
	if diff := cmp.Diff([]string{"b", "a", "c"}, tmpl.Variables()); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	if _, err := tmpl.Fill(values); err == nil || err.Error() != "no value for ${b}" {
		t.Errorf("got %v, want that there is no value", err)
	}
}

// Whatever a value holds: a filled path is one that can be sent, |url can be read back, |json makes a JSON string.
func TestEscapesAreSafe(t *testing.T) {
	path, _ := ParseTemplate("/x?a=${v}&b=${v|url}")
	text, _ := ParseTemplate(`{"v": "${v|json}"}`)
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.String().Draw(t, "v")
		values := lookupIn(map[string]string{"v": v})
		got, err := path.FillPath(values)
		if err != nil || strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '#' }) {
			t.Fatalf("got %q, %v", got, err)
		}
		_, b, _ := strings.Cut(got[strings.LastIndex(got, "&b="):], "=")
		if back, err := url.QueryUnescape(b); err != nil || back != v {
			t.Errorf("got %q back, %v, want %q", back, err, v)
		}
		filled, err := text.Fill(values)
		var doc struct{ V string }
		if err == nil {
			err = json.Unmarshal([]byte(filled), &doc)
		}
		if err != nil || doc.V != v {
			t.Errorf("%s: got %q, %v, want %q", filled, doc.V, err, v)
		}
	})
}

// Text that is escaped comes out as it went in, and every parsed template says which variables it needs.
func TestTemplateKeepsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("${}|ab")), 0, 20, -1).Draw(t, "text")
		literal := strings.ReplaceAll(text, "${", "$${")
		tmpl, err := ParseTemplate(literal)
		if err != nil {
			t.Fatalf("%q: %v", literal, err)
		}
		if got, err := tmpl.Fill(lookupIn(nil)); err != nil || got != text || tmpl.Variables() != nil {
			t.Errorf("%q: got %q, %v, want %q", literal, got, err, text)
		}
	})
}

func FuzzParseTemplate(f *testing.F) {
	for _, s := range []string{"/a/${b}/$${c}", "${", "${a|url}${|}", "$$${x}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, err := ParseTemplate(text)
		if err != nil {
			return
		}
		values := map[string]string{}
		for _, name := range tmpl.Variables() {
			values[name] = "v"
		}
		if _, err := tmpl.Fill(lookupIn(values)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
