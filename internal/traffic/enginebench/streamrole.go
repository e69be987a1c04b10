//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"runtime"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// received is what a reader of streams says at the end.
type received struct {
	Streams  int64            `json:"streams"`
	Errors   int64            `json:"errors"`
	Wrong    map[string]int64 `json:"wrong,omitempty"` // streams by what is wrong with their blocks
	Body     int64            `json:"body"`            // bytes
	Wire     int64            `json:"wire"`
	Opened   int64            `json:"opened"` // connections
	InFlight int64            `json:"in_flight"`
	Rate     float64          `json:"rate"` // blocks per second from the first of a stream to its last, of all streams
	Gaps     map[string]int64 `json:"gaps"` // quantile → ns, of all streams; with streamJob.Held while that many are under way
	Apart    map[string]int64 `json:"apart"`
	Compared int64            `json:"compared"` // gaps that Apart is of
	Memory   held             `json:"memory"`
	RSS      []int64          `json:"rss"` // bytes, ten times over the phase
	CPU      time.Duration    `json:"cpu"`
	Waited   time.Duration    `json:"waited"` // for the CPU, by all threads
	Elapsed  time.Duration    `json:"elapsed"`
}

// playStreams is the life of a process that serves or reads streams.
func playStreams(ctx context.Context, p *bars.Part, stdin io.Reader, stdout io.Writer) error {
	var j streamJob
	if err := p.Job(&j); err != nil {
		return err
	}
	if p.Role == "streams" {
		return serveStreams(ctx, j, stdin, stdout)
	}
	return readStreams(ctx, j, stdout)
}

// serveStreams answers until stdin ends, then prints its log.
func serveStreams(ctx context.Context, j streamJob, stdin io.Reader, stdout io.Writer) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &truth.Streams{Blocks: j.Blocks, Size: j.Size, Gap: j.Gap, Law: j.Law, Length: j.Length, Fault: j.Fault, Seed: j.Seed, Stamps: j.Stamps}
	ctx, cancel := bars.UntilEnd(ctx, stdin)
	defer cancel()
	fmt.Fprintln(stdout, ln.Addr())
	if err := s.Serve(ctx, ln); err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(s.Log())
}

// readStreams sends a phase of streams.
func readStreams(ctx context.Context, j streamJob, stdout io.Writer) error {
	e := traffic.New(traffic.Address{Network: "tcp", Addr: j.Addr})
	defer e.Close()
	p := traffic.Phase{
		For: j.For, Clients: j.Clients, Timeout: 5*time.Minute + j.lasting(), Seed: j.Seed,
		Requests: []traffic.Request{{
			Name: "stream", Path: "/", Expect: traffic.Expect{Status: 200, Length: -1},
			Stream: &traffic.StreamPlan{Blocks: j.Blocks, Size: j.Size, Gap: j.Gap}, Manner: traffic.Manner{ReadRate: j.Slow},
		}},
	}
	if j.Rate > 0 {
		p.Schedule = traffic.Constant(j.Rate, j.For)
	}
	w := newWatcher(j)
	runtime.GC()
	w.out.Memory.RSS[0], w.out.Memory.Live[0] = residentBytes(), liveBytes()
	sampled := sampleRSS(j.For + j.lasting())
	began, waited := cpuTime(), waitedForCPU()
	r, err := e.Send(ctx, p, w)
	if err != nil {
		return err
	}
	out := w.result()
	out.RSS, out.CPU = sampled(), cpuTime()-began
	out.Waited, out.Elapsed = waitedForCPU()-waited, r.Elapsed
	out.Opened, out.InFlight = r.Opened, r.InFlight
	return json.NewEncoder(stdout).Encode(out)
}
