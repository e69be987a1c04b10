package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets/process"
)

// An ordeal is what is done to a generator while it works, on these processors; the function returned ends it. None, nil,
// leaves it alone.
type ordeal func(ctx context.Context, generator *os.Process, cpus []int) (end func() error, err error)

// count runs trials and counts those that blame the generator. What each was decided on goes to progress.
func count(ctx context.Context, what string, do ordeal, runs int, progress io.Writer) (int, error) {
	server, load, record, err := bench.Processors(scenarios.CPUs{Auto: true})
	if err != nil {
		return 0, err
	}
	if record.Reason != "" {
		return 0, fmt.Errorf("the generator needs a processor of its own: %s", record.Reason)
	}
	n := 0
	for i := range runs {
		t, err := quietly(ctx, do, job{Run: i}, server, load, progress)
		if err != nil {
			return n, fmt.Errorf("run %d: %w", i+1, err)
		}
		if flagged(t) {
			n++
		}
		fmt.Fprintf(progress, "%s %d/%d (%s): %s\n", what, i+1, runs, loads[i%len(loads)], describe(t))
	}
	return n, nil
}

// A generator that is said to be healthy must have had its processors. A trial that is flagged while others used more of
// them than this is repeated, so many times at most: it shows that the verdict sees neighbours, not that it is wrong. One
// that is not flagged counts all the more.
const (
	maxOthers = 0.10
	attempts  = 10
)

// quietly tries until the machine was quiet or the verdict blamed nobody. A generator that is meant to be starved is
// tried once.
func quietly(ctx context.Context, do ordeal, j job, server, load []int, progress io.Writer) (*results.Trial, error) {
	for i := 1; ; i++ {
		before, known := busy(load)
		began := time.Now()
		t, used, err := try(ctx, do, j, server, load)
		if err != nil {
			return nil, err
		}
		after, _ := busy(load)
		others := (after - before - used).Seconds() / time.Since(began).Seconds() / float64(len(load))
		if !known || do != nil || !flagged(t) || others <= maxOthers || i == attempts {
			return t, nil
		}
		fmt.Fprintf(progress, "repeated: others used %.0f %% of the generator's processors; %s\n", 100*others, describe(t))
	}
}

// try runs one trial against a server of its own, and says how much CPU time the generator used.
func try(ctx context.Context, do ordeal, j job, server, load []int) (t *results.Trial, used time.Duration, err error) {
	srv, err := start(ctx, "server", j)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, srv.stop()) }()
	if err := process.Pin(srv.cmd.Process.Pid, server); err != nil {
		return nil, 0, err
	}
	addr, err := srv.out.ReadString('\n')
	if err != nil {
		return nil, 0, fmt.Errorf("the server said no address: %w", err)
	}
	j.Addr = strings.TrimSpace(addr)
	gen, err := start(ctx, "trial", j)
	if err != nil {
		return nil, 0, err
	}
	end := func() error { return nil }
	if do != nil {
		end, err = do(ctx, gen.cmd.Process, load)
	}
	if err != nil {
		return nil, 0, errors.Join(err, gen.cmd.Process.Kill(), gen.stop())
	}
	t = &results.Trial{}
	decodeErr := json.NewDecoder(gen.out).Decode(t)
	if err := errors.Join(end(), gen.stop(), decodeErr); err != nil {
		return nil, 0, err
	}
	return t, gen.cmd.ProcessState.UserTime() + gen.cmd.ProcessState.SystemTime(), nil
}

// stopped lets the generator run for 10 ms of every 100 ms, as a cgroup with a quota of a tenth of a CPU does.
func stopped(_ context.Context, p *os.Process, _ []int) (func() error, error) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			_ = p.Signal(syscall.SIGSTOP)
			time.Sleep(90 * time.Millisecond)
			_ = p.Signal(syscall.SIGCONT)
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() error {
		close(stop)
		<-done
		return nil
	}, nil
}

// crowded runs nine busy loops on the generator's processors.
func crowded(ctx context.Context, _ *os.Process, cpus []int) (func() error, error) {
	var loops []*child
	end := func() error {
		var errs []error
		for _, l := range loops {
			errs = append(errs, l.stop())
		}
		return errors.Join(errs...)
	}
	for range 9 * len(cpus) {
		l, err := start(ctx, "burn", job{})
		if err != nil {
			return nil, errors.Join(err, end())
		}
		loops = append(loops, l)
		if err := process.Pin(l.cmd.Process.Pid, cpus); err != nil {
			return nil, errors.Join(err, end())
		}
	}
	return end, nil
}
