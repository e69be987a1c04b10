package gate

import (
	"context"
	"fmt"
	"os"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/wsgibench/wsgibench/internal/bench"
)

// A SelfTest runs gates of which the truth is known, on the machine as it is.
type SelfTest struct {
	Config   bench.Config
	Server   string  // under which the known application runs
	Same     int     // gates of the same code on both sides
	Slower   int     // gates whose head burns Slowdown more CPU time per request
	Slowdown float64 // 0.05 is 5 %
	Mode     string
	Set      []string                          // changes to the scenario of the known change (burn.yaml)
	After    func(slower bool, report *Report) // told of each gate; may be nil
}

// A Tally is how often something happened, with the exact 95 % interval of its chance.
type Tally struct {
	Count int     `json:"count"`
	Of    int     `json:"of"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Tallied counts, and adds the interval of Clopper and Pearson (Biometrika 26, 1934): the chances that a two-sided
// binomial test at 5 % does not reject.
func Tallied(count, of int) Tally {
	t := Tally{Count: count, Of: of, High: 1}
	if of == 0 {
		return t
	}
	const tail = 0.025
	if count > 0 {
		t.Low = distuv.Beta{Alpha: float64(count), Beta: float64(of - count + 1)}.Quantile(tail)
	}
	if count < of {
		t.High = distuv.Beta{Alpha: float64(count + 1), Beta: float64(of - count)}.Quantile(1 - tail)
	}
	return t
}

// A SelfReport is what a self-test found.
type SelfReport struct {
	Server      string    `json:"server"`
	Slowdown    float64   `json:"slowdown"`     // that was really there
	FalseAlarms Tally     `json:"false_alarms"` // of the gates on the same code
	Found       Tally     `json:"found"`        // slower heads that were red on CPU time per request
	Invalid     int       `json:"invalid"`      // gates of either kind that count for neither
	Ratios      []float64 `json:"ratios"`       // CPU time per request, head ÷ base, of the slower heads
}

// Run carries out the gates, the kinds in turn. An invalid gate is counted as such, and not run again.
func (s SelfTest) Run(ctx context.Context) (*SelfReport, error) {
	scratch, err := os.MkdirTemp("", "wsgibench-selftest-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the self-test: %w", err)
	}
	defer os.RemoveAll(scratch)
	out := &SelfReport{Server: s.Server, Slowdown: s.Slowdown}
	var alarms, same, found, slower int
	for i := range max(s.Same, s.Slower) {
		if i < s.Same {
			r, err := s.gate(ctx, fmt.Sprint(scratch, "/same", i), false)
			switch {
			case err != nil:
				return nil, err
			case r.Verdict == Invalid:
				out.Invalid++
			default:
				same++
				alarms += one(r.Verdict == Regression)
			}
		}
		if i < s.Slower {
			r, err := s.gate(ctx, fmt.Sprint(scratch, "/slower", i), true)
			if err != nil {
				return nil, err
			}
			cpu := r.metric("cpu_per_request")
			if cpu == nil || cpu.Verdict == Invalid {
				out.Invalid++
				continue
			}
			slower++
			found += one(cpu.Verdict == Regression)
			if cpu.Ratio != nil {
				out.Ratios = append(out.Ratios, *cpu.Ratio)
			}
		}
	}
	out.FalseAlarms, out.Found = Tallied(alarms, same), Tallied(found, slower)
	return out, nil
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (r *Report) metric(word string) *MetricReport {
	for i := range r.Metrics {
		if r.Metrics[i].Word == word {
			return &r.Metrics[i]
		}
	}
	return nil
}

func (s SelfTest) gate(ctx context.Context, dir string, slower bool) (*Report, error) {
	slowdown := 0.0
	if slower {
		slowdown = s.Slowdown
	}
	k, err := NewKnown(ctx, dir, s.Server, 0, slowdown, s.Set...)
	if err != nil {
		return nil, err
	}
	r, err := Run(ctx, Options{Config: s.Config, Gate: k.Scenario.Gate, Base: k.Base, Head: k.Head, Mode: s.Mode})
	if err == nil && s.After != nil {
		s.After(slower, r)
	}
	return r, err
}
