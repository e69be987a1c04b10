package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// A cell is a target that is ready to be started: descriptor, interpreter and settings, or a URL.
type cell struct {
	record     results.Cell
	descriptor *targets.Descriptor // nil: a URL
	python     string
	settings   map[string]string
	app        app
	url        *url.URL
}

// missing is why a target cannot run on this machine. The run goes on without it.
type missing struct{ reason, hint string }

func (m *missing) Error() string { return m.reason }

func (p *Plan) newCell(ctx context.Context, sc scenarios.Cell, app app) (*cell, error) {
	c := &cell{settings: sc.Settings, app: app}
	c.record = results.Cell{ID: sc.ID, Label: sc.Label, Target: sc.Target.Server, App: app.name, Settings: sc.Settings}
	if sc.Target.URL != "" {
		if p.scenario.Connections.Unix {
			return nil, &missing{reason: "it runs already, and not on a Unix socket of ours", hint: "leave connections.unix out to measure it"}
		}
		return c, c.useURL(sc.Target.URL, p.config.AllowRemote)
	}
	d, err := targets.Load(sc.Target.Server)
	if err != nil {
		return nil, err
	}
	c.descriptor = d
	if err := canListen(d, p.scenario.Connections); err != nil {
		return nil, err
	}
	c.record.Descriptor, c.record.Limits = d.Text, d.Limits
	c.record.Python = sc.Python
	if c.record.Python == "" {
		c.record.Python = app.python
	}
	if err := p.findPython(ctx, c, app); err != nil {
		return nil, err
	}
	command, err := d.Expand(p.params(c, p.recordEndpoint(), "scratch"))
	if err != nil {
		return nil, err
	}
	c.record.Argv = command.Argv
	return c, nil
}

// useURL accepts a server that already runs, on this machine unless the user allowed its host by name.
func (c *cell) useURL(text string, allowed []string) error {
	u, err := url.Parse(text)
	if err != nil {
		return badInput("target url: %w", err)
	}
	if u.Scheme != "http" || u.Hostname() == "" || u.RawQuery != "" || u.Path != "" && u.Path != "/" {
		return badInput("target url %s: want http://HOST:PORT alone; paths belong to the requests", text)
	}
	c.url, c.record.Target = u, text
	c.record.Limits = []string{"not started by wsgibench: its processes, CPU and memory are unknown"}
	host := u.Hostname()
	if ip := net.ParseIP(host); host == "localhost" || ip.IsLoopback() || slices.Contains(allowed, host) {
		return nil
	}
	return badInput("%s is not on this machine; traffic goes to loopback only, unless --allow-remote %s says otherwise", text, host)
}

// findPython makes the environment that the server needs. No Python, or no package index, leaves the target out.
func (p *Plan) findPython(ctx context.Context, c *cell, app app) error {
	if !c.descriptor.NeedsPython() {
		return nil
	}
	interpreter, err := p.config.Store.Find(ctx, c.record.Python)
	if err != nil {
		return &missing{reason: err.Error(), hint: "install Python 3.10 or newer with venv, or name an interpreter (python: ...)"}
	}
	env, err := p.environment(ctx, c, pyenv.Request{
		Interpreter: interpreter, Pip: c.descriptor.Requires.Pip, Own: app.own && app.python != "" && c.record.Python == app.python,
	})
	var unreachable *pyenv.Unreachable
	switch {
	case errors.As(err, &unreachable):
		return &missing{
			reason: fmt.Sprintf("it needs %s, and the package index cannot be reached", strings.Join(unreachable.Packages, ", ")),
			hint:   "try again with a network; what was installed once stays in the cache",
		}
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return &missing{reason: err.Error()}
	}
	c.python = env.Python
	c.record.Versions = maps.Clone(env.Versions)
	return nil
}

// environment makes an environment once for all cells that share it: an index that cannot be reached takes seconds to
// be known as such.
func (p *Plan) environment(ctx context.Context, c *cell, r pyenv.Request) (pyenv.Env, error) {
	var err error
	if r.Lock, err = c.descriptor.Lock(); err != nil {
		return pyenv.Env{}, err
	}
	key := fmt.Sprint(r.Interpreter.Path, r.Pip, r.Own, string(r.Lock))
	made, ok := p.environments[key]
	if !ok {
		made.env, made.err = p.config.Store.Ensure(ctx, r)
		p.environments[key] = made
	}
	return made.env, made.err
}

// A made environment, or why there is none.
type made struct {
	env pyenv.Env
	err error
}

// params fills a command line's placeholders.
func (p *Plan) params(c *cell, at endpoint, scratch string) targets.Params {
	return targets.Params{
		Python: c.python, Host: at.host, Port: at.port, Socket: at.socket, App: c.app.module, AppDir: c.app.dir,
		Settings: c.settings, Scratch: scratch, Exe: p.config.Exe, Env: c.app.env,
	}
}
