package bench

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/script"
	"github.com/wsgibench/wsgibench/scenarios"
)

// compileScript makes the script of a scenario with sessions, and the names of its steps. The error is an InputError:
// a CSV file that cannot be read, or a column that it has not.
func compileScript(s *scenarios.Scenario, app app) (*script.Script, []string, error) {
	out := &script.Script{}
	for _, d := range s.Data {
		table, err := readTable(d.CSV)
		if err != nil {
			return nil, nil, badInput("data %s: %w", d.Name, err)
		}
		out.Data = append(out.Data, script.Data{Name: d.Name, Table: table, Pick: d.Pick})
	}
	var names []string
	for _, from := range s.Sessions {
		to := script.Session{Name: from.Name, Weight: from.Weight, Cookies: from.Cookies}
		for _, st := range from.Steps {
			step, err := compileStep(st, app)
			if err != nil {
				return nil, nil, badInput("session %s, step %s: %w", from.Name, st.Name, err)
			}
			step.Index = len(names)
			names = append(names, st.Name)
			to.Steps = append(to.Steps, step)
		}
		out.Sessions = append(out.Sessions, to)
	}
	if err := out.Check(); err != nil {
		return nil, nil, badInput("%w", err)
	}
	return out, names, nil
}

func readTable(path string) (*script.Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := script.ReadCSV(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &t, nil
}

func compileStep(s scenarios.Step, app app) (script.Step, error) {
	var errs []error
	template := func(text string) script.Template {
		t, err := script.ParseTemplate(text)
		errs = append(errs, err)
		return t
	}
	to := script.Step{Method: s.Method, Path: template(s.Path), Chunked: s.Body.Chunked}
	for _, h := range s.Header {
		to.Header = append(to.Header, script.Field{Name: h.Name, Value: template(h.Value)})
	}
	if s.Body.Size > 0 {
		to.Fixed = body(s.Body)
	} else {
		to.Body = template(s.Body.Text)
	}
	e := app.known(s, to)
	to.Expect = script.Expect{Status: e.Status, Header: e.Header, Length: e.Length, SHA256: e.SHA256, HasBody: e.HasBody}
	if s.Expect.Body != nil {
		to.Expect.Body = template(*s.Expect.Body)
	} else {
		to.Expect.Body = script.Literal(string(e.Body))
	}
	for _, j := range s.JSON {
		w, err := script.WantJSON(j.Pointer, j.Value)
		errs = append(errs, err)
		to.JSON = append(to.JSON, w)
	}
	for _, c := range s.Capture {
		capture, err := compileCapture(c)
		errs = append(errs, err)
		to.Capture = append(to.Capture, capture)
	}
	if law := think(s.Think); law != nil {
		to.Think = law.Draw
	}
	return to, errors.Join(errs...)
}

// known is what is expected of a step: what the scenario says, and for a request without variables also what the
// reference app must answer.
func (a app) known(s scenarios.Step, to script.Step) traffic.Expect {
	request := scenarios.Request{Method: s.Method, Header: s.Header, Body: s.Body, Expect: s.Expect}
	path, errPath := to.Path.Fill(noVariables)
	text, errBody := to.Body.Fill(noVariables)
	if errPath != nil || errBody != nil {
		a.own = true // the answer depends on what is filled in
	}
	request.Path, request.Body.Text = path, text
	return a.request(request).Expect
}

func noVariables(string) (string, bool) { return "", false }

func compileCapture(c scenarios.Capture) (script.Capture, error) {
	switch {
	case c.JSON != nil:
		return script.CaptureJSON(c.Name, *c.JSON)
	case c.Regex != "":
		return script.CaptureRegexp(c.Name, c.Regex)
	case c.Header != "":
		return script.CaptureHeader(c.Name, c.Header), nil
	}
	return script.CaptureCookie(c.Name, c.Cookie), nil
}

// inPlaceOfSteps are requests that stand for the steps of sessions: they give indexes to the names, and the probe for
// readiness something to ask for, which is the first step of a session if that is a GET without variables. None is sent
// by a phase.
func inPlaceOfSteps(s *scenarios.Scenario, app app, names []string) []traffic.Request {
	all := make([]traffic.Request, 0, len(names))
	for _, session := range s.Sessions {
		for i, step := range session.Steps {
			r := traffic.Request{Name: step.Name, Method: http.MethodOptions, Path: "*", Expect: traffic.Expect{Length: -1}}
			compiled, err := compileStep(step, app)
			if path, errPath := compiled.Path.Fill(noVariables); i == 0 && step.Method == http.MethodGet && err == nil && errPath == nil && len(step.Header) == 0 {
				r.Method, r.Path, r.Expect = step.Method, path, app.known(step, compiled)
			}
			all = append(all, r)
		}
	}
	return all
}

// sessions are the users of one trial: each trial begins with the first rows of the data.
type sessions struct{ crowd *script.Crowd }

func newSessions(s *script.Script) (sessions, error) {
	crowd, err := script.NewCrowd(s)
	return sessions{crowd}, err
}

// phasesOfTrial are the phases with users of their own, who are the same in all of them: what the warm-up used up stays
// used.
func (p *Plan) phasesOfTrial() []traffic.Phase {
	phases := slices.Clone(p.phases)
	var users traffic.Sessions
	for i := range phases {
		s, ok := phases[i].Sessions.(sessions)
		if !ok {
			continue
		}
		if users == nil {
			users = sessions{s.crowd.Fresh()}
		}
		phases[i].Sessions = users
	}
	return phases
}

func (s sessions) Start(rng *rand.Rand) (traffic.Session, error) {
	u, err := s.crowd.User(rng)
	if err != nil {
		return nil, err
	}
	return &session{user: u}, nil
}

// A session puts a script's user into the engine's words.
type session struct {
	user   *script.User
	step   traffic.Step
	answer script.Answer
}

func (s *session) Next(now time.Time) (*traffic.Step, error) {
	r, err := s.user.Next(now)
	if r == nil {
		return nil, err
	}
	s.step = traffic.Step{Index: r.Index, KeepBody: r.NeedsBody, Request: traffic.Request{
		Method: r.Method, Path: r.Path, Header: r.Header, Body: r.Body, Chunked: r.Chunked,
		Expect: traffic.Expect{
			Status: r.Expect.Status, Header: r.Expect.Header, Length: r.Expect.Length, SHA256: r.Expect.SHA256,
			Body: r.Expected, HasBody: r.Expect.HasBody,
		},
	}}
	return &s.step, err
}

func (s *session) Answered(a *traffic.Answer, now time.Time) (collect.ErrorKind, string, time.Duration) {
	s.answer = script.Answer{Status: a.Status, Header: a.Header, Body: a.Body, Cut: a.Cut}
	return s.user.Answered(&s.answer, now)
}

func (s *session) Failed() { s.user.Failed() }
