// Package calibrate answers: what can the load generator do on this machine, when no server holds it back?
//
// It starts a null server, a process of its own that does nothing but answer, and sends it the engine's traffic through
// the collectors that every trial has. It pins the server; pinning the generator, which is this very process, is the
// caller's. It judges nothing: what a trial's figures are worth beside these is for internal/bench to say.
package calibrate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/targets/process"
)

// Clients are the connections of the closed model in which the ceiling is measured.
const Clients = 16

// Rate is that of the open model in which the send lag is measured, 1/s.
const Rate = 1000

// Options say where and how long to measure.
type Options struct {
	Server []int // processors of the null server; nil: those of this process
	Load   []int // processors to which the caller has pinned this process, for the record; nil: not pinned

	Stretches int           // of the closed model; the best counts
	Ceiling   time.Duration // length of each
	Lag       time.Duration // length of the open model
	Single    time.Duration // length of the single client

	Streams   []Stream      // of which the floor is measured
	Streaming time.Duration // at most, for all of them
}

// Full takes about three and a half seconds.
func Full() Options {
	return Options{Stretches: 4, Ceiling: 250 * time.Millisecond, Lag: time.Second, Single: 500 * time.Millisecond}
}

// Short takes about a second, and up to four more where there are streams. It is what every run does before its first
// trial.
func Short() Options {
	return Options{Stretches: 2, Ceiling: 150 * time.Millisecond, Lag: 300 * time.Millisecond, Single: 100 * time.Millisecond, Streaming: 4 * time.Second}
}

// Measure carries the calibration out. The program that calls it must call ServerMain first thing in main.
func Measure(ctx context.Context, o Options) (c *results.Calibration, err error) {
	began := time.Now()
	s, err := startServer(ctx, o.Server, o.Streams)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err = errors.Join(err, s.stop()); err != nil {
			c = nil
		}
	}()
	engine := traffic.New(s.addr)
	defer engine.Close()
	c = &results.Calibration{
		Clients: Clients, BodyBytes: len(body), Rate: Rate,
		ServerCPUs: process.FormatCPUs(o.Server), LoadCPUs: process.FormatCPUs(o.Load),
	}
	for _, step := range []func(context.Context, *traffic.Engine, Options, *results.Calibration) error{warm, ceiling, lag, single} {
		if err := step(ctx, engine, o, c); err != nil {
			return nil, fmt.Errorf("calibrate: %w", err)
		}
	}
	if err := streams(ctx, s, o, c); err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	c.Duration = time.Since(began).Seconds()
	return c, nil
}

// warm opens the connections, so that no stretch that counts has to.
func warm(ctx context.Context, e *traffic.Engine, _ Options, _ *results.Calibration) error {
	_, err := send(ctx, e, traffic.Phase{Clients: Clients, For: 50 * time.Millisecond})
	return err
}

// ceiling keeps the best stretch.
func ceiling(ctx context.Context, e *traffic.Engine, o Options, c *results.Calibration) error {
	for range o.Stretches {
		f, err := send(ctx, e, traffic.Phase{Clients: Clients, For: o.Ceiling}, "requests", "throughput", "generator_cpu", "generator_cpu_seconds")
		if err != nil {
			return err
		}
		c.Stalled = max(c.Stalled, f["generator_stalled"])
		if f["throughput"] > c.Ceiling {
			c.Ceiling, c.GeneratorCPU = f["throughput"], f["generator_cpu"]
			c.CPUPerRequest = f["generator_cpu_seconds"] / f["requests"]
			c.Capacity = c.Ceiling / min(1, c.GeneratorCPU) // CPU time is counted until a little later than the answers
		}
	}
	return nil
}

func lag(ctx context.Context, e *traffic.Engine, o Options, c *results.Calibration) error {
	f, err := send(ctx, e, traffic.Phase{Schedule: traffic.Constant(Rate, o.Lag), For: o.Lag}, "send_lag_p50", "send_lag_p90", "send_lag_p99")
	if err != nil {
		return err
	}
	c.SendLagP50, c.SendLagP90, c.SendLagP99 = f["send_lag_p50"], f["send_lag_p90"], f["send_lag_p99"]
	c.Stalled = max(c.Stalled, f["generator_stalled"])
	return nil
}

// single finds the shortest latency that can be seen.
func single(ctx context.Context, e *traffic.Engine, o Options, c *results.Calibration) error {
	f, err := send(ctx, e, traffic.Phase{Clients: 1, For: o.Single}, "response_p50", responseMin)
	if err != nil {
		return err
	}
	c.ResponseMin, c.ResponseP50 = f[responseMin], f["response_p50"]
	c.Stalled = max(c.Stalled, f["generator_stalled"])
	return nil
}
