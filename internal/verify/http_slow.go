package verify

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

func init() { register(slowIdle, slowHead, slowHeads, slowBody, slowReader) }

var slowIdle = Check{
	ID: "slow-idle", Group: "http-slow", Clause: "RFC 9112, section 9.5", Severity: WrongBytes,
	Doc: "A client that connects and says nothing, or says nothing more after a request, holds up nobody else.",
	Why: "Browsers connect ahead of need, and load balancers keep connections open.",
	Run: func(ctx context.Context, s *Session) Result {
		return holding(ctx, s, 1, []held{{"connected", ""}, {"idle after a request", Request{Path: "/hello"}.String()}})
	},
}

var slowHead = Check{
	ID: "slow-head", Group: "http-slow", Clause: "RFC 9112, section 9.5", Severity: WrongBytes,
	Doc: "A client that stops within a head holds up nobody else.",
	Why: "One such client (slowloris) must not keep a server with several threads from serving others.",
	Run: func(ctx context.Context, s *Session) Result {
		return holding(ctx, s, 1, []held{{"within the request line", "GET /hel"}, {"within the head", "GET /hello HTTP/1.1\r\nHost: l"}})
	},
}

var slowHeads = Check{
	ID: "slow-heads", Group: "http-slow", Clause: "RFC 9112, section 9.5", Severity: Note,
	Doc: "As many clients as the server has threads, and one more, that stop within a head hold up nobody else.",
	Why: "A server that gives each connection a thread is out of threads then; one that reads heads without a thread, or in front of them, is not.",
	Run: func(ctx context.Context, s *Session) Result {
		return holding(ctx, s, min(s.threads(), 64)+1, []held{{"within the head", "GET /hello HTTP/1.1\r\nHost: l"}})
	},
}

var slowBody = Check{
	ID: "slow-body", Group: "http-slow", Clause: "PEP 3333, Thread Support", Severity: WrongBytes,
	Doc: "A client that stops within a body, which the application waits for, holds up nobody else where there are threads.",
	Why: "One slow upload must cost no more than one thread.",
	Run: func(ctx context.Context, s *Session) Result {
		talk := s.Talk()
		upload := Request{Method: "POST", Path: talk.Path(whole), Body: "abcdefghij"}.String()
		return holding(ctx, s, 1, []held{{"within the body", upload[:len(upload)-5]}}, talk)
	},
}

var slowReader = Check{
	ID: "slow-reader", Group: "http-slow", Clause: "PEP 3333, Thread Support", Severity: WrongBytes,
	Doc: "A client that does not read its response holds up nobody else where there are threads.",
	Why: "The response is larger than the buffers between them. One slow download must cost no more than one thread.",
	Run: func(ctx context.Context, s *Session) Result {
		talk := s.Talk()
		return holding(ctx, s, 1, []held{{"not reading", Request{Path: talk.Path("/verify/big?say=1&n=20000000")}.String()}}, talk)
	},
}

// laterClients is how many more clients come, one after the other, while slow ones stand still. Connections are accepted
// in their order: once a few of these have been served, the server has taken up the slow ones. So it needs no pause,
// which would be too short on a busy machine.
const laterClients = 10

// holding asks fresh clients' questions while clients of each kind stand still. A server that serves one request at a
// time by its nature cannot answer them. Where there are talks it first waits until the application is called, if it is.
func holding(ctx context.Context, s *Session, clients int, kinds []held, talks ...*Talk) Result {
	for _, kind := range kinds {
		var conns []*wire.Conn
		for range clients {
			c, err := s.send(ctx, kind.raw)
			if err != nil {
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
			brief, cancel := context.WithTimeout(ctx, stubborn(ctx))
			t.Await(brief, "called") // servers that read the body first call it later
			cancel()
		}
		err := s.later(ctx, talks)
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

// later asks for later clients. As long as the application still gives blocks to a slow one, the buffers in between are
// not full, and nothing is held up: these clients do not count.
func (s *Session) later(ctx context.Context, talks []*Talk) error {
	given := func() (n int) {
		for _, t := range talks {
			n += t.Count("giving")
		}
		return n
	}
	for n := 0; n < laterClients; n++ {
		before := given()
		if err := s.Alive(ctx); err != nil {
			return err
		}
		if given() != before {
			n = -1
		}
	}
	return nil
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
