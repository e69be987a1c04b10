package bench

import (
	"cmp"
	"context"
	"maps"
	"net"
	"net/url"
	"slices"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// A cell is a target that is ready to be started: what was prepared, and settings; or a URL.
type cell struct {
	record   results.Cell
	prepared *launch.Prepared // nil: a URL
	settings map[string]string
	app      app
	url      *url.URL
	gated    []results.Notice // checks that the server failed: it is not measured
}

func (p *Plan) newCell(ctx context.Context, sc scenarios.Cell, app app) (*cell, error) {
	c := &cell{settings: sc.Settings, app: app}
	c.record = results.Cell{ID: sc.ID, Label: sc.Label, Target: sc.Target.Server, App: app.name, Settings: sc.Settings}
	if sc.Target.URL != "" {
		if p.scenario.Connections.Unix {
			return nil, &launch.Missing{Reason: "it runs already, and not on a Unix socket of ours", Hint: "leave connections.unix out to measure it"}
		}
		return c, c.useURL(sc.Target.URL, p.config.AllowRemote)
	}
	d, err := targets.Load(sc.Target.Server)
	if err != nil {
		return nil, err
	}
	if err := canListen(d, p.scenario.Connections); err != nil {
		return nil, err
	}
	c.record.Descriptor, c.record.Limits = d.Text, d.Limits
	c.record.Python = cmp.Or(sc.Python, app.python)
	if c.prepared, err = p.launcher.Prepare(ctx, d, c.record.Python, app.hosted()); err != nil {
		return nil, err
	}
	c.record.Versions = maps.Clone(c.prepared.Versions)
	if err := findDatabase(ctx, &c.record, app.database); err != nil {
		return nil, err
	}
	command, err := c.prepared.Command(launch.Options{Settings: c.settings, Endpoint: p.recordEndpoint(), Scratch: "scratch"})
	if err != nil {
		return nil, err
	}
	c.record.Argv, c.record.Behind = command.Argv, launch.BehindOf(command)
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
