package verify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// checkLimit bounds one check, whatever it waits for and starts.
const checkLimit = 2 * time.Minute

// A Config is an examination.
type Config struct {
	Server   *launch.Prepared          // hosting App
	Settings map[string]string         // over the descriptor's defaults
	Unix     bool                      // over a Unix socket
	Checks   []Check                   // see Select
	Observe  func(results.CheckResult) // is shown every result at once; may be nil
}

// App is the application that servers are examined with. It needs nothing but the standard library.
func App() (launch.App, error) {
	dir, err := pyapps.Materialise()
	if err != nil {
		return launch.App{}, fmt.Errorf("write the application for the checks: %w", err)
	}
	return launch.App{Module: module + ":application", Dir: dir}, nil
}

// Hosts says whether a server runs an application at all. One whose command line has no place for it answers by itself.
func Hosts(d *targets.Descriptor) bool {
	words := []string{"{app}", "{module}", "{callable}"}
	return d.Command == nil || slices.ContainsFunc(words, func(word string) bool { return strings.Contains(d.Text, word) })
}

// module is the name of pyapps/verify.py.
const module = "verify"

// Examine starts the server, puts the checks to it one after the other, and stops it. A check that leaves it wedged or
// dead costs a restart, so that each finds it sound. The error says that it could not be started, or that ctx ended.
func Examine(ctx context.Context, c Config) (results.Conformance, error) {
	began := time.Now()
	d := c.Server.Descriptor
	report := results.Conformance{Server: d.Name, Label: d.Name, Versions: c.Server.Versions, Limits: d.Limits, Checks: []results.CheckResult{}}
	settings, err := d.Merge(c.Settings)
	if err != nil {
		return report, err
	}
	report.Settings = settings
	side, err := newSide()
	if err != nil {
		return report, err
	}
	defer side.close()
	e := &examination{prepared: c.Server, settings: settings, unix: c.Unix, side: side}
	defer e.stop()
	if err := e.fresh(ctx); err != nil {
		return report, err
	}
	report.Argv = e.current.server.Argv
	for _, check := range c.Checks {
		r, err := e.put(ctx, check)
		if err != nil {
			return report, err
		}
		report.Checks = append(report.Checks, r)
		if c.Observe != nil {
			c.Observe(r)
		}
	}
	report.Restarts = e.starts - 1
	report.Seconds = time.Since(began).Seconds()
	return report, nil
}

// An examination is one server and the questions to it.
type examination struct {
	prepared *launch.Prepared
	settings map[string]string
	unix     bool
	side     *Side
	current  *instance // nil: none runs
	starts   int

	confirmed int // failures by waiting that were the same the second time, without one that was not since
}

// put asks one check. One that fails because something did not come in time is asked again, of a fresh server and with
// twice the patience: on a busy machine that may have been all. Once three such failures have been confirmed, and none
// was not, this server is believed to hang at once.
func (e *examination) put(ctx context.Context, check Check) (results.CheckResult, error) {
	answer, waited, err := e.ask(ctx, check)
	if err != nil || !waited || answer.Outcome == string(Pass) || e.confirmed >= 3 {
		return answer, err
	}
	e.stop()
	again, _, err := e.ask(patient(ctx), check)
	if err != nil {
		return answer, err
	}
	if again.Outcome == answer.Outcome {
		e.confirmed++
	} else {
		e.confirmed = 0
	}
	return again, nil
}

// ask puts a check once to a server that is sound, and says whether it took as long as ctx is patient.
func (e *examination) ask(ctx context.Context, check Check) (answer results.CheckResult, waited bool, err error) {
	if e.current == nil {
		if err := e.fresh(ctx); err != nil {
			return answer, false, fmt.Errorf("start it again for %s: %w", check.ID, err)
		}
	}
	s := e.current.session
	s.begin()
	limited, cancel := context.WithTimeout(ctx, checkLimit)
	began := time.Now()
	r := check.Run(limited, s)
	cancel()
	sent, got := s.end()
	took := time.Since(began)
	if ctx.Err() != nil {
		return answer, false, context.Cause(ctx)
	}
	waited = took-s.away >= patience(ctx)
	if ended := e.after(ctx, waited); ended != "" {
		r = Failed("the server ended: it %s (%s)", ended, cmp.Or(r.Reason, string(r.Outcome)))
	}
	answer = results.CheckResult{
		ID: check.ID, Group: check.Group, Severity: check.Severity.String(), Outcome: string(r.Outcome), Reason: r.Reason, Seconds: took.Seconds(),
	}
	if r.Outcome != Pass {
		answer.Sent, answer.Got = cmp.Or(r.Sent, sent), cmp.Or(r.Got, got)
	}
	return answer, waited, nil
}

// after sees to it that the next check finds a sound server, and says how it ended where it did by itself. One that does
// not greet any more is ended. So is one with a pool of threads in which something waited for too long: one of them may
// still wait, which no greeting shows, and the next check would find one less.
func (e *examination) after(ctx context.Context, waited bool) (ended string) {
	err := e.current.session.Alive(ctx)
	e.current.session.end()
	if err != nil {
		ended = e.current.ended()
	}
	if _, pool := e.settings["threads"]; err != nil || waited && pool {
		e.stop()
	}
	return ended
}

func (e *examination) stop() {
	if e.current != nil {
		_ = e.current.stop() // what survives KILL is named by the next start or nobody
		e.current = nil
	}
}

// fresh starts the server and waits until it greets.
func (e *examination) fresh(ctx context.Context) error {
	i, err := e.launch(ctx, Variant{})
	if err != nil {
		return err
	}
	e.current = i
	e.starts++
	i.session.start = e.another
	return nil
}

// another is Session.Another.
func (e *examination) another(ctx context.Context, v Variant) (*Session, func() error, error) {
	i, err := e.launch(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	return i.session, func() error { i.session.end(); return i.stop() }, nil
}

// A NotStarted is a server that did not come to answer.
type NotStarted struct {
	Err  error
	Tail []string // the last lines that it printed
}

func (n *NotStarted) Error() string {
	if len(n.Tail) == 0 {
		return n.Err.Error()
	}
	return fmt.Sprintf("%v; it printed last: %s", n.Err, oneLine(strings.Join(n.Tail[max(0, len(n.Tail)-3):], " | ")))
}

func (n *NotStarted) Unwrap() error { return n.Err }
