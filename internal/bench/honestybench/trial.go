package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// law is that of a server that answers 500 requests per second at most.
const law = "queue 1 2ms"

// scenario is a trial of a second: twice what the server can do, or sixteen clients that always wait.
const scenario = `name: honesty
targets: [{url: "http://%s"}]
trials: {blocks: 1, seed: %d}
requests: [{get: /}]
traffic: [{name: slow, %s, for: 1s}]
`

var loads = []string{"rate: 1000/s, arrivals: poisson", "clients: 16"}

// A job is what a process of the bench does.
type job struct {
	Addr string `json:"addr,omitempty"`
	Run  int    `json:"run"`
}

// play is the life of a process that the bench has started.
func play(ctx context.Context, part bars.Part, stdin io.Reader, stdout io.Writer) error {
	var j job
	if err := part.Job(&j); err != nil {
		return err
	}
	switch part.Role {
	case "server":
		return serve(ctx, j, stdin, stdout)
	case "trial":
		return measure(ctx, j, stdout)
	case "burn":
		return burn(stdin)
	}
	return fmt.Errorf("role %q: want server, trial or burn", part.Role)
}

// serve answers until stdin ends.
func serve(ctx context.Context, j job, stdin io.Reader, stdout io.Writer) error {
	l, err := truth.Parse(law, uint64(j.Run))
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, cancel := bars.UntilEnd(ctx, stdin)
	defer cancel()
	fmt.Fprintln(stdout, ln.Addr())
	return (&truth.Server{Law: l, Body: []byte("Hello, World")}).Serve(ctx, ln)
}

// burn keeps a processor busy until stdin ends.
func burn(stdin io.Reader) error {
	var err error
	var over atomic.Bool
	go func() {
		_, err = io.Copy(io.Discard, stdin)
		over.Store(true)
	}()
	for !over.Load() {
	}
	return err
}

// measure runs one trial as `wsgibench run` does, and prints its record.
func measure(ctx context.Context, j job, stdout io.Writer) error {
	text := fmt.Sprintf(scenario, j.Addr, j.Run+1, loads[j.Run%len(loads)])
	s, err := scenarios.Parse("honesty.yaml", []byte(text), nil, bench.Names())
	if err != nil {
		return err
	}
	out, err := os.MkdirTemp("", "honestybench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(out)
	plan, err := bench.Prepare(ctx, bench.Config{Out: out, NoCalibrate: true}, s)
	if err != nil {
		return err
	}
	dir, err := plan.Execute(ctx)
	if err != nil {
		return err
	}
	record, err := results.Open(dir)
	if err != nil {
		return err
	}
	if len(record.Trials) != 1 {
		return errors.New("the run has no trial")
	}
	t := record.Trials[0]
	if t.Failure != nil {
		return fmt.Errorf("the trial failed: %s: %s", t.Failure.Stage, t.Failure.Text)
	}
	return json.NewEncoder(stdout).Encode(t)
}

// blames are the reasons that say that the generator is at fault. Errors and overload are the server's.
var blames = []string{"generator-limited", "generator-starved", "schedule-missed", "littles-law"}

// flagged says whether the verdict blames the generator.
func flagged(t *results.Trial) bool {
	return slices.ContainsFunc(t.Reasons, func(n results.Notice) bool { return slices.Contains(blames, n.Code) })
}

// describe is one line about a trial, with the figures that decide.
func describe(t *results.Trial) string {
	var b strings.Builder
	b.WriteString(t.Verdict)
	for _, n := range t.Reasons {
		b.WriteString(" " + n.Code)
	}
	for _, name := range []string{"requests", "generator_stalled", "generator_wait", "generator_wait_share", "generator_cpu", "generator_hiccup_max", "engine_lag_p99", "response_p50", "response_p99"} {
		if v := t.Metric(name, "slow", ""); v != nil {
			fmt.Fprintf(&b, " %s=%.3g", name, *v)
		}
	}
	return b.String()
}
