//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"
)

// honesty looks whether the engine knows when it is to blame: starved to a tenth of a CPU it must say so, in front of a
// saturated server it must not.
func honesty(ctx context.Context, s *setting) ([]row, error) {
	runs := max(1, int(20*min(1, s.scale)))
	starvedJob := job{Rate: 2000, Poisson: true, For: 2 * time.Second}
	// A queue that can take 500 requests per second is offered 1,000: every response is later than the one before.
	saturatedJob := job{Rate: 1000, Poisson: true, For: 2 * time.Second}
	var starved, healthy int
	for i := range runs {
		starvedJob.Seed, saturatedJob.Seed = uint64(i), uint64(i)
		e, err := against(ctx, s, "constant 5ms", starvedJob, true)
		if err != nil {
			return nil, err
		}
		h, err := against(ctx, s, "queue 1 2ms", saturatedJob, false)
		if err != nil {
			return nil, err
		}
		if e.Limited != "" {
			starved++
		}
		if h.Limited != "" {
			healthy++
		}
		fmt.Fprintf(s.progress, "honesty %d/%d: starved: %q; saturated server (p50 %.0f ms): %q\n", i+1, runs, e.Limited, ms(h.Response["p50"]), h.Limited)
	}
	return []row{
		{fmt.Sprintf("engine starved to 10 %% of a CPU, %d runs", runs), fmt.Sprintf("%d flagged", starved), fmt.Sprintf("%d flagged", runs), starved == runs},
		{fmt.Sprintf("healthy engine, saturated server, %d runs", runs), fmt.Sprintf("%d flagged", healthy), "0 flagged", healthy == 0},
	}, nil
}

func against(ctx context.Context, s *setting, law string, j job, starve bool) (o outcome, err error) {
	srv, err := startServer(ctx, s.serverCPU, job{Law: law, Seed: j.Seed})
	if err != nil {
		return o, err
	}
	defer srv.stop()
	j.Addr = srv.addr
	if !starve {
		return generate(ctx, s.loadCPU, "engine", j)
	}
	cmd, err := self(ctx, "engine", j)
	if err != nil {
		return o, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return o, err
	}
	if err := pinned(cmd, s.loadCPU); err != nil {
		return o, err
	}
	stop := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		throttle(cmd.Process, stop)
	}()
	decodeErr := json.NewDecoder(out).Decode(&o)
	close(stop)
	<-stopped
	if err := cmd.Wait(); err != nil {
		return o, err
	}
	return o, decodeErr
}

// throttle lets a process run for 10 ms of every 100 ms, as a cgroup with a quota of a tenth of a CPU does.
func throttle(p *os.Process, stop <-chan struct{}) {
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
}
