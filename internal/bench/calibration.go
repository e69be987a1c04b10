package bench

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/wsgibench/wsgibench/internal/calibrate"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// Calibrate measures what the load generator can do on this machine, on the processors that a scenario with these cpus
// would get. It pins this process for the time that it takes.
func Calibrate(ctx context.Context, cpus scenarios.CPUs) (*results.Calibration, results.CPUs, error) {
	p := &Plan{}
	var record results.CPUs
	var err error
	if p.server, p.load, record, err = assign(cpus); err != nil {
		return nil, record, err
	}
	undo, err := p.pinGenerator()
	if err != nil {
		return nil, record, err
	}
	defer undo()
	o := calibrate.Full()
	o.Server, o.Load = p.server, p.load
	c, err := calibrate.Measure(ctx, o)
	return c, record, err
}

// calibrate measures in short, and records the result or why there is none: a run without it is worth less, and not
// nothing. The error is ctx's.
func (p *Plan) calibrate(ctx context.Context) error {
	if p.config.NoCalibrate {
		p.Run.CalibrationReason = "skipped: --no-calibrate"
		return nil
	}
	o := calibrate.Short()
	o.Server, o.Load, o.Streams = p.server, p.load, p.streams()
	c, err := calibrate.Measure(ctx, o)
	if ctxErr := ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		p.Run.CalibrationReason = err.Error()
		p.tell(Event{Note: fmt.Sprintf("no calibration: %v", err)})
		return nil
	}
	p.Run.Calibration = c
	return nil
}

// streams are the streamed requests of the measured phases, each with its phase's load.
func (p *Plan) streams() (all []calibrate.Stream) {
	for i, ph := range p.phases {
		if p.Run.Phases[i].Warmup || ph.Sessions != nil {
			continue
		}
		for _, r := range ph.Requests {
			if r.Stream == nil || r.Stream.Split != stream.BySize || r.Weight == traffic.Never {
				continue
			}
			one := ph
			one.Requests = []traffic.Request{r}
			law, seed := lawOf(r.Path)
			all = append(all, calibrate.Stream{Phase: one, Law: law, Seed: seed})
		}
	}
	return all
}

// lawOf reads how the gaps of the reference app's stream are spread.
func lawOf(path string) (law string, seed uint64) {
	_, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", 0 // it streams nothing, as its expected answer says
	}
	seed, _ = strconv.ParseUint(values.Get("seed"), 10, 64) // 0 where it is not given
	return values.Get("dist"), seed
}

// Processors says which processors a scenario with these cpus gets on this machine: for what wants to measure beside it.
func Processors(cpus scenarios.CPUs) (server, load []int, record results.CPUs, err error) {
	return assign(cpus)
}
