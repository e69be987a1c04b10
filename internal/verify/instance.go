package verify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/wsgibench/wsgibench/targets/launch"
	"github.com/wsgibench/wsgibench/targets/process"
)

// stopLimit is how long a server may take to stop before it is killed. None of its requests matters any more.
const stopLimit = 500 * time.Millisecond

// An instance is one start of a server.
type instance struct {
	server  *launch.Server
	scratch string
	session *Session
}

// launch starts the server and waits until it greets. The error is a *NotStarted where it does not.
func (e *examination) launch(ctx context.Context, v Variant) (*instance, error) {
	prepared := *e.prepared
	if v.Callable != "" {
		prepared.App.Module = module + ":" + v.Callable
	}
	settings := maps.Clone(e.settings)
	maps.Copy(settings, v.Settings)
	scratch, err := os.MkdirTemp("", "wsgibench-verify-")
	if err != nil {
		return nil, fmt.Errorf("make a scratch directory: %w", err)
	}
	i, err := launchIn(ctx, &prepared, settings, e.unix, scratch)
	if err != nil {
		os.RemoveAll(scratch)
		return nil, err
	}
	i.session = &Session{
		Network: i.server.Endpoint.Network(), Address: i.server.Endpoint.Address(), Can: prepared.Descriptor.Can, Settings: settings,
		side: e.side, log: filepath.Join(scratch, "log"),
	}
	return i, nil
}

func launchIn(ctx context.Context, p *launch.Prepared, settings map[string]string, unix bool, scratch string) (*instance, error) {
	at, err := launch.NewEndpoint(unix, scratch)
	if err != nil {
		return nil, err
	}
	server, err := p.Start(ctx, launch.Options{Settings: settings, Endpoint: at, Scratch: scratch, Log: filepath.Join(scratch, "log")})
	if err != nil {
		return nil, &NotStarted{Err: err}
	}
	i := &instance{server: server, scratch: scratch}
	probe := server.Probe()
	probe.Path, probe.WorkerPath = "/hello", "/pid"
	probe.Check = func(status int, body []byte) error {
		if status != 200 || string(body) != Hello {
			return fmt.Errorf("got %d %s, want 200 %q", status, excerpt(body), Hello)
		}
		return nil
	}
	if _, err := process.Await(ctx, server.Process, probe); err != nil {
		tail := server.Tail(5)
		return nil, errors.Join(&NotStarted{Err: err, Tail: tail}, i.stop())
	}
	return i, nil
}

// ended says how a server that does not greet has ended by itself; empty: it runs. The news comes a little after the end.
func (i *instance) ended() string {
	select {
	case <-i.server.Done():
		return i.server.Exit().String()
	case <-time.After(stopLimit):
		return ""
	}
}

// stop runs without the caller's context: an examination that is interrupted must stop its server all the same.
func (i *instance) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	_, err := i.server.Stop(ctx)
	return errors.Join(err, os.RemoveAll(i.scratch))
}
