package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wsgibench/wsgibench/scenarios"
)

// archive makes an HTTP archive with one request.
func archive(method, url, name, value, body string) []byte {
	pairs := []map[string]string{{"name": name, "value": value}}
	b, err := json.Marshal(map[string]any{"log": map[string]any{"entries": []any{map[string]any{
		"request":  map[string]any{"method": method, "url": url, "headers": pairs, "postData": map[string]any{"text": body}},
		"response": map[string]any{"status": 200},
	}}}})
	if err != nil {
		panic(err)
	}
	return b
}

// importText is importHAR without the file.
func importText(text []byte, o harOptions) (*scenarios.Scenario, error) {
	all, err := readHAR(bytes.NewReader(text))
	if err != nil {
		return nil, nil // nothing to import
	}
	r, err := selectHost(all, o.host)
	if err != nil {
		return nil, err
	}
	written := r.scenario("x.har", o)
	s, err := scenarios.Parse("x.yaml", []byte(written), nil, scenarios.Names{})
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, written)
	}
	return s, nil
}

// Whatever was recorded, what is written is a scenario, and says the same.
func TestImportedScenariosAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.OneOf(rapid.SampledFrom([]rune("${}|\"'\\:#%&\n\t \u0085\u2028")), rapid.Rune()), 0, 12, -1)
		body, value := text.Draw(t, "body"), text.Draw(t, "value")
		path := text.Draw(t, "path")
		for _, mix := range []bool{false, true} {
			s, err := importText(archive("POST", "http://127.0.0.1:8000/"+path, "X-Text", value, body), harOptions{mix: mix})
			if err != nil {
				t.Fatal(err)
			}
			if s == nil {
				continue
			}
			got, want := "", body
			if mix {
				got = s.Requests[0].Body.Text
			} else {
				got, want = s.Sessions[0].Steps[0].Body.Text, strings.ReplaceAll(body, "${", "$${")
			}
			if got != want {
				t.Errorf("mix %v: got body %q, want %q", mix, got, want)
			}
		}
	})
}

func FuzzImportHAR(f *testing.F) {
	f.Add(archive("GET", "http://h/p?q", "Accept", "*/*", ""), false)
	f.Add([]byte(`{"log": {"entries": [{"request": {"method": "GET", "url": "http://[::1]/"}, "time": -1}]}}`), true)
	f.Fuzz(func(t *testing.T, text []byte, mix bool) {
		if _, err := importText(text, harOptions{mix: mix}); err != nil {
			t.Error(err)
		}
	})
}

func TestPauses(t *testing.T) {
	for d, want := range map[time.Duration]time.Duration{
		-time.Second: 0, 9 * time.Millisecond: 0, 14 * time.Millisecond: 10 * time.Millisecond, 1234 * time.Millisecond: 1200 * time.Millisecond,
		12_600 * time.Millisecond: 13 * time.Second, 30 * time.Hour: time.Hour,
	} {
		if got := roundPause(d); got != want {
			t.Errorf("%v: got %v, want %v", d, got, want)
		}
	}
}

// Nothing of what lets somebody in is written.
func TestSecretsAreLeftOut(t *testing.T) {
	for _, name := range []string{"Cookie", "Authorization", "Proxy-Authorization", "X-Api-Key", "X-Auth", "X-XSRF-Token", "Session-Id", "x-amz-security-token"} {
		all, err := readHAR(bytes.NewReader(archive("GET", "http://h/", name, "hush", "")))
		if err != nil {
			t.Fatal(err)
		}
		r, err := selectHost(all, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := r.scenario("x.har", harOptions{}); strings.Contains(got, "hush") || !strings.Contains(got, strings.ToLower(name)) {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}
