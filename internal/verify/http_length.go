package verify

import "context"

func init() { register(framingLengthAndChunks, framingTwoLengths, framingLengthSyntax) }

var framingLengthAndChunks = Check{
	ID: "framing-length-and-chunks", Group: "http-framing", Clause: "RFC 9112, section 6.3, item 3", Severity: WrongBytes,
	Doc: "A request with both Content-Length and Transfer-Encoding is refused, or read as chunked and the last of its connection.",
	Why: "The two lengths disagree about where the next request begins: what is data for one side is a request for the other. " +
		"A whole request lies in the part on which they disagree, and must not be served.",
	Run: func(ctx context.Context, s *Session) Result {
		const chunked, length = "Transfer-Encoding: chunked\r\n", "Content-Length: {all}\r\n"
		const short = "Content-Length: 4\r\n"
		const body = "\r\n3\r\nabc\r\n0\r\n\r\n{embedded}"
		return tryAll(ctx, s, []attempt{
			{what: "length first", raw: post + length + chunked + body, body: posted, demand: mayServe},
			{what: "chunked first", raw: post + chunked + length + body, body: posted, demand: mayServe},
			{what: "short length", raw: post + short + chunked + body, body: posted, demand: mayServe},
			{what: "kept alive", raw: post + "Connection: keep-alive\r\n" + length + chunked + body, body: posted, demand: mayServe},
		})
	},
}

var framingTwoLengths = Check{
	ID: "framing-two-lengths", Group: "http-framing", Clause: "RFC 9112, section 6.3, item 5", Severity: WrongBytes,
	Doc: "A request with two different Content-Lengths is refused; the same one twice may be taken as one.",
	Why: "Two servers in a row that choose differently see different requests. The longer of the two lengths covers a whole request, " +
		"which must not be served.",
	Run: tries([]attempt{
		{what: "short and long", raw: post + "Content-Length: 3\r\nContent-Length: {all}\r\n\r\nabc{embedded}", demand: mustRefuse},
		{what: "long and short", raw: post + "Content-Length: {all}\r\nContent-Length: 3\r\n\r\nabc{embedded}", demand: mustRefuse},
		{what: "zero and long", raw: post + "Content-Length: 0\r\nContent-Length: {all}\r\n\r\n{embedded}", demand: mustRefuse},
		{what: `"3, 4"`, raw: post + "Content-Length: 3, 4\r\n\r\nabcd", demand: mustRefuse},
		{what: "twice the same", raw: post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", body: posted, demand: mayServe},
		{what: `"3, 3"`, raw: post + "Content-Length: 3, 3\r\n\r\nabc", body: posted, demand: mayServe},
	}),
}

var framingLengthSyntax = Check{
	ID: "framing-length-syntax", Group: "http-framing", Clause: "RFC 9110, section 8.6", Severity: Deviation,
	Doc: "A Content-Length that is not a decimal number is refused, and one with leading zeros is not octal.",
	Why: "int() of Python takes signs, spaces and underscores, other servers do not: together they disagree about where a request ends.",
	Run: func(ctx context.Context, s *Session) Result {
		attempts := bodyAttempts(post+"Content-Length: {}\r\n\r\n0123456789", "", mustRefuse,
			"-1", "+3", "-0", "1_0", "0x5", "0o5", "1 0", "", "3;", "3.0", "\u0663")
		return tryAll(ctx, s, append(attempts, bodyAttempts(post+"Content-Length: {}\r\n\r\n0123456789", "0123456789", mayServe, "010")...))
	},
}
