package verify

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

func init() {
	register(
		Check{
			ID: "slow-idle", Group: "http-slow", Clause: "RFC 9112, section 9.5", Severity: WrongBytes,
			Doc: "A client that connects and says nothing, or says nothing more after a request, holds up nobody else.",
			Why: "Browsers connect ahead of need, and load balancers keep connections open.",
			Run: func(ctx context.Context, s *Session) Result {
				return holding(ctx, s, 1, []held{{"connected", ""}, {"idle after a request", Request{Path: "/hello"}.String()}})
			},
		},
		Check{
			ID: "slow-head", Group: "http-slow", Clause: "RFC 9112, section 9.5", Severity: WrongBytes,
			Doc: "A client that stops within a head holds up nobody else.",
			Why: "One such client (slowloris) must not keep a server with several threads from serving others.",
			Run: func(ctx context.Context, s *Session) Result {
				return holding(ctx, s, 1, []held{{"within the request line", "GET /hel"}, {"within the head", "GET /hello HTTP/1.1\r\nHost: l"}})
			},
		},
		Check{
			ID: "slow-heads", Group: "http-slow", Clause: "RFC 9112, section 9.5", Severity: Note,
			Doc: "As many clients as the server has threads, and one more, that stop within a head hold up nobody else.",
			Why: "A server that gives each connection a thread is out of threads then; one that reads heads without a thread, or in front of them, is not.",
			Run: func(ctx context.Context, s *Session) Result {
				return holding(ctx, s, min(s.threads(), 64)+1, []held{{"within the head", "GET /hello HTTP/1.1\r\nHost: l"}})
			},
		},
		Check{
			ID: "slow-body", Group: "http-slow", Clause: "PEP 3333, Thread Support", Severity: WrongBytes,
			Doc: "A client that stops within a body, which the application waits for, holds up nobody else where there are threads.",
			Why: "One slow upload must cost no more than one thread.",
			Run: func(ctx context.Context, s *Session) Result {
				talk := s.Talk()
				upload := Request{Method: "POST", Path: talk.Path(whole), Body: "abcdefghij"}.String()
				return holding(ctx, s, 1, []held{{"within the body", upload[:len(upload)-5]}}, talk)
			},
		},
		Check{
			ID: "slow-reader", Group: "http-slow", Clause: "PEP 3333, Thread Support", Severity: WrongBytes,
			Doc: "A client that does not read its response holds up nobody else where there are threads.",
			Why: "The response is larger than the buffers between them. One slow download must cost no more than one thread.",
			Run: func(ctx context.Context, s *Session) Result {
				return holding(ctx, s, 1, []held{{"not reading", Request{Path: "/verify/big?n=20000000"}.String()}})
			},
		},
		Check{
			ID: "half-close-answered", Group: "http-slow", Clause: "RFC 9112, section 9.6", Severity: WrongBytes,
			Doc: "A client that closes its half of the connection after the request gets its whole answer.",
			Why: "Some clients and proxies say in this way that nothing more will come. The request is whole, and the answer is waited for.",
			Run: halfClose,
		},
		Check{
			ID: "reset-in-request", Group: "http-slow", Clause: "RFC 9112, section 9.5", Severity: WrongBytes,
			Doc: "Clients that reset the connection within a request leave a server that serves.",
			Why: "As many as the server has threads, and one more, go away within the head and within the body.",
			Run: resetInRequest,
		},
		Check{
			ID: "reset-in-response", Group: "http-slow", Clause: "RFC 9112, section 9.5", Severity: WrongBytes,
			Doc: "Clients that reset the connection within a response leave a server that serves.",
			Why: "As many as the server has threads, and one more, go away after the head of a response of 20 MB.",
			Run: resetInResponse,
		},
		Check{
			ID: "early-response", Group: "http-slow", Clause: "RFC 9112, section 9.6", Severity: WrongBytes,
			Doc: "An application that answers without reading a large upload is heard.",
			Why: "The client sends 8 MB and reads at the same time. A server that closes at once resets the connection, and with it the answer (\"connection reset\" " +
				"instead of 413).",
			Run: earlyResponse,
		},
	)
}

// threads is how many requests the server was told to serve at a time in each process; 1 where it has no threads.
func (s *Session) threads() int {
	n, err := strconv.Atoi(s.Settings["threads"])
	if err != nil || !s.Can["threads"] || n < 1 {
		return 1
	}
	return n
}

// held is what a slow client has sent when it stops.
type held struct{ what, raw string }

// settling is how long slow clients stand still before another comes, so that the server has most likely taken them up.
// Nothing is concluded from it: where it has not, the check asks less than it could.
const settling = 30 * time.Millisecond

// holding asks a fresh client's question while clients of each kind stand still. A server that serves one request at a
// time by its nature cannot do that. Where there are talks it first waits until the application is called, if it is.
func holding(ctx context.Context, s *Session, clients int, kinds []held, talks ...*Talk) Result {
	for _, kind := range kinds {
		var conns []*wire.Conn
		for range clients {
			c, err := s.Dial(ctx)
			if err != nil {
				return Untested("%v", err)
			}
			if err := c.Send(kind.raw); err != nil {
				return Untested("%v", err)
			}
			conns = append(conns, c)
		}
		if strings.HasPrefix(kind.what, "idle") {
			if _, err := Receive(ctx, conns[0], "GET"); err != nil {
				return Failed("%s: %v", kind.what, err)
			}
		}
		for _, t := range talks {
			brief, cancel := context.WithTimeout(ctx, 10*settling)
			t.Await(brief, "called") // servers that read the body first call it later
			cancel()
		}
		wait(ctx, settling)
		err := s.Alive(ctx)
		for _, c := range conns {
			c.Close()
		}
		switch {
		case err == nil:
		case s.threads() == 1 && errors.Is(err, wire.ErrTimeout):
			return Offers("serves one request at a time here: a client that was %s held up the others", kind.what)
		default:
			return Failed("with %d client(s) %s: %v", clients, kind.what, err)
		}
	}
	return Passed()
}

func halfClose(ctx context.Context, s *Session) Result {
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
}

func resetInRequest(ctx context.Context, s *Session) Result {
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
}

func resetInResponse(ctx context.Context, s *Session) Result {
	for range min(s.threads(), 64) + 1 {
		c, err := s.Dial(ctx)
		if err != nil {
			return Failed("after a few: %v", err)
		}
		if err := c.Send(Request{Path: "/verify/big?n=20000000"}.String()); err != nil {
			return Failed("%v", err)
		}
		brief, cancel := context.WithTimeout(ctx, Patience)
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
}

func earlyResponse(ctx context.Context, s *Session) Result {
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
}
