package verify

import (
	"context"
	"fmt"
	"strings"
)

const inputStreams = "PEP 3333, Input and Error Streams"

// inputBody as it is sent, in one piece and in seven-byte chunks.
var (
	postInput    = Request{Method: "POST", Body: inputBody}
	chunkedInput = Request{Method: "POST", Body: inputBody, Chunked: true}
)

func init() {
	register(inputRead, inputReadAll, inputEnd, inputNone, inputReadline, inputReadlineSize, inputReadlines, inputIterate,
		inputChunked, inputChunkedMethods, inputLarge)
}

var inputRead = Check{
	ID: "input-read", Group: "input", Clause: inputStreams, Severity: WrongBytes,
	Doc: "read(n) gives n bytes of the body.",
	Why: "A body of 15 bytes with Content-Length, read in pieces on a connection that stays open. Applications call read(CONTENT_LENGTH) once and take it " +
		"for the whole.",
	Run: readings(postInput, reading{"read:2,read:13", []any{"li", "ne1\nline2\nend"}}, reading{"read:15", []any{inputBody}}),
}

var inputReadAll = Check{
	ID: "input-read-all", Group: "input", Clause: inputStreams, Severity: WrongBytes,
	Doc: "read() and read(-1) give the rest of the body, and return.",
	Why: "The same body, read without a size, at the start and after some of it. A server that hands out its raw socket waits here for " +
		"ever on a connection that stays open: a worker lost with each such request.",
	Run: readings(postInput, reading{"read", []any{inputBody}}, reading{"read:-1", []any{inputBody}}, reading{"read:2,read", []any{"li", "ne1\nline2\nend"}},
		reading{"read:2,read:-1", []any{"li", "ne1\nline2\nend"}}),
}

var inputEnd = Check{
	ID: "input-end", Group: "input", Clause: inputStreams, Severity: WrongBytes,
	Doc: "read(n) gives what is left where that is less, read(0) nothing; at the end read and readline give b'', again and again, and never wait.",
	Why: "The body is read to its end, read beyond it, and then read again. A server that reads on into the socket hangs, or hands the next request to " +
		"this one.",
	Run: readings(postInput, reading{"read:2,read:0,read:100", []any{"li", "", "ne1\nline2\nend"}}, reading{"read:15,read:1", []any{inputBody, ""}}, reading{"read:15,read:100,read,readline", []any{inputBody, "", "", ""}}),
}

var inputNone = Check{
	ID: "input-none", Group: "input", Clause: inputStreams, Severity: WrongBytes,
	Doc: "The body of a request that has none is empty, and reading it never waits.",
	Why: "A GET without Content-Length whose application reads: that must give b'' at once. Frameworks parse a form without looking at the method.",
	Run: readings(Request{}, reading{"read:1", []any{""}}, reading{"read", []any{""}}, reading{"readline", []any{""}}, reading{"iter", []any{list()}}),
}

var inputReadline = Check{
	ID: "input-readline", Group: "input", Clause: inputStreams, Severity: WrongBytes,
	Doc: "readline() gives line by line with its end, then b''.",
	Why: "A body of three lines. Parsers of uploads and of logs read so.",
	Run: readings(postInput, reading{"readline,readline,readline,readline", []any{"line1\n", "line2\n", "end", ""}},
		reading{"readline,read:3,readline,read", []any{"line1\n", "lin", "e2\n", "end"}}),
}

var inputReadlineSize = Check{
	ID: "input-readline-size", Group: "input", Clause: inputStreams, Severity: WrongBytes,
	Doc: "readline(n) gives at most n bytes of the line, and goes on where it stopped.",
	Why: "The PEP made the size mandatory since cgi.FieldStorage needs it: without it, a line without end fills the memory.",
	Run: readings(postInput, reading{"readline:2,readline:100,readline:3,readline", []any{"li", "ne1\n", "lin", "e2\n"}}),
}

var inputReadlines = Check{
	ID: "input-readlines", Group: "input", Clause: inputStreams, Severity: WrongBytes,
	Doc: "readlines() gives all lines with their ends, readlines(hint) these or fewer, and nothing is lost between them.",
	Why: "A body of three lines, read with and without a hint, which a server is free to ignore.",
	Run: func(ctx context.Context, s *Session) Result {
		if r := readings(postInput, reading{"readlines,readlines", []any{list("line1\n", "line2\n", "end"), list()}})(ctx, s); r.Outcome != Pass {
			return r
		}
		got, err := s.read(ctx, postInput, "readlines:3,readlines")
		if err != nil {
			return Failed("readlines(3), readlines(): %v", err)
		}
		var lines []any
		for _, part := range got {
			if l, ok := part.([]any); ok {
				lines = append(lines, l...)
			}
		}
		if want := list("line1\n", "line2\n", "end"); asJSON(lines) != asJSON(want) {
			return Failed("readlines(3), readlines(): got %s, want together %s", asJSON(got), asJSON(want))
		}
		return Passed()
	},
}

var inputIterate = Check{
	ID: "input-iterate", Group: "input", Clause: inputStreams, Severity: WrongBytes,
	Doc: "Iterating over wsgi.input gives line by line with its end, and stops.",
	Why: "for line in environ['wsgi.input'] over a body of three lines, and a read after it.",
	Run: readings(postInput, reading{"iter,read", []any{list("line1\n", "line2\n", "end"), ""}}, reading{"readline,iter", []any{"line1\n", list("line2\n", "end")}}),
}

var inputChunked = Check{
	ID: "input-chunked", Group: "input", Clause: "PEP 3333, Other HTTP Features; RFC 9112, section 7.1", Severity: WrongBytes,
	Doc: "Decodes a chunked body, so that the application reads what the client meant.",
	Why: "The body goes in chunks of seven bytes, on a connection that stays open, and is read with sizes; then a mebibyte in chunks of 10 000 bytes is " +
		"counted. What arrives otherwise is nothing, or the chunk sizes amid the data.",
	Run: func(ctx context.Context, s *Session) Result {
		if r := readings(chunkedInput, reading{"read:2,read:100,read:1", []any{"li", "ne1\nline2\nend", ""}})(ctx, s); r.Outcome != Pass {
			return r
		}
		if err := s.counts(ctx, Request{Method: "POST", Body: strings.Repeat("0123456789abcdef", 1<<16), Chunked: true, chunk: 10000}); err != nil {
			return Failed("a mebibyte: %v", err)
		}
		return Passed()
	},
}

var inputChunkedMethods = Check{
	ID: "input-chunked-methods", Group: "input", Clause: inputStreams, Severity: WrongBytes,
	Doc: "Every way to read works on a chunked body as on one with Content-Length.",
	Why: "read(), readline with and without a size, readlines and iterating over a body in chunks of seven bytes, whose lines cross their borders.",
	Run: readings(chunkedInput, reading{"read,read", []any{inputBody, ""}}, reading{"readline,readline,readline,readline", []any{"line1\n", "line2\n", "end", ""}},
		reading{"readline:2,readline:100", []any{"li", "ne1\n"}}, reading{"readlines", []any{list("line1\n", "line2\n", "end")}},
		reading{"iter,read", []any{list("line1\n", "line2\n", "end"), ""}}),
}

var inputLarge = Check{
	ID: "input-large", Group: "input", Clause: inputStreams, Severity: WrongBytes,
	Doc: "A body of a mebibyte with Content-Length arrives whole.",
	Why: "The application counts the bytes and sums them up (CRC-32). Borders of buffers lie within it.",
	Run: func(ctx context.Context, s *Session) Result {
		body := strings.Repeat("0123456789abcdef", 1<<16)
		return judged(s.counts(ctx, Request{Method: "POST", Body: body}))
	},
}

// counts sends a body and compares what the application read of it.
func (s *Session) counts(ctx context.Context, r Request) error {
	r.Path = "/verify/body"
	answer, err := s.Ask(ctx, r)
	if err != nil {
		return err
	}
	if want := counted(r.Body); answer.Status != 200 || string(answer.Body) != want {
		return fmt.Errorf("got %d %s, want 200 %q", answer.Status, excerpt(answer.Body), want)
	}
	return nil
}
