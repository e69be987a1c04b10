package calibrate

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic"
)

// figures are the metrics of a phase by their names, and responseMin; those that are not known are left out.
type figures map[string]float64

// responseMin is the shortest response time in s, which no collector gives.
const responseMin = "response_min"

// send sends a phase through the collectors of a trial: what they cost the generator is part of what it can do. It fails
// where one of the figures that are needed is not known.
func send(ctx context.Context, e *traffic.Engine, p traffic.Phase, needed ...string) (figures, error) {
	p.Name, p.Timeout = "calibration", 5*time.Second
	p.Requests = []traffic.Request{{Name: "null", Method: "GET", Path: "/", Expect: traffic.Expect{Status: 200, Length: -1, HasBody: true, Body: []byte(body)}}}
	group := collect.Start(collect.Kinds(), collect.Scope{Phase: p.Name, Length: p.For, Requests: []string{"null"}})
	shortest := &shortest{next: group}
	shortest.ns.Store(math.MaxInt64)
	_, err := e.Send(ctx, p, shortest)
	o := group.Finish()
	if err != nil {
		return nil, err
	}
	f := figures{}
	for _, m := range o.Metrics {
		if m.Value != nil {
			f[m.Name] = *m.Value
		}
	}
	if ns := shortest.ns.Load(); ns < math.MaxInt64 {
		f[responseMin] = float64(ns) / 1e9
	}
	if n := f["errors_count"]; n > 0 {
		return nil, fmt.Errorf("%.0f of %.0f requests to the null server failed: %+v", n, f["requests"], o.Errors)
	}
	for _, name := range needed {
		if _, ok := f[name]; !ok {
			return nil, fmt.Errorf("too few answers in %v for a %s: the machine is too busy", p.For, name)
		}
	}
	return f, nil
}

// shortest keeps the shortest response time of what was answered.
type shortest struct {
	next collect.Observer
	ns   atomic.Int64
}

var _ collect.Observer = (*shortest)(nil)

func (s *shortest) Observe(x *collect.Exchange) {
	s.next.Observe(x)
	for ns := int64(x.ResponseTime()); x.Error == ""; {
		old := s.ns.Load()
		if ns >= old || s.ns.CompareAndSwap(old, ns) {
			return
		}
	}
}
