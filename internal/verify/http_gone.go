package verify

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

func init() { register(halfCloseAnswered, resetInRequest, resetInResponse, earlyResponse) }

var halfCloseAnswered = Check{
	ID: "half-close-answered", Group: "http-slow", Clause: "RFC 9112, section 9.6", Severity: WrongBytes,
	Doc: "A client that closes its half of the connection after the request gets its whole answer.",
	Why: "Some clients and proxies say in this way that nothing more will come. The request is whole, and the answer is waited for.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, r := range []Request{{Path: "/hello"}, {Method: "POST", Path: whole, Body: "abc"}, {Method: "POST", Path: whole, Body: "abcdefghij", Chunked: true}} {
			c, err := s.Dial(ctx)
			if err != nil {
				return Untested("%v", err)
			}
			if err := errors.Join(c.Send(r.String()), c.CloseWrite()); err != nil {
				return Untested("%v", err)
			}
			response, err := Receive(ctx, c, r.Method)
			switch {
			case err != nil:
				return Failed("%s: %v", strings.SplitN(r.String(), " ", 2)[0], err)
			case response.Status != 200 || r.Body == "" && string(response.Body) != Hello:
				return Failed("got %d %s", response.Status, excerpt(response.Body))
			}
		}
		return Passed()
	},
}

var resetInRequest = Check{
	ID: "reset-in-request", Group: "http-slow", Clause: "RFC 9112, section 9.5", Severity: WrongBytes,
	Doc: "Clients that reset the connection within a request leave a server that serves.",
	Why: "As many as the server has threads, and one more, go away within the head and within the body.",
	Run: func(ctx context.Context, s *Session) Result {
		upload := Request{Method: "POST", Path: whole, Body: "abcdefghij"}.String()
		for _, raw := range []string{"", "GET /hello HTTP/1.1\r\nHost: l", upload[:len(upload)-5]} {
			for range min(s.threads(), 64) + 1 {
				c, err := s.Dial(ctx)
				if err != nil {
					return Failed("after a few: %v", err)
				}
				c.Send(raw)
				c.Reset()
			}
		}
		if err := s.Alive(ctx); err != nil {
			return Failed("afterwards a polite client got: %v", err)
		}
		return Passed()
	},
}

var resetInResponse = Check{
	ID: "reset-in-response", Group: "http-slow", Clause: "RFC 9112, section 9.5", Severity: WrongBytes,
	Doc: "Clients that reset the connection within a response leave a server that serves.",
	Why: "As many as the server has threads, and one more, go away after the head of a response of 20 MB.",
	Run: func(ctx context.Context, s *Session) Result {
		for range min(s.threads(), 64) + 1 {
			c, err := s.Dial(ctx)
			if err != nil {
				return Failed("after a few: %v", err)
			}
			if err := c.Send(Request{Path: "/verify/big?n=20000000"}.String()); err != nil {
				return Failed("%v", err)
			}
			brief, cancel := context.WithTimeout(ctx, patience(ctx))
			_, err = c.ReadHead(brief, "GET")
			cancel()
			if err != nil {
				return Failed("no head of the response: %v", err)
			}
			c.Reset()
		}
		if err := s.Alive(ctx); err != nil {
			return Failed("afterwards a polite client got: %v", err)
		}
		return Passed()
	},
}

var earlyResponse = Check{
	ID: "early-response", Group: "http-slow", Clause: "RFC 9112, section 9.6", Severity: WrongBytes,
	Doc: "An application that answers without reading a large upload is heard.",
	Why: "The client sends 8 MB and reads at the same time. A server that closes at once resets the connection, and with it the answer (\"connection reset\" " +
		"instead of 413).",
	Run: func(ctx context.Context, s *Session) Result {
		const size = 8 << 20
		c, err := s.Dial(ctx)
		if err != nil {
			return Untested("%v", err)
		}
		c.Send("POST /verify/body?read=none HTTP/1.1\r\nHost: " + Host + "\r\nContent-Length: " + strconv.Itoa(size) + "\r\n\r\n")
		sent := make(chan error, 1)
		go func() { sent <- c.Send(strings.Repeat("x", size)) }() // it fails where the server closes, which is its right
		response, err := Receive(ctx, c, "POST")
		c.Close()
		<-sent
		if err != nil {
			return Failed("%v", err)
		}
		if response.Status != 200 || string(response.Body) != "0 00000000\n" {
			return Failed("got %d %s, want what the application answered", response.Status, excerpt(response.Body))
		}
		return Passed()
	},
}
