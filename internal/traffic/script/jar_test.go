package script

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2024, 1, 2, 12, 0, 0, 0, time.UTC)

func TestJar(t *testing.T) {
	type step struct{ path, set string }
	for _, c := range []struct {
		steps      []step
		path, want string
	}{
		{nil, "/", ""},
		{[]step{{"/", "a=1"}, {"/", "b=2; Path=/; Secure; HttpOnly; Domain=elsewhere"}}, "/x?y=z", "a=1; b=2"},
		{[]step{{"/", "a=1"}, {"/", "b=2"}, {"/", "a=3"}}, "/", "a=3; b=2"},
		{[]step{{"/shop/cart?x=/y/", "a=1"}, {"/", "a=2"}}, "/shop", "a=1; a=2"},
		{[]step{{"/shop/cart", "a=1"}}, "/shopping", ""},
		{[]step{{"/", "a=1; path=/a/"}}, "/a", ""},
		{[]step{{"/", "a=1; path=/a/"}}, "/a/b", "a=1"},
		{[]step{{"/", "a=1"}, {"/", "a=; Max-Age=0"}}, "/", ""},
		{[]step{{"/", "a=1; Max-Age=5; Expires=Mon, 01 Jan 2001 00:00:00 GMT"}}, "/", "a=1"},
		{[]step{{"/", "a=1; Expires=Mon, 01-Jan-2001 00:00:00 GMT"}}, "/", ""},
		{[]step{{"/", "a=1; Expires=never; Max-Age=soon; Path=x"}}, "/", "a=1"},
		{[]step{{"/", ` a b = "1 2" ; x`}, {"/", "=x"}, {"/", "nothing"}, {"/", ""}}, "/", `a b="1 2"`},
	} {
		var j Jar
		for _, s := range c.steps {
			j.Keep([][2]string{{"SET-cookie", s.set}, {"Cookie", "no=1"}}, s.path, noon)
		}
		if got := j.Field(c.path, noon); got != c.want {
			t.Errorf("%v at %s: got %q, want %q", c.steps, c.path, got, c.want)
		}
	}
	var j Jar
	j.Keep([][2]string{{"Set-Cookie", "a=1; Max-Age=5"}}, "/", noon)
	if now, later := j.Field("/", noon.Add(4*time.Second)), j.Field("/", noon.Add(5*time.Second)); now != "a=1" || later != "" {
		t.Errorf("got %q then %q, want a=1 for five seconds", now, later)
	}
}

// For one host, the jar sends what net/http's sends.
func TestJarAgreesWithNetHTTP(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		theirs, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		var ours Jar
		paths := rapid.SampledFrom([]string{"/", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b"})
		at := func(path string) *url.URL { return &url.URL{Scheme: "http", Host: "127.0.0.1", Path: path} }
		for range rapid.IntRange(1, 8).Draw(t, "answers") {
			set := rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "name") + "=" + rapid.StringMatching(`[a-z0-9]{0,3}`).Draw(t, "value")
			if rapid.Bool().Draw(t, "path?") {
				set += "; Path=" + rapid.SampledFrom([]string{"/", "/a", "/a/", "/a/b", "a", ""}).Draw(t, "cookie path")
			}
			set += rapid.SampledFrom([]string{"", "", "; Max-Age=0", "; Max-Age=3600", "; Expires=Mon, 01 Jan 2001 00:00:00 GMT", "; HttpOnly"}).Draw(t, "life")
			path := paths.Draw(t, "path")
			ours.Keep([][2]string{{"Set-Cookie", set}}, path, time.Now())
			theirs.SetCookies(at(path), (&http.Response{Header: http.Header{"Set-Cookie": {set}}}).Cookies())
			ask := paths.Draw(t, "asked")
			want := ""
			for i, c := range theirs.Cookies(at(ask)) {
				if i > 0 {
					want += "; "
				}
				want += fmt.Sprintf("%s=%s", c.Name, c.Value)
			}
			if got := ours.Field(ask, time.Now()); got != want {
				t.Fatalf("after %q at %s, asked at %s: got %q, want %q", set, path, ask, got, want)
			}
		}
	})
}

// A server that sets ever new cookies does not fill the memory.
func TestJarIsBounded(t *testing.T) {
	var j Jar
	for i := range 2 * maxCookies {
		j.Keep([][2]string{{"Set-Cookie", fmt.Sprintf("c%d=1", i)}}, "/", noon)
	}
	if len(j.cookies) != maxCookies {
		t.Errorf("got %d cookies, want %d", len(j.cookies), maxCookies)
	}
}
