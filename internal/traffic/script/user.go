package script

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/collect"
)

// A Crowd hands out users who carry out the sessions of a script, from any goroutine. It remembers which rows of the
// data were used, so that one crowd is meant for one trial.
type Crowd struct {
	script  *Script
	feeders []*Feeder
	upTo    []int // sums of the weights
}

// NewCrowd checks the script.
func NewCrowd(s *Script) (*Crowd, error) {
	if len(s.Sessions) == 0 {
		return nil, errors.New("no sessions: a script needs at least one")
	}
	if err := s.Check(); err != nil {
		return nil, err
	}
	c := &Crowd{script: s}
	for i := range s.Data {
		f, err := NewFeeder(s.Data[i].Table, s.Data[i].Pick)
		if err != nil {
			return nil, fmt.Errorf("data %s: %w", s.Data[i].Name, err)
		}
		c.feeders = append(c.feeders, f)
	}
	sum := 0
	for _, session := range s.Sessions {
		sum += max(1, session.Weight)
		c.upTo = append(c.upTo, sum)
	}
	return c, nil
}

// Fresh returns a crowd of which no row was used yet.
func (c *Crowd) Fresh() *Crowd {
	fresh := &Crowd{script: c.script, upTo: c.upTo}
	for _, f := range c.feeders {
		fresh.feeders = append(fresh.feeders, &Feeder{table: f.table, pick: f.pick})
	}
	return fresh
}

// A Spent error says that a set of data has no row left that was not used.
type Spent struct{ Data string }

func (e *Spent) Error() string { return "every row of " + e.Data + " has been used once" }

// User draws a session by weight and rows of the data for it. The error is *Spent.
func (c *Crowd) User(rng *rand.Rand) (*User, error) {
	n := rng.IntN(c.upTo[len(c.upTo)-1])
	i, _ := slices.BinarySearch(c.upTo, n+1)
	u := &User{session: &c.script.Sessions[i], rng: rng, values: map[string]string{}}
	for j, f := range c.feeders {
		d := &c.script.Data[j]
		row, ok := f.Row(rng)
		if !ok {
			return nil, &Spent{d.Name}
		}
		for k, column := range d.Table.Columns {
			u.values[d.Name+"."+column] = row[k]
		}
	}
	return u, nil
}

// A User carries out one session. It is for one goroutine at a time.
type User struct {
	session *Session
	rng     *rand.Rand
	values  map[string]string
	jar     Jar
	next    int    // the step to come
	path    string // of the request under way
}

// A Request is a step with its values filled in.
type Request struct {
	Index     int
	Method    string
	Path      string
	Header    [][2]string
	Body      []byte
	Chunked   bool
	Expect    Expect
	Expected  []byte // Expect.Body, filled in
	NeedsBody bool   // Answer.Body is looked at
}

func (u *User) lookup(name string) (string, bool) {
	v, ok := u.values[name]
	return v, ok
}

// Next returns the request of the next step, sent at the time now; nil: the session is over. The error says why it
// cannot be sent; only the request's Index is set then, and the session is over.
func (u *User) Next(now time.Time) (*Request, error) {
	if u.next >= len(u.session.Steps) {
		return nil, nil
	}
	step := &u.session.Steps[u.next]
	r, err := u.fill(step, now)
	if err != nil {
		u.Failed()
		return &Request{Index: step.Index}, err
	}
	u.path = r.Path
	return r, nil
}

func (u *User) fill(s *Step, now time.Time) (*Request, error) {
	r := &Request{Index: s.Index, Method: s.Method, Chunked: s.Chunked, Body: s.Fixed, Expect: s.Expect, NeedsBody: s.NeedsBody()}
	var err error
	if r.Path, err = s.Path.FillPath(u.lookup); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(r.Path, "/") {
		return nil, errors.New("the path does not begin with / once it is filled in")
	}
	cookies := u.session.Cookies
	for _, f := range s.Header {
		v, err := f.Value.Fill(u.lookup)
		if err != nil {
			return nil, err
		}
		if strings.ContainsFunc(v, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
			return nil, fmt.Errorf("header %s would hold a control character", f.Name)
		}
		r.Header = append(r.Header, [2]string{f.Name, v})
		cookies = cookies && !strings.EqualFold(f.Name, "Cookie") // one that is written by hand wins
	}
	if field := u.jar.Field(r.Path, now); cookies && field != "" {
		r.Header = append(r.Header, [2]string{"Cookie", field})
	}
	if s.Fixed == nil {
		text, err := s.Body.Fill(u.lookup)
		if err != nil {
			return nil, err
		}
		r.Body = []byte(text)
	}
	if s.Expect.HasBody {
		text, err := s.Expect.Body.Fill(u.lookup)
		if err != nil {
			return nil, err
		}
		r.Expected = []byte(text)
	}
	return r, nil
}

// Answered takes the answer to the request that Next returned, and says what is wrong with it beyond what the engine
// has checked, and how long the user waits before the next step. After a wrong answer the session is over.
func (u *User) Answered(a *Answer, now time.Time) (kind collect.ErrorKind, detail string, pause time.Duration) {
	step := &u.session.Steps[u.next]
	if u.session.Cookies {
		u.jar.Keep(a.Header, u.path, now)
	}
	if kind, detail = step.judge(a, u); kind != "" {
		u.Failed()
		return kind, detail, 0
	}
	u.next++
	if step.Think != nil {
		pause = step.Think(u.rng)
	}
	return "", "", pause
}

// Failed ends the session: the request brought no answer, or a wrong one. What depends on it is not asked for.
func (u *User) Failed() { u.next = len(u.session.Steps) }

// Over says whether there is no step left.
func (u *User) Over() bool { return u.next >= len(u.session.Steps) }
