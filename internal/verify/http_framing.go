package verify

import "context"

// post is the beginning of a request whose body the application reads.
const post = "POST {path} HTTP/1.1\r\nHost: " + Host + "\r\n"

// posted is what the ordinary body of these attempts is.
const posted = "abc"

func init() {
	register(framingCodingUnknown, framingCodingSpelling, framingUnderscoreNames, framingChunked10, framingBodyOfGet,
		framingErrorIsLast)
}

var framingCodingUnknown = Check{
	ID: "framing-coding-unknown", Group: "http-framing", Clause: "RFC 9112, sections 6.1 and 6.3, item 4", Severity: WrongBytes,
	Doc: "A request whose last transfer coding is not chunked, or that is chunked twice, is refused.",
	Why: "Nobody can tell where such a body ends. A server that takes it for no body serves the data as the next request.",
	Run: func(ctx context.Context, s *Session) Result {
		attempts := bodyAttempts(post+"Transfer-Encoding: {}"+afterChunks+"{embedded}", "", mustRefuse,
			"chunked, gzip", "gzip", "identity", "xchunked", "chunked;q=1", "chunked, chunked", "chunked, identity")
		return tryAll(ctx, s, append(attempts, attempt{
			what: "two fields", raw: post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity" + afterChunks + "{embedded}", demand: mustRefuse,
		}))
	},
}

var framingCodingSpelling = Check{
	ID: "framing-coding-spelling", Group: "http-framing", Clause: "RFC 9112, sections 5.1 and 6.1; RFC 9110, section 5.6.1", Severity: WrongBytes,
	Doc: "A misspelled Transfer-Encoding is refused, and never ignored so that the body becomes the next request.",
	Why: "Sent are vertical tabs, NULs, folded lines and spaces before the colon. A front server that takes one of them for chunked and a back " +
		"server that does not are open to request smuggling.",
	Run: func(ctx context.Context, s *Session) Result {
		attempts := bodyAttempts(post+"Transfer-Encoding{}"+afterChunks, "", mustRefuse,
			": \vchunked", ": chunked\x00", ": \"chunked\"", " : chunked", "\t: chunked", "\x00: chunked")
		// Empty members of a list are to be ignored, and a fold is a space, so that these may be read as chunked.
		attempts = append(attempts, bodyAttempts(post+"Transfer-Encoding{}"+afterChunks, posted, mayServe,
			": ,chunked", ": chunked,", ":\r\n chunked", ":chunked", ": Chunked")...)
		return tryAll(ctx, s, attempts)
	},
}

var framingUnderscoreNames = Check{
	ID: "framing-underscore-names", Group: "http-framing", Clause: "RFC 9110, section 5.1", Severity: WrongBytes,
	Doc: "Transfer_Encoding and Content_Length are names like any other: they do not frame the body.",
	Why: "In environ both spellings look alike. A server that takes the framing from there reads another body than the one in front of it.",
	Run: tries([]attempt{
		{what: "Transfer_Encoding", raw: post + "Transfer_Encoding: chunked\r\nContent-Length: {all}\r\n\r\n3\r\nabc\r\n0\r\n\r\n", body: "3\r\nabc\r\n0\r\n\r\n", demand: mayServe},
		{what: "Content_Length", raw: post + "Content_Length: 1\r\nContent-Length: 3\r\n\r\nabc", body: posted, demand: mayServe},
		{what: "Content_Length and chunks", raw: post + "Content_Length: 1\r\nTransfer-Encoding: chunked" + afterChunks, body: posted, demand: mayServe},
	}),
}

// afterChunks is a chunked body, and a request that is served when the body was taken for another.
const afterChunks = "\r\n\r\n3\r\nabc\r\n0\r\n\r\n"

var framingChunked10 = Check{
	ID: "framing-chunked-1.0", Group: "http-framing", Clause: "RFC 9112, section 6.1", Severity: WrongBytes,
	Doc: "A Transfer-Encoding in an HTTP/1.0 request is refused, or the request is the last of its connection.",
	Why: "HTTP/1.0 knows no chunks, so that a proxy in front may not have seen them. What follows must not be served, whatever Connection says.",
	Run: func(ctx context.Context, s *Session) Result {
		const old = "POST {path} HTTP/1.0\r\nHost: " + Host + "\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n"
		return tryAll(ctx, s, []attempt{
			{what: "chunked", raw: old + "\r\n3\r\nabc\r\n0\r\n\r\n{embedded}", demand: mustEnd},
			{what: "with a length", raw: old + "Content-Length: {all}\r\n\r\n3\r\nabc\r\n0\r\n\r\n{embedded}", demand: mustEnd},
		})
	},
}

var framingBodyOfGet = Check{
	ID: "framing-body-of-get", Group: "http-framing", Clause: "RFC 9110, section 9.3.1; RFC 9112, section 6.3", Severity: WrongBytes,
	Doc: "A body is a body whatever the method: that of GET, HEAD and OPTIONS is not served as a request.",
	Why: "The body is a whole request. The application does not read it; the server has to skip it or close.",
	Run: func(ctx context.Context, s *Session) Result {
		var attempts []attempt
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "DELETE"} {
			start := method + " {path} HTTP/1.1\r\nHost: " + Host + "\r\n"
			attempts = append(attempts,
				attempt{what: method + " with a length", raw: start + "Content-Length: {all}\r\n\r\n{embedded}", demand: mayServe},
				attempt{what: method + " in chunks", raw: start + "Transfer-Encoding: chunked\r\n\r\n{hex}\r\n{embedded}\r\n0\r\n\r\n", demand: mayServe})
		}
		return tryHeads(ctx, s, attempts)
	},
}

var framingErrorIsLast = Check{
	ID: "framing-error-is-last", Group: "http-framing", Clause: "RFC 9112, section 6.3", Severity: WrongBytes,
	Doc: "After a request that could not be parsed nothing more of its connection is served.",
	Why: "Where the next request begins is no longer known. A well-formed request follows each error, and must not be served.",
	Run: func(ctx context.Context, s *Session) Result {
		var attempts []attempt
		for _, bad := range []struct{ what, raw string }{
			{"no HTTP", "hello\r\n\r\n"},
			{"bad version", "GET {path} HTTP/x\r\nHost: " + Host + "\r\n\r\n"},
			{"bad length", post + "Content-Length: x\r\n\r\n"},
			{"bad chunk", post + "Transfer-Encoding: chunked\r\n\r\nx\r\n"},
			{"unknown coding", post + "Transfer-Encoding: x\r\n\r\n"},
			{"space in a name", "GET {path} HTTP/1.1\r\nHost: " + Host + "\r\nX Y: z\r\n\r\n"},
		} {
			attempts = append(attempts, attempt{what: bad.what, raw: bad.raw + "{embedded}", demand: mayServe})
		}
		return tryAll(ctx, s, attempts)
	},
}
