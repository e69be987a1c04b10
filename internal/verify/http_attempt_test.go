package verify

import (
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

func TestFill(t *testing.T) {
	got := fill("POST {path} HTTP/1.1\r\nContent-Length: {all}\r\n\r\n{hex}\r\n{embedded}", "/p", "GET /e")
	if want := "POST /p HTTP/1.1\r\nContent-Length: 9\r\n\r\n6\r\nGET /e"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProblem(t *testing.T) {
	ok, bad := &wire.Response{Status: 200}, &wire.Response{Status: 400}
	abc, other := []bodyRead{{Bytes: 3}}, []bodyRead{{Bytes: otherBytes}}
	for _, test := range []struct {
		what   string
		got    answer
		demand demand
		path   string
		want   string
	}{
		{"refused", answer{response: bad}, mustRefuse, whole, ""},
		{"closed", answer{err: wire.ErrNothing}, mustRefuse, whole, ""},
		{"called, but not read", answer{response: bad, calls: 1}, mustRefuse, whole, ""},
		{"read", answer{response: bad, calls: 1, reads: abc}, mustRefuse, whole, "accepted, 3 bytes read"},
		{"called", answer{err: wire.ErrNothing, calls: 1}, mustRefuse, headOnly, "accepted"},
		{"answered by itself", answer{response: ok}, mustRefuse, headOnly, "answered 200"},
		{"waits", answer{err: wire.ErrTimeout}, mustRefuse, whole, "no answer"},
		{"embedded", answer{response: bad, embedded: 1}, mustRefuse, whole, "served what is no request of its own"},
		{"served", answer{response: ok, calls: 1, reads: abc}, mayServe, whole, ""},
		{"refused", answer{response: bad}, mayServe, whole, ""},
		{"short", answer{response: ok, calls: 1, reads: []bodyRead{{Bytes: 2}}}, mayServe, whole, "2 bytes read instead of 3"},
		{"other", answer{response: ok, calls: 1, reads: other}, mayServe, whole, "other bytes read"},
		{"twice", answer{response: ok, calls: 2, reads: append(abc, abc...)}, mayServe, whole, "2 bodies read"},
		{"embedded", answer{response: ok, calls: 1, reads: abc, embedded: 1}, mayServe, whole, "served what is no request of its own"},
		{"served", answer{response: ok, calls: 1, reads: abc}, mustServe, whole, ""},
		{"served", answer{response: ok, calls: 1}, mustServe, headOnly, ""},
		{"refused", answer{response: bad}, mustServe, whole, "answered 400"},
		{"closed", answer{err: wire.ErrNothing}, mustServe, whole, "closed without a response"},
		{"other", answer{response: ok, calls: 1, reads: other}, mustEnd, whole, ""},
		{"embedded", answer{response: ok, embedded: 1}, mustEnd, whole, "served what is no request of its own"},
	} {
		if got := test.got.problem(attempt{body: posted, demand: test.demand}, test.path); got != test.want {
			t.Errorf("%s, must be %s: got %q, want %q", test.what, test.demand, got, test.want)
		}
	}
}

// TestAttemptsAreNamed: a reason that names no attempt, or two alike, helps nobody.
func TestAttemptsAreNamed(t *testing.T) {
	for _, a := range bodyAttempts("GET {}", "", mustRefuse, "{path} x", "\x00") {
		if a.what == "" || strings.Contains(a.what, "{") || strings.Contains(a.what, "\x00") {
			t.Errorf("%q is called %q", a.raw, a.what)
		}
	}
}
