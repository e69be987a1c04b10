package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/targets/launch"
	"github.com/wsgibench/wsgibench/targets/process"
)

// A server is what a trial needs of its server, whether it starts it or finds it running.
type server interface {
	await(ctx context.Context) (process.Readiness, error)
	address() traffic.Address
	tree() collect.Tree                                 // nil: not known
	tail() []string                                     // the last lines that it printed
	watch(cancel context.CancelCauseFunc) (stop func()) // cancels when the server ends by itself
	stop() (warning *results.Notice, err error)
}

// tailLines of a server's log go into the record of a failed trial.
const tailLines = 20

// launch starts the cell's server, or takes the one that runs at its URL.
func (t *trialRun) launch(ctx context.Context, scratch string) (server, error) {
	if t.cell.url != nil {
		return t.running(), nil
	}
	at, err := launch.NewEndpoint(t.plan.scenario.Connections.Unix, scratch)
	if err != nil {
		return nil, &stageError{stage: "start", err: err}
	}
	t.record.Log = "logs/" + t.record.ID + ".log"
	env, err := t.database(ctx)
	if err != nil {
		return nil, &stageError{stage: "start", err: err}
	}
	p, err := t.cell.prepared.Start(ctx, launch.Options{
		Settings: t.cell.settings, Endpoint: at, Scratch: scratch, CPUs: t.cpus, Log: t.store.Path(t.record.Log), Env: env,
	})
	if err != nil {
		return nil, &stageError{stage: "start", err: err}
	}
	t.record.Obtained.Argv, t.record.Obtained.Behind = p.Argv, p.Behind
	return &started{trial: t, process: p}, nil
}

// A started server is a process tree of ours.
type started struct {
	trial   *trialRun
	process *launch.Server
}

func (s *started) await(ctx context.Context) (process.Readiness, error) {
	c := s.trial.cell
	probe := s.trial.probe(s.process.Probe())
	if !c.app.own {
		probe.WorkerPath = c.app.reference.PIDPath
	}
	ready, err := process.Await(ctx, s.process.Process, probe)
	if err == nil {
		if cpus, cpuErr := process.Affinity(s.process.PID()); cpuErr == nil {
			s.trial.record.Obtained.ServerCPUs = process.FormatCPUs(cpus)
		}
	}
	return ready, err
}

func (s *started) address() traffic.Address { return address(s.process.Endpoint) }
func (s *started) tree() collect.Tree       { return s.process }
func (s *started) tail() []string           { return s.process.Tail(tailLines) }

func (s *started) watch(cancel context.CancelCauseFunc) (stop func()) {
	done := make(chan struct{})
	go func() {
		select {
		case <-done:
		case <-s.process.Done():
			cancel(fmt.Errorf("the server ended by itself: %s", s.process.Exit()))
		case <-s.process.Flooding():
			cancel(errors.New("the server floods its log: more than 16 MiB was written; turn its access log off"))
		}
	}()
	return func() { close(done) }
}

// stop runs without the trial's context: a run that is interrupted must stop its server all the same.
func (s *started) stop() (*results.Notice, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	report, err := s.process.Stop(ctx)
	if err != nil {
		return nil, fmt.Errorf("stop the server: %w", err)
	}
	if report.Graceful {
		return nil, nil
	}
	return &results.Notice{Code: "killed", Text: fmt.Sprintf("the server did not stop within its grace and was killed (%d processes)", len(report.Killed))}, nil
}

// running takes a server that somebody else started: it is checked, and neither watched nor stopped.
func (t *trialRun) running() server {
	u := t.cell.url
	port := cmp.Or(u.Port(), "80")
	return &foreign{trial: t, addr: traffic.Address{Network: "tcp", Addr: net.JoinHostPort(u.Hostname(), port), Host: u.Host}}
}

type foreign struct {
	trial *trialRun
	addr  traffic.Address
}

func (f *foreign) await(ctx context.Context) (process.Readiness, error) {
	probe := f.trial.probe(process.Probe{Network: f.addr.Network, Addr: f.addr.Addr, Host: f.addr.Host, Timeout: process.DefaultProbeTimeout})
	return process.Check(ctx, probe)
}

func (f *foreign) address() traffic.Address                    { return f.addr }
func (f *foreign) tree() collect.Tree                          { return nil }
func (f *foreign) tail() []string                              { return nil }
func (f *foreign) watch(context.CancelCauseFunc) (stop func()) { return func() {} }
func (f *foreign) stop() (*results.Notice, error)              { return nil, nil }

// probe asks for the first GET of the scenario, or for the reference app's greeting, and checks the answer. A stream is
// not asked for: it may take long, or never end.
func (t *trialRun) probe(p process.Probe) process.Probe {
	requests := t.plan.phases[0].Requests
	i := slices.IndexFunc(requests, func(r traffic.Request) bool { return r.Method == http.MethodGet && r.Stream == nil })
	var expect traffic.Expect
	switch {
	case i >= 0:
		p.Path, p.Header, expect = requests[i].Path, requests[i].Header, requests[i].Expect
	case !t.cell.app.own:
		hello := t.cell.app.request(helloRequest(t.cell.app.reference.ReadyPath))
		p.Path, expect = hello.Path, hello.Expect
	default: // nothing that may be asked without a side effect: any answer will do
		p.Path, expect = "/", traffic.Expect{Status: -1, Length: -1}
	}
	p.Check = func(status int, body []byte) error {
		err := expect.Check(status, body)
		if err != nil && expect.HasBody {
			return fmt.Errorf("%w: got %s, want %s", err, excerpt(body), excerpt(expect.Body))
		}
		if err != nil {
			return fmt.Errorf("%w: got %s", err, excerpt(body))
		}
		return nil
	}
	return p
}

// excerpt quotes the beginning of a body for an error message.
func excerpt(body []byte) string {
	const most = 60
	if len(body) > most {
		return fmt.Sprintf("%q... (%d bytes)", body[:most], len(body))
	}
	return fmt.Sprintf("%q", body)
}
