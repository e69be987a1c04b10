package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/internal/verify"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// verify puts the checks that the scenario needs to every server that it will measure, and those that say what its
// figures mean. A cell whose server fails one that is needed is not measured: a figure of wrong answers would be
// worthless.
func (p *Plan) verify(ctx context.Context) error {
	checks, needed, err := p.checks()
	if err != nil || len(checks) == 0 {
		return err
	}
	known := map[string]results.Conformance{}
	for _, rec := range p.Run.Cells {
		c := p.cells[rec.ID]
		if c.url != nil {
			continue // what runs already hosts an app of its own
		}
		if !verify.Hosts(c.prepared.Descriptor) {
			continue // it answers by itself, and each answer is checked
		}
		key := fmt.Sprint(rec.Target, rec.Python, rec.Settings, c.app.pip, c.app.over)
		report, seen := known[key]
		if !seen {
			if report, err = p.examine(ctx, c, checks); err != nil {
				return err
			}
			known[key] = report
			p.Run.Conformance = append(p.Run.Conformance, report)
		}
		c.gated = gates(report, needed)
	}
	return nil
}

// checks are those that are put to a cell, and the ids of those that it must pass. A scenario that names checks needs
// these, and asks for no others.
func (p *Plan) checks() (all []verify.Check, needed []string, err error) {
	v := p.scenario.Verify
	if v.Off {
		return nil, nil, nil
	}
	needed = v.Only
	var shown []string
	if len(needed) == 0 {
		needed, shown = verify.Needs(p.uses()), verify.Shows(p.uses())
	}
	all, err = verify.Select(slices.Concat(needed, shown), nil)
	if err != nil {
		return nil, nil, badInput("verify: %w", err)
	}
	return all, needed, nil
}

// examine starts the cell's server with the app for the checks. That it cannot be started is the trials' to report.
func (p *Plan) examine(ctx context.Context, c *cell, checks []verify.Check) (results.Conformance, error) {
	p.tell(Event{Note: fmt.Sprintf("%s: %d checks before it is measured", c.record.Label, len(checks))})
	checked, err := verify.App()
	if err != nil {
		return results.Conformance{}, err
	}
	app := c.app.hosted() // with its packages, so that what is checked is what is measured
	app.Module, app.Dir, app.Env = checked.Module, checked.Dir, c.app.over
	prepared, err := p.launcher.Prepare(ctx, c.prepared.Descriptor, c.record.Python, app)
	if err != nil {
		return results.Conformance{}, fmt.Errorf("%s: prepare for the checks: %w", c.record.Label, err)
	}
	report, err := verify.Examine(ctx, verify.Config{Server: prepared, Settings: maps.Clone(c.settings), Unix: p.scenario.Connections.Unix, Checks: checks})
	report.Label, report.Python = c.record.Label, c.record.Python
	var not *verify.NotStarted
	if errors.As(err, &not) {
		report.Missing = not.Error()
		return report, nil
	}
	return report, err
}

// gates are the reasons for which a cell is not measured: the needed checks that it failed. One that could not be put to
// the server is none.
func gates(c results.Conformance, needed []string) []results.Notice {
	var all []results.Notice
	for _, r := range c.Checks {
		if r.Outcome == string(verify.Fail) && slices.Contains(needed, r.ID) {
			all = append(all, results.Notice{
				Code: r.ID, Text: fmt.Sprintf("it fails the check %s: %s", r.ID, r.Reason),
				Hint: fmt.Sprintf("wsgibench verify --explain %s says why that matters; verify: false in the scenario measures it all the same", r.ID),
			})
		}
	}
	return all
}

// uses is what the scenario asks of a server.
func (p *Plan) uses() verify.Uses {
	u := verify.Uses{KeepAlive: p.scenario.Connections.KeepAlive}
	for _, c := range p.cells {
		u.Middleware = u.Middleware || c.app.own || c.app.reference.Framework()
		switch c.app.name { // apps that are one kind of callable
		case "hello-class", "hello-generator":
			u.Generator = true
		case "hello-write":
			u.Write = true
		}
	}
	for _, r := range p.scenario.Requests {
		uploads(&u, r.Method, r.Body)
		asks(&u, r)
	}
	for _, s := range p.scenario.Sessions {
		for _, step := range s.Steps {
			uploads(&u, step.Method, step.Body)
			u.Query = u.Query || strings.Contains(step.Path, "?")
		}
	}
	return u
}

func uploads(u *verify.Uses, method string, b scenarios.Body) {
	u.Head = u.Head || method == "HEAD"
	u.Upload = u.Upload || b.Size > 0 || b.Text != ""
	u.Chunked = u.Chunked || b.Chunked
}

// asks adds what the endpoint of the reference app does with the server.
func asks(u *verify.Uses, r scenarios.Request) {
	path, query, _ := strings.Cut(r.Path, "?")
	parameters := strings.Split(query, "&")
	u.Query = u.Query || query != ""
	u.Disconnect = u.Disconnect || r.Manner.LeaveAfter > 0
	u.Stream = u.Stream || r.Stream != ""
	switch {
	case path == "/stream":
		u.Stream = true
		u.Length = u.Length || slices.Contains(parameters, "cl=1")
		u.Write = u.Write || slices.Contains(parameters, "form=write")
	case path == "/hello/write":
		u.Write = true
	case path == "/echo-stream":
		u.Duplex = true
	case path == "/hello/generator", path == "/hello/class":
		u.Generator = true
	case path == "/file":
		u.FileWrapper = true
	case path == "/status/204", path == "/status/304":
		u.NoBody = true
	case strings.HasPrefix(path, "/error/"):
		u.Errors = true
	case strings.HasPrefix(path, "/bytes/"):
		u.Large = true
	}
}
