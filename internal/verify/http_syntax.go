package verify

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
)

// get is the beginning of a request without a body.
const get = "GET {path} HTTP/1.1\r\nHost: " + Host + "\r\n"

func init() {
	register(syntaxUnusualAccepted, syntaxVersion, syntaxMethod, syntaxTarget, syntaxHost, syntaxFieldName,
		syntaxFieldValue, syntaxFold, syntaxBareLf)
}

var syntaxUnusualAccepted = Check{
	ID: "syntax-unusual-accepted", Group: "http-syntax", Clause: "RFC 9112, sections 2.3, 2.5 and 5.1", Severity: WrongHead,
	Doc: "Requests that are unusual, but correct, are served.",
	Why: "Sent are HTTP/1.2, names in odd cases, values without and with much white space, empty values, ports and IPv6 in Host, empty lines before.",
	Run: func(ctx context.Context, s *Session) Result {
		const start = "GET {path} HTTP/1.1\r\n"
		return tryHeads(ctx, s, []attempt{
			{what: "HTTP/1.2", raw: "GET {path} HTTP/1.2\r\nHost: " + Host + "\r\n\r\n", demand: mustServe},
			{what: "hOsT", raw: start + "hOsT: " + Host + "\r\n\r\n", demand: mustServe},
			{what: "no space", raw: start + "Host:" + Host + "\r\nX:y\r\n\r\n", demand: mustServe},
			{what: "white space", raw: start + "Host:\t  " + Host + " \t\r\n\r\n", demand: mustServe},
			{what: "empty value", raw: get + "X-Empty:\r\n\r\n", demand: mustServe},
			{what: "odd name", raw: get + "!#$%&'*+-.^`|~9: x\r\n\r\n", demand: mustServe},
			{what: "port in Host", raw: start + "Host: " + Host + ":8080\r\n\r\n", demand: mustServe},
			{what: "IPv6 in Host", raw: start + "Host: [::1]:8080\r\n\r\n", demand: mustServe},
			{what: "empty line before", raw: "\r\n" + get + "\r\n", demand: mustServe},
			{what: "100 fields", raw: get + strings.Repeat("X-Many: 1\r\n", 90) + "\r\n", demand: mustServe},
		})
	},
}

var syntaxVersion = Check{
	ID: "syntax-version", Group: "http-syntax", Clause: "RFC 9112, section 2.3; RFC 9110, section 15.6.6", Severity: Deviation,
	Doc: "A request line without a version, or with one that is not HTTP/1.x, is refused.",
	Why: "The version says how the rest is framed; what a server does not speak it must not answer.",
	Run: func(ctx context.Context, s *Session) Result {
		return tryHeads(ctx, s, bodyAttempts("GET {path}{}\r\nHost: "+Host+"\r\n\r\n", "", mustRefuse,
			"", " HTTP/9.9", " HTTP/2.0", " HTTP/01.1", " HTTP/1.01", " http/1.1", " HTTP/1", " HTTP/1.1x", " HTTP /1.1", " XTTP/1.1"))
	},
}

var syntaxMethod = Check{
	ID: "syntax-method", Group: "http-syntax", Clause: "RFC 9110, section 9.1; RFC 9112, section 3.1", Severity: WrongHead,
	Doc: "Methods are case-sensitive tokens: they reach the application as sent, or are refused.",
	Why: "An application that guards POST is open to a server that turns \"post\" into it; a method with an @ in it is none.",
	// A method is refused, or the application sees it as it was sent.
	Run: func(ctx context.Context, s *Session) Result {
		result := tryHeads(ctx, s, bodyAttempts("{} {path} HTTP/1.1\r\nHost: "+Host+"\r\n\r\n", "", mustRefuse, "G@T", "G\x00T", "GET,", "(GET)"))
		if result.Outcome != Pass {
			return result
		}
		for _, method := range []string{"get", "Post", "FROB", "M-SEARCH"} {
			talk := s.Talk()
			_, err := s.Ask(ctx, Request{Method: method, Path: talk.Path(headOnly)})
			for _, e := range talk.Seen() {
				var called struct{ Method string }
				if e.Name == "called" && e.Decode(&called) == nil && called.Method != method {
					return Failed("%s reached the application as %s", method, called.Method)
				}
			}
			if err != nil && talk.Calls() > 0 {
				return Failed("%s: the application was called, and then: %v", method, err)
			}
		}
		return Passed()
	},
}

var syntaxTarget = Check{
	ID: "syntax-target", Group: "http-syntax", Clause: "RFC 9112, section 3.2", Severity: Deviation,
	Doc: "A request target with spaces, control characters or a fragment, or that is no path, is refused.",
	Why: "Filters in front and the application behind see different paths where one of them repairs the target.",
	Run: func(ctx context.Context, s *Session) Result {
		attempts := bodyAttempts("GET {} HTTP/1.1\r\nHost: "+Host+"\r\n\r\n", "", mustRefuse,
			"{path} x", "{path}#fragment", "{path}\x00", "{path}\x7f", "{path}\x1b", "x{path}", "*", "")
		return tryHeads(ctx, s, attempts)
	},
}

var syntaxHost = Check{
	ID: "syntax-host", Group: "http-syntax", Clause: "RFC 9112, section 3.2", Severity: Deviation,
	Doc: "An HTTP/1.1 request without Host, with two of them, or with one that is no host, is refused with 400.",
	Why: "Routing, caching and links follow Host; two readers that pick different ones can be played off against each other.",
	Run: func(ctx context.Context, s *Session) Result {
		attempts := bodyAttempts("GET {path} HTTP/1.1\r\n{}\r\n", "", mustRefuse,
			"", "Host: a\r\nHost: b\r\n", "Host: a b\r\n", "Host: a/b\r\n", "Host: a@b\r\n", "Host: a\x01\r\n", "Host: a:b\r\n", "Host: [::1\r\n")
		attempts[0].what = "none"
		return tryHeads(ctx, s, attempts)
	},
}

var syntaxFieldName = Check{
	ID: "syntax-field-name", Group: "http-syntax", Clause: "RFC 9112, sections 5 and 5.1", Severity: Deviation,
	Doc: "A header line without a colon, without a name, or with white space or control characters in the name is refused.",
	Why: "A server that drops the line, or repairs the name, sees another request than the server in front of it.",
	Run: func(ctx context.Context, s *Session) Result {
		return tryHeads(ctx, s, bodyAttempts(get+"{}\r\n\r\n", "", mustRefuse,
			"X-No-Colon", ": no-name", "X Space: y", "X-Before : y", "X-Tab\t: y", "X-Nul\x00: y", "X-Del\x7f: y", "X(Y): z", "X-\xc3\xa9: y"))
	},
}

var syntaxFieldValue = Check{
	ID: "syntax-field-value", Group: "http-syntax", Clause: "RFC 9110, section 5.5; RFC 9112, section 2.2", Severity: WrongHead,
	Doc: "No NUL, CR or LF reaches the application in a header's value: the request is refused, or each becomes a space.",
	Why: "What the application copies into a log, a command or another header must not end the line there.",
	Run: func(ctx context.Context, s *Session) Result {
		var wrong []string
		for _, value := range []string{"a\x00b", "a\rb", "ab\r"} {
			values, err := environAfter(ctx, s, "Host: "+Host+"\r\nX-Value: "+value+"\r\n")
			if err != nil {
				return Untested("%q: %v", value, err)
			}
			if got := values["HTTP_X_VALUE"]; strings.ContainsAny(got, "\x00\r\n") {
				wrong = append(wrong, strconv.Quote(got))
			}
		}
		if len(wrong) > 0 {
			return Failed("reached the application in a value: %s", strings.Join(wrong, ", "))
		}
		return Passed()
	},
}

var syntaxFold = Check{
	ID: "syntax-fold", Group: "http-syntax", Clause: "RFC 9112, sections 2.2 and 5.2", Severity: WrongHead,
	Doc: "A folded header is refused, or its fold becomes spaces; a fold before the first header makes no header.",
	Why: "The folded line must not be lost, nor be taken for a header of its own.",
	Run: func(ctx context.Context, s *Session) Result {
		values, err := environAfter(ctx, s, "Host: "+Host+"\r\nX-Fold: a\r\n  X-Other: b\r\n")
		if err != nil {
			return Untested("%v", err)
		}
		got := strings.Join(strings.Fields(values["HTTP_X_FOLD"]), " ")
		_, other := values["HTTP_X_OTHER"]
		if values != nil && (other || got != "a X-Other: b" || strings.ContainsAny(values["HTTP_X_FOLD"], "\r\n")) {
			return Failed("the fold \"a\\r\\n  X-Other: b\" became %q, a header of its own: %v", values["HTTP_X_FOLD"], other)
		}
		values, err = environAfter(ctx, s, "  X-First: a\r\nHost: "+Host+"\r\n")
		if err != nil {
			return Untested("before the first header: %v", err)
		}
		if got, found := values["HTTP_X_FIRST"]; found {
			return Failed("a line that begins with spaces became a header, %q", got)
		}
		return Passed()
	},
}

var syntaxBareLf = Check{
	ID: "syntax-bare-lf", Group: "http-syntax", Clause: "RFC 9112, section 2.2", Severity: Note,
	Doc: "A head whose lines end with LF alone is refused.",
	Why: "RFC 9112 allows to take it, for the sake of old programs; refusing is what keeps servers in a row agreed.",
	Run: func(ctx context.Context, s *Session) Result {
		return tryHeads(ctx, s, []attempt{
			{what: "every line", raw: strings.ReplaceAll(get+"X: y\r\n\r\n", "\r\n", "\n"), demand: mustRefuse},
			{what: "the request line", raw: "GET {path} HTTP/1.1\nHost: " + Host + "\r\n\r\n", demand: mustRefuse},
			{what: "a header", raw: get + "X: y\n\r\n", demand: mustRefuse},
		})
	},
}

// environAfter sends a head to the application that answers with all of environ, and returns the values of its HTTP_
// variables; nil: the request was refused.
func environAfter(ctx context.Context, s *Session, lines string) (map[string]string, error) {
	c, err := s.Dial(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	c.Send("GET /verify/environ HTTP/1.1\r\n" + lines + "\r\n")
	response, err := Receive(ctx, c, "GET")
	if err != nil || response.Status != 200 {
		return nil, nil
	}
	var report struct{ Vars map[string][]string }
	if err := json.Unmarshal(response.Body, &report); err != nil {
		return nil, err
	}
	values := map[string]string{}
	for key, value := range report.Vars {
		if strings.HasPrefix(key, "HTTP_") && len(value) == 2 {
			values[key] = value[1]
		}
	}
	return values, nil
}
