package verify

import (
	"context"
	"strings"
)

// chunked is the beginning of a request whose body comes in chunks.
const chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

func init() {
	register(chunkValid, chunkExtension, chunkExtensionBytes, chunkSizeSyntax, chunkSizeOverflow, chunkDataEnd,
		chunkLineEnd, chunkTrailers)
}

var chunkValid = Check{
	ID: "chunk-valid", Group: "http-framing", Clause: "RFC 9112, section 7.1", Severity: WrongBytes,
	Doc: "Every chunked body that the grammar allows is read byte for byte.",
	Why: "Sent are hexadecimal digits of both cases, leading zeros, single bytes, and data that looks like a last chunk.",
	Run: func(ctx context.Context, s *Session) Result {
		const end = "0\r\n\r\n"
		return tryAll(ctx, s, []attempt{
			{what: "empty", raw: chunked + end, demand: mustServe},
			{what: "a size of A", raw: chunked + "A\r\n0123456789\r\n" + end, body: "0123456789", demand: mustServe},
			{what: "a size of a", raw: chunked + "a\r\n0123456789\r\n" + end, body: "0123456789", demand: mustServe},
			{what: "leading zeros", raw: chunked + "0003\r\nabc\r\n000\r\n\r\n", body: posted, demand: mustServe},
			{what: "single bytes", raw: chunked + strings.Repeat("1\r\nx\r\n", 300) + end, body: strings.Repeat("x", 300), demand: mustServe},
			{what: "data like the end", raw: chunked + "c\r\n\r\n0\r\n\r\n0\r\n\r\n\r\n" + end, body: "\r\n0\r\n\r\n0\r\n\r\n", demand: mustServe},
			{what: "100 kB", raw: chunked + "186a0\r\n" + strings.Repeat("y", 100000) + "\r\n" + end, body: strings.Repeat("y", 100000), demand: mustServe},
		})
	},
}

var chunkExtension = Check{
	ID: "chunk-extension", Group: "http-framing", Clause: "RFC 9112, section 7.1.1", Severity: WrongHead,
	Doc: "Chunk extensions that a server does not know are ignored.",
	Why: "A recipient must ignore them; a server that refuses them fails for clients that sign their chunks.",
	Run: tries(bodyAttempts(chunked+"3{}\r\nabc\r\n0{}\r\n\r\n", posted, mustServe, ";a", ";a=b", `;a="b"`, ";a=b;c=d", `;a="b;c"`)),
}

var chunkExtensionBytes = Check{
	ID: "chunk-extension-bytes", Group: "http-framing", Clause: "RFC 9112, sections 2.2 and 7.1.1", Severity: Deviation,
	Doc: "A chunk extension with a line end, a NUL or another control character in it is refused.",
	Why: "Where one server ends the line at the bare CR or LF and another does not, they read different bodies (CVE-2025-55315).",
	Run: tries(bodyAttempts(chunked+"3{}\r\nabc\r\n0\r\n\r\n", "", mustRefuse, ";a\x00", ";a\rb", ";a\nb", ";\x7f")),
}

var chunkSizeSyntax = Check{
	ID: "chunk-size-syntax", Group: "http-framing", Clause: "RFC 9112, section 7.1", Severity: Deviation,
	Doc: "A chunk size that is not a plain hexadecimal number is refused.",
	Why: "int(x, 16) of Python takes 0x, signs, spaces and underscores, other servers do not.",
	Run: tries(bodyAttempts(chunked+"{}\r\nabc\r\n0\r\n\r\n", "", mustRefuse, "0x3", "+3", "-3", "0_3", " 3", "", "3g", "3 3", "\uff13")),
}

var chunkSizeOverflow = Check{
	ID: "chunk-size-overflow", Group: "http-framing", Clause: "RFC 9112, section 7.1", Severity: WrongBytes,
	Doc: "A chunk size beyond 2^64 is not cut to its last digits.",
	Why: "Sent is 2^64+3 with 3 bytes and a last chunk. A server that overflows reads the body as whole; another refuses it or waits.",
	Run: func(ctx context.Context, s *Session) Result {
		const raw = chunked + "{}\r\nabc\r\n0\r\n\r\n"
		for _, size := range []string{"10000000000000003", "100000003"} {
			a := attempt{what: size, raw: strings.ReplaceAll(raw, "{}", size), cut: true}
			got, err := s.try(ctx, whole, a)
			if err != nil {
				return Untested("%s: %v", size, err)
			}
			if len(got.reads) > 0 && got.reads[0].Bytes == len(posted) {
				return Failed("a size of %s was taken for 3", size)
			}
		}
		return Passed()
	},
}

var chunkDataEnd = Check{
	ID: "chunk-data-end", Group: "http-framing", Clause: "RFC 9112, section 7.1", Severity: WrongBytes,
	Doc: "Chunk data that is not followed by CRLF is refused.",
	Why: "A chunk that is longer than its size, or a lost line end, shows that the sender and the server count differently.",
	Run: tries(bodyAttempts(chunked+"3\r\n{}0\r\n\r\n", "", mustRefuse, "abc", "abcdef\r\n", "abcX\r\n", "abc\r\r\n", "abc \r\n")),
}

var chunkLineEnd = Check{
	ID: "chunk-line-end", Group: "http-framing", Clause: "RFC 9112, sections 2.2 and 7.1", Severity: Deviation,
	Doc: "The lines of a chunked body end with CRLF and with nothing else.",
	Why: "A bare LF may end the lines of a head, but not those of a body.",
	Run: tries(bodyAttempts(chunked+"{}", "", mustRefuse, "3\nabc\r\n0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabc\r\n0\n\r\n", "3\rabc\r\n0\r\n\r\n")),
}

var chunkTrailers = Check{
	ID: "chunk-trailers", Group: "http-framing", Clause: "RFC 9110, section 6.5; RFC 9112, section 7.1.2", Severity: WrongBytes,
	Doc: "Trailers are read to their end, change no framing, and are no request.",
	Why: "Sent are trailers, also such as must not stand there (Content-Length, Transfer-Encoding, Host), and a request in their place.",
	Run: func(ctx context.Context, s *Session) Result {
		const body = chunked + "3\r\nabc\r\n0\r\n"
		return tryAll(ctx, s, []attempt{
			{what: "a trailer", raw: body + "X-Checksum: 1\r\n\r\n", body: posted, demand: mustServe},
			{what: "Content-Length", raw: body + "Content-Length: 999\r\n\r\n", body: posted, demand: mayServe},
			{what: "Transfer-Encoding", raw: body + "Transfer-Encoding: gzip\r\n\r\n", body: posted, demand: mayServe},
			{what: "Host", raw: body + "Host: other\r\n\r\n", body: posted, demand: mayServe},
			{what: "a request", raw: body + "{embedded}", body: posted, demand: mayServe},
		})
	},
}
