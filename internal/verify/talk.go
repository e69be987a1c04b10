package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// Patience is how long a check waits for what should come at once. Nothing is concluded from how fast it came.
const Patience = 2500 * time.Millisecond

// patientKey marks the context of a check that is put a second time.
type patientKey struct{}

// patient makes a check wait twice as long.
func patient(ctx context.Context) context.Context { return context.WithValue(ctx, patientKey{}, true) }

func patience(ctx context.Context) time.Duration {
	if ctx.Value(patientKey{}) != nil {
		return 2 * Patience
	}
	return Patience
}

// An Event is what the application said.
type Event struct {
	Name  string          // "called", "read", "yielding", "closed", ...
	Value json.RawMessage // what it said about it
	Call  int             // which call of the application it comes from, from 1
}

// Decode reads the value.
func (e Event) Decode(into any) error {
	if err := json.Unmarshal(e.Value, into); err != nil {
		return fmt.Errorf("the application said %s %s: %w", e.Name, excerpt(e.Value), err)
	}
	return nil
}

// String is the value where it is a text, "" where it is null, and else its JSON.
func (e Event) String() string {
	var text string
	if json.Unmarshal(e.Value, &text) == nil {
		return text
	}
	return string(e.Value)
}

// A Talk is a conversation with the application.
type Talk struct {
	address, token string

	mu      sync.Mutex
	events  []Event
	next    int // of events: the first that Await has not passed
	calls   int
	conns   []net.Conn
	held    []chan struct{} // what Go releases
	owed    int             // releases that came before anybody waited for them
	changed chan struct{}   // closed and replaced with every event
	ended   chan struct{}
}

// join is a new call of the application.
func (t *Talk) join(conn net.Conn) (call int, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.ended:
		return 0, false
	default:
	}
	t.calls++
	t.conns = append(t.conns, conn)
	return t.calls, true
}

// hear keeps an event. A held one waits for Go; false: the conversation ended meanwhile.
func (t *Talk) hear(e Event, held bool) bool {
	var release chan struct{}
	t.mu.Lock()
	if held && t.owed > 0 {
		t.owed--
	} else if held {
		release = make(chan struct{})
		t.held = append(t.held, release)
	}
	t.events = append(t.events, e)
	close(t.changed)
	t.changed = make(chan struct{})
	t.mu.Unlock()
	if release == nil {
		return true
	}
	select {
	case <-release:
		return true
	case <-t.ended:
		return false
	}
}

func (t *Talk) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.ended:
		return
	default:
	}
	close(t.ended)
	for _, conn := range t.conns {
		conn.Close()
	}
}

// Await returns the next event of that name, waiting for it if need be; those before it are passed over. The error
// says what came instead.
func (t *Talk) Await(ctx context.Context, name string) (Event, error) {
	limit := time.NewTimer(patience(ctx))
	defer limit.Stop()
	for {
		e, changed := t.look(name)
		if e != nil {
			return *e, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Event{}, ctx.Err()
		case <-limit.C:
			return Event{}, fmt.Errorf("the application did not come to %q within %v; it said %s", name, patience(ctx), t.story())
		}
	}
}

func (t *Talk) look(name string) (*Event, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := t.next; i < len(t.events); i++ {
		if t.events[i].Name == name {
			t.next = i + 1
			return &t.events[i], nil
		}
	}
	return nil, t.changed
}

// Go lets the application go on where it waits, or will wait next; with several calls, the one that has waited longest.
func (t *Talk) Go() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.held) == 0 {
		t.owed++
		return
	}
	close(t.held[0])
	t.held = t.held[1:]
}

// Seen returns what was said so far. What the application did before it answered is among it.
func (t *Talk) Seen() []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Event(nil), t.events...)
}

// Count returns how many events of that name there were so far.
func (t *Talk) Count(name string) int {
	n := 0
	for _, e := range t.Seen() {
		if e.Name == name {
			n++
		}
	}
	return n
}

// Calls returns how many times the application was called so far.
func (t *Talk) Calls() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.calls
}

// story is the names of the events so far.
func (t *Talk) story() string {
	var names []string
	for _, e := range t.Seen() {
		names = append(names, e.Name)
	}
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// Path adds the talk to a path of the application: "/verify/echo?n=3" becomes "/verify/echo?n=3&side=...&token=...".
func (t *Talk) Path(path string) string {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return path + separator + "side=" + t.address + "&token=" + t.token
}
