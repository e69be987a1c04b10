//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	vegeta "github.com/tsenart/vegeta/v12/lib"
	"golang.org/x/sys/unix"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// A job is what a process of the bench does.
type job struct {
	Addr    string        `json:"addr,omitempty"`
	Rate    float64       `json:"rate,omitempty"` // 1/s; 0: closed
	Poisson bool          `json:"poisson,omitempty"`
	Clients int           `json:"clients,omitempty"`
	For     time.Duration `json:"for,omitempty"`
	Warm    time.Duration `json:"warm,omitempty"` // a phase before the one that counts
	Seed    uint64        `json:"seed,omitempty"`
	Law     string        `json:"law,omitempty"`
}

// An outcome is what a generator says at the end, on one line.
type outcome struct {
	Requests int64            `json:"requests"`
	Due      int64            `json:"due"`
	Warmed   int64            `json:"warmed"` // requests of the warm-up
	Errors   int64            `json:"errors"`
	CPU      time.Duration    `json:"cpu"`      // of the measured phase
	Response map[string]int64 `json:"response"` // quantile → ns
	Lag      map[string]int64 `json:"lag"`
	RSS      []int64          `json:"rss,omitempty"` // bytes, ten times over the phase
	Elapsed  time.Duration    `json:"elapsed"`
}

var quantiles = map[string]float64{"p50": 50, "p90": 90, "p99": 99, "p99.9": 99.9}

func readQuantiles(h *hdrhistogram.Histogram) map[string]int64 {
	m := map[string]int64{}
	for name, q := range quantiles {
		m[name] = h.ValueAtQuantile(q)
	}
	return m
}

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1000, 60_000_000_000, 3)
}

func cpuTime() time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// play is the life of a process that the bench has started.
func play(ctx context.Context, p *bars.Part, stdin io.Reader, stdout io.Writer) error {
	if p.Role == "streams" || p.Role == "reader" {
		return playStreams(ctx, p, stdin, stdout)
	}
	var j job
	if err := p.Job(&j); err != nil {
		return err
	}
	switch p.Role {
	case "truth":
		return serve(ctx, j, stdin, stdout)
	case "engine":
		return runEngine(ctx, j, stdout)
	case "vegeta":
		return runVegeta(j, stdout)
	}
	return fmt.Errorf("role %q: want truth, engine, vegeta, streams or reader", p.Role)
}

// serve answers until stdin ends, then prints its log.
func serve(ctx context.Context, j job, stdin io.Reader, stdout io.Writer) error {
	law, err := truth.Parse(j.Law, j.Seed)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &truth.Server{Law: law, Body: []byte("Hello, World")}
	if j.Law != "null" {
		s.Log = truth.NewLog(200_000)
	}
	ctx, cancel := bars.UntilEnd(ctx, stdin)
	defer cancel()
	fmt.Fprintln(stdout, ln.Addr())
	if err := s.Serve(ctx, ln); err != nil || s.Log == nil {
		return err
	}
	w := bufio.NewWriter(stdout)
	for _, e := range s.Log.Take() {
		fmt.Fprintln(w, int64(e.Arrived), int64(e.Answered))
	}
	return w.Flush()
}

func runEngine(ctx context.Context, j job, stdout io.Writer) error {
	e := traffic.New(traffic.Address{Network: "tcp", Addr: j.Addr})
	defer e.Close()
	p := traffic.Phase{
		For: j.For, Clients: j.Clients, Timeout: 30 * time.Second, Seed: j.Seed,
		Requests: []traffic.Request{{Name: "hello", Path: "/", Expect: traffic.Expect{Status: 200, Length: -1, HasBody: true, Body: []byte("Hello, World")}}},
	}
	var warmed traffic.Report
	if j.Warm > 0 {
		warm := p
		warm.For, warm.Schedule = j.Warm, schedule(j, j.Warm)
		var err error
		if warmed, err = e.Send(ctx, warm, newRecorder()); err != nil {
			return err
		}
	}
	p.Schedule = schedule(j, j.For)
	rec := newRecorder()
	sampled := sampleRSS(j.For)
	began := cpuTime()
	r, err := e.Send(ctx, p, rec)
	if err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(outcome{
		Requests: r.Sent, Due: r.Due, Warmed: warmed.Sent, Errors: rec.errors, CPU: cpuTime() - began, Elapsed: r.Elapsed,
		Response: readQuantiles(rec.response), Lag: readQuantiles(rec.lag), RSS: sampled(),
	})
}

func schedule(j job, length time.Duration) traffic.Schedule {
	switch {
	case j.Rate == 0:
		return nil
	case j.Poisson:
		return traffic.Poisson(j.Rate, length, j.Seed)
	}
	return traffic.Constant(j.Rate, length)
}

// runVegeta is vegeta as it comes: its default client, its pacer, its latencies.
func runVegeta(j job, stdout io.Writer) error {
	a := vegeta.NewAttacker()
	var p vegeta.Pacer = vegeta.Rate{Freq: int(j.Rate), Per: time.Second}
	if j.Rate == 0 {
		a = vegeta.NewAttacker(vegeta.Workers(uint64(j.Clients)), vegeta.MaxWorkers(uint64(j.Clients)))
		p = vegeta.Rate{}
	}
	tr := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: "http://" + j.Addr + "/"})
	response := newHistogram()
	began := cpuTime()
	start := time.Now()
	var o outcome
	for res := range a.Attack(tr, p, j.For, "") {
		o.Requests++
		if res.Error != "" {
			o.Errors++
		}
		_ = response.RecordValue(int64(res.Latency))
	}
	if o.Requests == 0 {
		return errors.New("vegeta sent nothing")
	}
	o.CPU, o.Elapsed, o.Due = cpuTime()-began, time.Since(start), int64(j.Rate*j.For.Seconds())
	o.Response = readQuantiles(response)
	return json.NewEncoder(stdout).Encode(o)
}
