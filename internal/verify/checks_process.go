package verify

import (
	"context"
	"errors"
	"fmt"
)

func init() { register(multithreadTrue, multiprocessTrue, runOnceFalse) }

var multithreadTrue = Check{
	ID: "multithread-true", Group: "environ", Clause: environVariables, Severity: Deviation,
	Doc: "Says wsgi.multithread where two requests can be in one process at once.",
	Why: "Two requests are made to wait inside the application; when both are there, in one process, the flag must have been true. Applications that " +
		"trust a false one share connections and globals between threads.",
	Run: func(ctx context.Context, s *Session) Result {
		var inside []visitor
		for range 4 { // with several workers two visitors need not meet in one process; four often do
			v, t, err := s.visit(ctx)
			if err != nil && len(inside) == 0 {
				return Untested("%v", err)
			}
			defer t.Go()
			if err != nil {
				break // no room for another one
			}
			for _, other := range inside {
				if other.PID == v.PID && !v.Multithread {
					return Failed("two requests were inside process %d at once, and wsgi.multithread is false", v.PID)
				}
				if other.PID == v.PID {
					return PassedWith(together)
				}
			}
			inside = append(inside, v)
		}
		if len(inside) == 1 {
			return PassedWith(alone)
		}
		return PassedWith("%d at once, each in a process of its own", len(inside))
	},
}

// A visitor is a request that waits inside the application.
type visitor struct {
	PID         int  `json:"pid"`
	Thread      int  `json:"thread"`
	Multithread bool `json:"multithread"`
}

// visit sends a request and returns who it is once it is inside; it stays there until the talk goes on.
func (s *Session) visit(ctx context.Context) (visitor, *Talk, error) {
	t := s.Talk()
	var v visitor
	c, err := s.Dial(ctx)
	if err != nil {
		return v, t, err
	}
	if err := c.Send(Request{Path: t.Path("/verify/meet"), Close: true}.String()); err != nil {
		return v, t, err
	}
	e, err := t.Await(ctx, "here")
	if err != nil {
		return v, t, err
	}
	return v, t, e.Decode(&v)
}

var multiprocessTrue = Check{
	ID: "multiprocess-true", Group: "environ", Clause: environVariables, Severity: Deviation,
	Doc: "Says wsgi.multiprocess where it runs more than one worker process.",
	Why: "The server is started with two workers, both of which must have answered; then the flag must be true. Applications that trust a false one " +
		"keep sessions and caches in one process's memory.",
	Run: func(ctx context.Context, s *Session) Result {
		if !s.Can["workers"] {
			return Offers("its number of worker processes cannot be set")
		}
		two, stop, err := s.Another(ctx, Variant{Settings: map[string]string{"workers": "2"}})
		if errors.Is(err, errNoVariants) {
			return Untested("%v", err)
		}
		if err != nil {
			return Untested("with two workers: %v", err) // each had to answer with its pid
		}
		e, err := two.environ(ctx, Request{Path: environPath})
		if err == nil && e.Vars["wsgi.multiprocess"][1] == "False" {
			err = fmt.Errorf("two worker processes run, and wsgi.multiprocess is false")
		}
		if stopErr := stop(); stopErr != nil {
			return Untested("%v", stopErr)
		}
		return judged(err)
	},
}

var runOnceFalse = Check{
	ID: "run-once-false", Group: "environ", Clause: environVariables, Severity: Deviation,
	Doc: "Does not say wsgi.run_once where one process answers many requests.",
	Why: "Two requests that the same process answers; the flag must be false. Applications that trust a true one leave out every cache.",
	Run: func(ctx context.Context, s *Session) Result {
		seen := map[int]bool{}
		for range 10 { // so many that two of them meet in one of a few workers
			e, err := s.environ(ctx, Request{Path: environPath})
			if err != nil {
				return Failed("%v", err)
			}
			if v := e.Vars["wsgi.run_once"]; seen[e.PID] && v[1] != "False" && v[1] != "0" {
				return Failed("process %d answered twice, and wsgi.run_once is %s", e.PID, v[1])
			}
			seen[e.PID] = true
		}
		if len(seen) == 10 {
			return PassedWith("a new process for each request")
		}
		return Passed()
	},
}

// What multithread-true has seen.
const (
	together = "two requests were inside one process at once"
	alone    = "one request at a time"
)
