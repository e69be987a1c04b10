package calibrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
	"github.com/wsgibench/wsgibench/results"
)

// How long a stretch of a stream lasts: long enough for the gaps that a p99 needs, within limits.
const (
	longestStretch  = 1200 * time.Millisecond
	usualStretch    = 400 * time.Millisecond
	shortestStretch = 100 * time.Millisecond
	wantedGaps      = 120
)

// stretch is how long the load would best last.
func (l *load) stretch() time.Duration {
	if l.streams.Gap == 0 || l.clients < 1 {
		return usualStretch
	}
	return min(longestStretch, max(usualStretch, wantedGaps*l.streams.Gap/time.Duration(l.clients)))
}

// stretches shares out the time that there is among the different loads. Those for which there is none have none.
func stretches(all []Stream, budget time.Duration) map[load]time.Duration {
	shares := map[load]time.Duration{}
	var order []load
	var sum time.Duration
	for i := range all {
		l := all[i].load()
		if _, seen := shares[l]; !seen {
			order = append(order, l)
			shares[l] = l.stretch()
			sum += shares[l]
		}
	}
	left := budget
	for _, l := range order {
		if sum > budget {
			shares[l] = max(shortestStretch, time.Duration(float64(shares[l])*float64(budget)/float64(sum)))
		}
		if shares[l] > left {
			shares[l] = 0
		}
		left -= shares[l]
	}
	return shares
}

// streams measures the floor of each stream, once for those that are sent alike. Together they take at most
// Options.Streaming; those for which no time is left are recorded without figures.
func streams(ctx context.Context, s *server, o Options, c *results.Calibration) error {
	shares := stretches(o.Streams, o.Streaming)
	measured := map[load]results.StreamFloor{}
	for i := range o.Streams {
		one := &o.Streams[i]
		f, done := measured[one.load()]
		if !done {
			f = one.floor()
			stretch := shares[one.load()]
			switch k := find(s.streams, one.known()); {
			case k == nil:
				f.Reason = "it is not known of how many blocks these streams consist"
			case stretch == 0:
				f.Reason = fmt.Sprintf("the %v for the calibration of streams were over", o.Streaming)
			default:
				measureStream(ctx, k.address(), one, stretch, &f)
			}
			measured[one.load()] = f
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		f.Phase, f.Request = one.Phase.Name, one.Phase.Requests[0].Name
		c.Streams = append(c.Streams, f)
	}
	return nil
}

// A load is what makes streams the same to the load generator.
type load struct {
	streams  knownStreams
	manner   traffic.Manner
	clients  int
	schedule string
	receive  int
	reuse    int
	close    bool
}

func (s *Stream) load() load {
	p := &s.Phase
	l := load{streams: s.known(), manner: p.Requests[0].Manner, clients: p.Clients, receive: p.ReceiveBuffer, reuse: p.Reuse, close: p.NoReuse}
	if p.Schedule != nil {
		l.schedule = p.Schedule.String()
	}
	return l
}

// floor is the record of a stream before it is measured.
func (s *Stream) floor() results.StreamFloor {
	k, p := s.known(), &s.Phase
	law := k.Law
	if law == "" {
		law = truth.GapLaws[0]
	}
	clients := p.Clients
	if p.Schedule != nil {
		clients = 0
	}
	return results.StreamFloor{
		Phase: p.Name, Request: p.Requests[0].Name, Clients: clients,
		Blocks: k.Blocks, Size: k.Size, Gap: k.Gap.Seconds(), Law: law, Metrics: []results.Metric{},
	}
}

// measureStream keeps the faster of two stretches where the streams come as fast as they are taken: whatever else runs on
// the machine can only take away from it.
func measureStream(ctx context.Context, to traffic.Address, s *Stream, stretch time.Duration, f *results.StreamFloor) {
	rounds := 1
	if f.Gap == 0 {
		rounds = 2
	}
	stretch /= time.Duration(rounds)
	f.Duration = stretch.Seconds()
	best := 0.0
	for range rounds {
		ms, err := sendStream(ctx, to, s, stretch)
		if err != nil {
			f.Reason = err.Error()
			return
		}
		known := knownOf(ms)
		f.Stalled, f.Waited = max(f.Stalled, known["generator_stalled"]), max(f.Waited, known["generator_wait_share"])
		rate := known["body_rate"]
		if rate <= best {
			continue
		}
		best = rate
		f.Metrics = slices.DeleteFunc(ms, func(m results.Metric) bool { return m.Request != "" || !slices.Contains(kept, m.Name) })
		for i := range f.Metrics {
			f.Metrics[i].Phase = "" // it is the floor's
		}
		if m := s.Phase.Requests[0].Manner; f.Gap == 0 && m.ReadRate == 0 && m.LeaveAfter == 0 {
			f.Capacity = &rate
		}
	}
	if best == 0 {
		f.Reason = "no stream brought a block in the time that there was"
	}
}

// kept are the metrics of a floor.
var kept = []string{
	"first_block_p50", "second_block_p50", "block_gap_p50", "block_gap_p99", "jitter_p50", "jitter_p99", "delivery_p50", "delivery_p99",
	"lateness_p50", "lateness_p99", "body_rate", "block_rate", "blocks_per_read", "blocks_merged", "run_ahead", "generator_cpu", generatorMemory,
}

func knownOf(ms []results.Metric) figures {
	f := figures{}
	for _, m := range ms {
		if m.Value != nil && m.Request == "" {
			f[m.Name] = *m.Value
		}
	}
	return f
}

// sendStream sends the load of a phase for a stretch, and leaves the streams that are under way at its end: a floor must
// not take as long as the streams do.
func sendStream(ctx context.Context, to traffic.Address, s *Stream, stretch time.Duration) ([]results.Metric, error) {
	p := s.asked(stretch)
	engine := traffic.New(to)
	defer engine.Close()
	group := collect.Start(collect.Kinds(), collect.Scope{Phase: p.Name, Length: stretch, Requests: []string{p.Requests[0].Name}})
	watch := &leaving{next: group}
	memory := newMemoryMeter(p.Clients)
	limited, cancel := context.WithCancel(ctx)
	defer cancel()
	read := make(chan struct{})
	over := time.AfterFunc(stretch, func() {
		defer close(read)
		memory.read(watch.open.Load())
		cancel()
	})
	_, err := engine.Send(limited, p, watch)
	if !over.Stop() {
		<-read
	}
	o := group.Finish()
	if err != nil && !errors.Is(err, context.Canceled) {
		return nil, err
	}
	if f := knownOf(o.Metrics); f["errors_count"] > 0 {
		return nil, fmt.Errorf("%.0f of %.0f known streams failed: %+v", f["errors_count"], f["requests"], o.Errors)
	}
	return append(o.Metrics, memory.metric()), nil
}

// asked is the phase as it is sent to the server of known truth.
func (s *Stream) asked(stretch time.Duration) traffic.Phase {
	p := s.Phase
	r := p.Requests[0]
	plan := *r.Stream
	plan.Size, plan.Content = s.known().Size, nil
	r.Method, r.Path, r.Weight, r.Body, r.Chunked, r.Stream = "GET", "/", 1, nil, false, &plan
	r.Expect = traffic.Expect{Status: 200, Length: -1}
	p.Requests, p.Which, p.Sessions, p.Think = []traffic.Request{r}, nil, nil, nil
	p.For, p.Timeout = 2*stretch, 5*time.Second // it is cancelled before
	return p
}
