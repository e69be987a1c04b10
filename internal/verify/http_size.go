package verify

import (
	"context"
	"fmt"
	"strings"
)

func init() { register(sizeUrl8000, sizeHeadWhole, sizeRefusalReadable, sizeLengthOverflow) }

var sizeUrl8000 = Check{
	ID: "size-url-8000", Group: "http-size", Clause: "RFC 9112, section 3", Severity: Deviation,
	Doc: "A request line of 8000 bytes is served.",
	Why: "It is what RFC 9112 recommends at the least; signed links and search forms come near it.",
	Run: func(ctx context.Context, s *Session) Result {
		return tryHeads(ctx, s, []attempt{{what: "8000 bytes", raw: longURL(7900), demand: mustServe}})
	},
}

var sizeHeadWhole = Check{
	ID: "size-head-whole", Group: "http-size", Clause: "RFC 9110, sections 4.1 and 5.4", Severity: WrongBytes,
	Doc: "A large head is served whole, or refused: no part of it is lost on the way to the application.",
	Why: "Sent are a URL and a header of 60 000 bytes, and 900 headers. A buffer that is too small must not become a shorter value.",
	Run: func(ctx context.Context, s *Session) Result {
		const n = 60000
		talk := s.Talk()
		pad := strings.Repeat("a", n)
		path := talk.Path(headOnly) + "&pad=" + pad
		s.Ask(ctx, Request{Path: path}) // what came back is not the question
		for _, e := range talk.Seen() {
			var called struct{ Query string }
			if e.Name == "called" && e.Decode(&called) == nil && !strings.HasSuffix(path, called.Query) {
				return Failed("of a query of %d bytes the application saw %d", len(path)-len(headOnly)-1, len(called.Query))
			}
		}
		values, err := environAfter(ctx, s, "Host: "+Host+"\r\nX-Pad: "+pad+"\r\n")
		if err != nil {
			return Untested("%v", err)
		}
		if got := values["HTTP_X_PAD"]; values != nil && got != pad {
			return Failed("of a value of %d bytes the application saw %d", n, len(got))
		}
		const many = 900
		var lines strings.Builder
		for i := range many {
			fmt.Fprintf(&lines, "X-Many-%d: y\r\n", i)
		}
		if values, err = environAfter(ctx, s, "Host: "+Host+"\r\n"+lines.String()); err != nil {
			return Untested("%v", err)
		}
		got := 0
		for key := range values {
			if strings.HasPrefix(key, "HTTP_X_MANY_") {
				got++
			}
		}
		if values != nil && got != many {
			return Failed("of %d headers the application saw %d", many, got)
		}
		return Passed()
	},
}

var sizeRefusalReadable = Check{
	ID: "size-refusal-readable", Group: "http-size", Clause: "RFC 9110, section 15.5.15; RFC 6585, section 5", Severity: Note,
	Doc: "A head that is too large is answered by an error status that the client can read.",
	Why: "Sent are URLs, methods, names and values of 100 000 bytes, and 10 000 headers. A connection that is cut instead, or reset while the client " +
		"still sends, looks like a broken network.",
	Run: func(ctx context.Context, s *Session) Result {
		const n = 100000
		long := strings.Repeat("a", n)
		var wrong []string
		for _, large := range []struct{ what, raw string }{
			{"URL", longURL(n)},
			{"method", strings.Replace(get, "GET", strings.Repeat("G", n), 1) + "\r\n"},
			{"header value", get + "X-Pad: " + long + "\r\n\r\n"},
			{"header name", get + long + ": x\r\n\r\n"},
			{"10 000 headers", get + strings.Repeat("X-Many: y\r\n", 10000) + "\r\n"},
		} {
			got, err := s.try(ctx, headOnly, attempt{what: large.what, raw: large.raw})
			if err != nil {
				return Untested("%s: %v", large.what, err)
			}
			if got.response == nil || got.response.Status == 0 {
				wrong = append(wrong, fmt.Sprintf("%s: %v", large.what, got.err))
			}
		}
		if len(wrong) > 0 {
			return Failed("%s", strings.Join(wrong, "; "))
		}
		return Passed()
	},
}

func longURL(n int) string {
	return strings.Replace(get, "{path}", "{path}&pad="+strings.Repeat("a", n), 1) + "\r\n"
}

var sizeLengthOverflow = Check{
	ID: "size-length-overflow", Group: "http-size", Clause: "RFC 9110, section 8.6", Severity: WrongBytes,
	Doc: "A Content-Length beyond 2^32 or 2^64 is not cut to its last bits.",
	Why: "Sent are 2^32+3 and 2^64+3 with ten bytes of body. A server that overflows reads three of them and takes the others for a request.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, length := range []string{"4294967299", "18446744073709551619"} {
			a := attempt{what: length, raw: post + "Content-Length: " + length + "\r\n\r\n0123456789", cut: true}
			got, err := s.try(ctx, whole, a)
			if err != nil {
				return Untested("%s: %v", length, err)
			}
			if len(got.reads) > 0 && got.reads[0].Bytes < 10 {
				return Failed("of 10 bytes that came the application read %d, with a Content-Length of %s", got.reads[0].Bytes, length)
			}
		}
		return Passed()
	},
}
