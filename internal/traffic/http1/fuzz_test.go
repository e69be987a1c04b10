package http1

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

// FuzzResponse checks three things on the same bytes: that the parser never panics, that it does not matter how they
// are cut, and that net/http reads the same from what the parser accepts.
func FuzzResponse(f *testing.F) {
	for _, r := range responses {
		if len(r.text) < 10_000 {
			f.Add([]byte(r.text), r.method == "HEAD", uint8(3))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, isHead bool, piece uint8) {
		method := "GET"
		if isHead {
			method = "HEAD"
		}
		m := message(t, Spec{Method: method, Host: "h", Expect: anything})
		var p Parser
		whole := parse(&p, m, string(b), 1<<20)
		var q Parser
		if cut := parse(&q, m, string(b), int(piece)+1); outcome(cut) != outcome(whole) {
			t.Fatalf("in pieces of %d: %s; whole: %s", int(piece)+1, cut, whole)
		}
		if p.state != complete {
			return
		}
		sameAsNetHTTP(t, b, method, &p)
	})
}

// outcome leaves out what may depend on the pieces: which of two faults is found first, and how much came after the end.
func outcome(result string) string {
	kind, _, _ := strings.Cut(result, ": ")
	return leftOver.ReplaceAllString(kind, "")
}

// sameAsNetHTTP reads the response with net/http. Everything that this package accepts, net/http accepts too, with the
// same meaning; the other way round not, as this package is stricter.
func sameAsNetHTTP(t *testing.T, b []byte, method string, p *Parser) {
	r := bufio.NewReader(bytes.NewReader(b))
	for {
		res, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			if knownDifference(err) {
				return
			}
			t.Fatalf("accepted as %d with %d bytes; net/http: %v", p.Status, p.BodyBytes(), err)
		}
		if res.StatusCode < 200 {
			continue
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			if knownDifference(err) {
				return
			}
			t.Fatalf("accepted as %d with %d bytes; net/http's body: %v", p.Status, p.BodyBytes(), err)
		}
		if res.StatusCode != p.Status || int64(len(body)) != p.BodyBytes() {
			t.Fatalf("%d with %d bytes; net/http: %d with %d bytes", p.Status, p.BodyBytes(), res.StatusCode, len(body))
		}
		// net/http also calls a response closing that has no length; that is EOFFramed here.
		if minor := res.ProtoMinor; minor <= 1 && !p.EOFFramed() && p.framing != byNothing && res.Close == p.KeepAlive {
			t.Fatalf("keep-alive %v; net/http: close %v", p.KeepAlive, res.Close)
		}
		return
	}
}

// knownDifference names what net/http rejects and this package does not, with reason.
func knownDifference(err error) bool {
	for _, text := range []string{
		"malformed HTTP version",        // HTTP/1.2 and later minor versions, which RFC 9110 (2.5) says to read as 1.1
		"malformed MIME header",         // a header line that starts with a tab only, or field names that net/http limits
		"invalid trailer",               // net/http limits which fields a trailer may have
		"suspiciously long trailer",     // and how long it is
		"chunked encoding contains too", // and how much is chunk overhead
		"bad trailer key",
	} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}
