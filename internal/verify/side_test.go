package verify

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
)

// A caller is an application that speaks over the side channel.
type caller struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func call(t *testing.T, s *Side, token string) *caller {
	t.Helper()
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "%s\n", token)
	return &caller{t, conn, bufio.NewReader(conn)}
}

// say returns the answer: "go", or nothing when the other end has hung up.
func (c *caller) say(line string) string {
	fmt.Fprintf(c.conn, "%s\n", line)
	answer, _ := c.in.ReadString('\n')
	return strings.TrimSpace(answer)
}

func side(t *testing.T) *Side {
	t.Helper()
	s, err := newSide()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

// What was said is known before the application goes on, in order, whichever call it came from.
func TestTalk(t *testing.T) {
	s := side(t)
	talk := s.Talk()
	app := call(t, s, talk.token)
	for _, line := range []string{`called {"path":"/x"}`, `read "caf\u00e9"`, "closed null"} {
		if got := app.say(line); got != "go" {
			t.Fatalf("after %s: got %q, want go", line, got)
		}
	}
	call(t, s, talk.token).say("called 2")
	if got := talk.story(); got != "called, read, closed, called" || talk.Calls() != 2 || talk.Count("called") != 2 {
		t.Errorf("got %s in %d calls", got, talk.Calls())
	}
	e, err := talk.Await(t.Context(), "read")
	if err != nil || e.String() != "café" || e.Call != 1 {
		t.Errorf("Await: got %+v, %v", e, err)
	}
	if e, err = talk.Await(t.Context(), "called"); err != nil || e.Call != 2 {
		t.Errorf("Await passes over what it has seen: got %+v, %v", e, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := talk.Await(ctx, "never"); err == nil {
		t.Error("Await of what never comes, with a context that has ended: no error")
	}
}

// A held event waits for Go, and Go may come first.
func TestTalkHolds(t *testing.T) {
	s := side(t)
	talk := s.Talk()
	app := call(t, s, talk.token)
	answers := make(chan string)
	go func() { answers <- app.say("?asked 0") }()
	if _, err := talk.Await(t.Context(), "asked"); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-answers:
		t.Fatalf("got %q before Go", got)
	default:
	}
	talk.Go()
	if got := <-answers; got != "go" {
		t.Errorf("after Go: got %q", got)
	}
	talk.Go()
	if got := app.say("?asked 1"); got != "go" {
		t.Errorf("with Go before it: got %q", got)
	}
}

// The end of a check sets free what waits, and a token that is over is not answered.
func TestHangUp(t *testing.T) {
	s := side(t)
	talk := s.Talk()
	app := call(t, s, talk.token)
	answers := make(chan string)
	go func() { answers <- app.say("?asked 0") }()
	if _, err := talk.Await(t.Context(), "asked"); err != nil {
		t.Fatal(err)
	}
	s.hangUp()
	if got := <-answers; got != "" {
		t.Errorf("got %q, want the end of the connection", got)
	}
	if got := call(t, s, talk.token).say("called null"); got != "" {
		t.Errorf("a token that is over: got %q, want the end of the connection", got)
	}
}
