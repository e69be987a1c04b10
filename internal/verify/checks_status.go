package verify

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

func init() {
	register(statusReason, headRepeated, headLatin1, headMany, headListKept, headDate, headServer, headInjection,
		headCharacters, headTypes, statusMalformed, headLength, hopByHop, hopTransferEncoding)
}

var statusReason = Check{
	ID: "status-reason", Group: "head", Clause: startResponse, Severity: Note,
	Doc: "Sends the reason phrase that the application gave.",
	Why: "The status is \"299 Any R\\xe9ason (at all)\". HTTP lets a server drop the phrase, and clients should not read it; some do.",
	Run: inResponse("reason", func(r *wire.Response) error {
		if want := "Any R\xe9ason (at all)"; r.Status != 299 || r.Reason != want {
			return fmt.Errorf("got %d %q, want 299 %q", r.Status, r.Reason, want)
		}
		return nil
	}),
}

var headRepeated = Check{
	ID: "head-repeated", Group: "head", Clause: startResponse, Severity: WrongHead,
	Doc: "Sends headers of the same name as often, and in the order, as the application gave them.",
	Why: "Two Set-Cookie with another header between. Cookies cannot be combined with a comma: a server that does so, or keeps the last, loses a login.",
	Run: inResponse("cookies", func(r *wire.Response) error {
		if got := strings.Join(r.Values("Set-Cookie"), "|"); got != "a=1|b=2" {
			return fmt.Errorf("Set-Cookie is %q, want a=1 and b=2", r.Values("Set-Cookie"))
		}
		return nil
	}),
}

var headLatin1 = Check{
	ID: "head-latin1", Group: "head", Clause: "PEP 3333, Unicode Issues", Severity: WrongHead,
	Doc: "Sends latin-1 characters in a header as single bytes.",
	Why: "X-Latin: caf\\xe9. A server that encodes headers as UTF-8 doubles what applications have encoded already.",
	Run: inResponse("latin-1", func(r *wire.Response) error {
		if got := r.Get("X-Latin"); got != "caf\xe9" {
			return fmt.Errorf("X-Latin is %q, want \"caf\\xe9\"", got)
		}
		return nil
	}),
}

var headMany = Check{
	ID: "head-many", Group: "head", Clause: startResponse, Severity: WrongHead,
	Doc: "Sends sixty headers, and one with an empty value.",
	Why: "The headers are counted. Fixed tables of headers end somewhere.",
	Run: func(ctx context.Context, s *Session) Result {
		r, err := s.Get(ctx, startPath+"many")
		if err != nil {
			return Failed("%v", err)
		}
		for i := range 60 {
			if got := r.Get(fmt.Sprintf("X-Many-%d", i)); got != fmt.Sprint(i) {
				return Failed("X-Many-%d is %q", i, got)
			}
		}
		if r, err = s.Get(ctx, startPath+"empty-value"); err != nil {
			return Failed("an empty value: %v", err)
		}
		if got := r.Values("X-Empty"); len(got) != 1 || got[0] != "" || r.Get("X-After") != "1" {
			return Failed("an empty value: X-Empty is %q, X-After %q", got, r.Get("X-After"))
		}
		return Passed()
	},
}

var headListKept = Check{
	ID: "head-list-kept", Group: "head", Clause: startResponse, Severity: Note,
	Doc: "Does not add its own headers to the application's list.",
	Why: "The application hands over the same list three times. The PEP allows a server to change it; an application with a constant list then " +
		"sends one Date more with each response.",
	Run: func(ctx context.Context, s *Session) Result {
		for range 3 {
			t := s.Talk()
			if _, err := s.Get(ctx, t.Path("/verify/shared")); err != nil {
				return Failed("%v", err)
			}
			e, err := t.Await(ctx, "length")
			if err != nil {
				return Failed("%v", err)
			}
			if e.String() != "2" {
				return Failed("the application's list of 2 headers has grown to %s", e)
			}
		}
		return Passed()
	},
}

var headDate = Check{
	ID: "head-date", Group: "head", Clause: "RFC 9110, section 6.6.1", Severity: Note,
	Doc: "Sends a Date that is right to two seconds.",
	Why: "Caches compute ages from it; a server with a clock must send it.",
	Run: inResponse("cookies", func(r *wire.Response) error {
		at, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", r.Get("Date"))
		if err != nil || len(r.Values("Date")) != 1 {
			return fmt.Errorf("the Date is %q", r.Values("Date"))
		}
		if off := time.Since(at); off > 3*time.Second || off < -2*time.Second { // it has whole seconds
			return fmt.Errorf("the Date is %q, off by %v", r.Get("Date"), off.Round(time.Second))
		}
		return nil
	}),
}

var headServer = Check{
	ID: "head-server", Group: "head", Clause: "RFC 9110, section 10.2.4", Severity: Note,
	Doc: "Sends a Server header.",
	Why: "It may; benchmarks such as TechEmpower's demand it.",
	Run: inResponse("cookies", func(r *wire.Response) error {
		if r.Get("Server") == "" {
			return errors.New("there is no Server header")
		}
		return nil
	}),
}

// inResponse is a check of what comes of one unusual, but right, call of start_response.
func inResponse(what string, judge func(*wire.Response) error) question {
	return func(ctx context.Context, s *Session) Result {
		r, err := s.Get(ctx, startPath+what)
		if err == nil && what != "reason" && r.Status != 200 {
			err = fmt.Errorf("got %d %s, want 200", r.Status, excerpt(r.Body))
		}
		if err == nil {
			err = judge(r)
		}
		return judged(err)
	}
}

var headInjection = Check{
	ID: "head-injection", Group: "head", Clause: "PEP 3333, The start_response() Callable", Severity: WrongHead,
	Doc: "Does not let CR or LF in a status, or in a header's name or value, begin a new line of the head.",
	Why: "Seven heads with X-Injected behind a CR, an LF or both. Where an application puts what a user wrote into a header (a redirect), the user writes " +
		"headers and bodies.",
	Run: harmless(wellFormed, "status-crlf", "status-lf", "value-crlf", "value-lf", "value-cr", "name-crlf", "name-lf"),
}

var headCharacters = Check{
	ID: "head-characters", Group: "head", Clause: "RFC 9110, section 5", Severity: Deviation,
	Doc: "Does not send NUL and other control characters in a header, nor names that are not tokens.",
	Why: "Heads with NUL in a value and a name, a bell, a space, a colon, and no name at all. What is behind the server reads them each in its own way.",
	Run: harmless(wellFormed, "value-nul", "value-control", "name-nul", "name-space", "name-colon", "name-empty"),
}

var headTypes = Check{
	ID: "head-types", Group: "head", Clause: "PEP 3333, A Note on String Types", Severity: Deviation,
	Doc: "Treats a status or a header that is no str, or not latin-1, as an error.",
	Why: "An int and bytes for the status; bytes, a number, None and a euro sign for a value; bytes for a name. What a lenient server sends then " +
		"(b'1') is not what was meant, and the next server refuses it.",
	Run: harmless(notOK, "status-int", "status-bytes", "value-bytes", "value-int", "value-none", "name-bytes", "value-euro"),
}

func notOK(r *wire.Response) error {
	if r.Complete && r.Status < 400 {
		return fmt.Errorf("got %d %s as if all were well", r.Status, strings.Join(r.Values("X-Value"), "|"))
	}
	return nil
}

var statusMalformed = Check{
	ID: "status-malformed", Group: "head", Clause: "RFC 9112, section 4", Severity: Deviation,
	Doc: "Sends only status lines with three digits, whatever the application says.",
	Why: "\"20 OK\", \"OK\" and \"200\" without a reason. Clients drop the connection at what is no status line.",
	Run: harmless(wellFormed, "status-two-digits", "status-words", "status-no-reason"),
}

var headLength = Check{
	ID: "head-length", Group: "head", Clause: "RFC 9110, section 8.6", Severity: Deviation,
	Doc: "Does not send a Content-Length that is no number, or two that differ.",
	Why: "\"five\", -5, and both 5 and 6. Two receivers may then disagree where the response ends.",
	Run: harmless(wellFormed, "length-word", "length-negative", "length-twice"),
}

// foreign finds what must not be in a head: the injected line, however its lines are taken apart.
var foreign = regexp.MustCompile(`[\r\n]X-Injected|[\x00\x07]`)

func wellFormed(r *wire.Response) error {
	if m := foreign.Find(r.Raw); m != nil {
		return fmt.Errorf("%q went over the wire", m)
	}
	if r.Status < 100 {
		return fmt.Errorf("the status is %d", r.Status)
	}
	for _, f := range r.Header {
		if !token.MatchString(f.Name) {
			return fmt.Errorf("the header %q went over the wire", f.Name)
		}
	}
	if n := r.Values("Content-Length"); len(n) > 1 {
		return fmt.Errorf("Content-Length is %q", n)
	}
	return nil
}

var hopByHop = Check{
	ID: "hop-by-hop", Group: "head", Clause: "PEP 3333, Other HTTP Features", Severity: Deviation,
	Doc: "Does not pass on Connection, Keep-Alive, TE, Trailers and Upgrade from the application.",
	Why: "These belong to the server; the PEP makes them an error. Two parties then speak about one connection.",
	Run: harmless(noHop, "hop-connection", "hop-keep-alive", "hop-te", "hop-trailers", "hop-upgrade"),
}

func noHop(r *wire.Response) error {
	for name, value := range map[string]string{"Connection": "X-Nothing", "Keep-Alive": "timeout=99", "TE": "", "Trailers": "", "Upgrade": ""} {
		if got := strings.Join(r.Values(name), ","); got != "" && strings.Contains(got, value) {
			return fmt.Errorf("%s: %s was passed on", name, got)
		}
	}
	return nil
}

var hopTransferEncoding = Check{
	ID: "hop-transfer-encoding", Group: "head", Clause: "PEP 3333, Other HTTP Features", Severity: WrongBytes,
	Doc: "Does not pass on Transfer-Encoding: chunked from an application that gives plain blocks.",
	Why: "The server passes it on, sends it twice, or sends the body unchunked: nobody can read the response.",
	Run: harmless(readable, "hop-transfer-encoding"),
}

const startPath = "/verify/start?case="

// harmless is a check that what no application may hand over does no harm: the server raises, answers 5xx, breaks off, or
// cleans it up. harm looks at what came all the same.
func harmless(harm func(*wire.Response) error, cases ...string) question {
	return func(ctx context.Context, s *Session) Result {
		for _, what := range cases {
			r, err := s.Ask(ctx, Request{Path: startPath + what, Close: true})
			var bad *wire.MalformedError
			switch {
			case errors.As(err, &bad):
				return Failed("%s: %v", what, err)
			case errors.Is(err, wire.ErrTimeout):
				return Failed("%s: neither a whole answer nor the end of the connection within %v", what, patience(ctx))
			case r == nil || err == nil && r.Status >= 500:
				continue
			}
			if err := harm(r); err != nil {
				return Failed("%s: %v", what, err)
			}
		}
		return Passed()
	}
}

func readable(r *wire.Response) error {
	switch {
	case !r.Complete:
		return nil // broken off
	case len(r.Values("Transfer-Encoding")) > 1:
		return fmt.Errorf("Transfer-Encoding is %q", r.Values("Transfer-Encoding"))
	case string(r.Body) != "12345":
		return fmt.Errorf("the body is %s, want \"12345\"", excerpt(r.Body))
	}
	return nil
}

// token is a header's name (RFC 9110, section 5.6.2).
var token = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
