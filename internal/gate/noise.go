package gate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// Differences are the log ratios of the pairs of a gate's run, + for worse: one list per gated metric, in the order of
// the blocks. How is the way in which the run was carried out. Blocks in which a trial does not count are left out.
func Differences(r *results.Record, gate []scenarios.GateMetric, how bench.Pairing) ([][]float64, error) {
	metrics, err := gated(gate)
	if err != nil {
		return nil, err
	}
	heads := map[int]*results.Trial{}
	for _, t := range r.Of("head") {
		heads[t.Block] = t
	}
	out := make([][]float64, len(metrics))
	for _, base := range r.Of("base") {
		head := heads[base.Block]
		if head == nil {
			continue
		}
		d, _ := pair(metrics, base, head, how)
		if slices.ContainsFunc(d, math.IsNaN) {
			continue
		}
		for i, v := range d {
			out[i] = append(out[i], v)
		}
	}
	if len(out) == 0 || len(out[0]) < 2 {
		return nil, fmt.Errorf("the run %s has fewer than two pairs of valid trials of base and head that know all gated metrics", r.Run.ID)
	}
	return out, nil
}

// A Sight is what a gate can and cannot see in one metric.
type Sight struct {
	Word   string
	Phase  string
	Margin float64
	SD     float64           // of the log ratios of pairs
	Pairs  int               // that SD comes from
	Points []stats.GatePoint // at 0, 2, 5 and 10 %
	curve  *stats.GateCurve
}

// effects are the true changes for the worse at which a gate is explained.
var effects = []float64{0, 0.02, 0.05, 0.10}

// ManyPairs is from how many pairs on their own distribution is taken in place of a normal one of their spread.
const ManyPairs = 100

// Explain computes what a gate with these options does to true changes, given the log ratios of pairs without any
// (Pilot, or a stored run of the same code on both sides).
func Explain(o Options, noise [][]float64) ([]Sight, error) {
	o = o.complete()
	metrics, err := gated(o.Gate)
	if err != nil {
		return nil, err
	}
	if len(noise) != len(metrics) {
		return nil, fmt.Errorf("noise of %d metrics for a gate on %d", len(noise), len(metrics))
	}
	g := rule(metrics, stats.PlannedLooks(o.Most), o.Fresh)
	var out []Sight
	for i, m := range metrics {
		s := Sight{Word: m.Word, Phase: m.phase, Margin: m.margin, SD: stats.SD(noise[i]), Pairs: len(noise[i])}
		if len(noise[i]) >= ManyPairs {
			s.curve, err = g.CurveFrom(i, noise[i], 1)
		} else {
			s.curve, err = g.Curve(i, s.SD, 1)
		}
		if err != nil {
			return nil, err
		}
		for _, e := range effects {
			s.Points = append(s.Points, s.curve.At(e))
		}
		out = append(out, s)
	}
	return out, nil
}

// At is the chance that the gate is red for this metric when it is truly that much worse.
func (s *Sight) At(effect float64) float64 { return s.curve.At(effect).Failed }

// Sees is the smallest true change for the worse at which the gate is red with that chance; +Inf where there is none.
func (s *Sight) Sees(power float64) float64 { return s.curve.Sees(power) }

// Simulate plays a gate of which every pair is drawn, and reports whether it is red for metric i.
func Simulate(o Options, i int, draw func() []float64) (red bool, err error) {
	o = o.complete()
	metrics, err := gated(o.Gate)
	if err != nil {
		return false, err
	}
	c, err := NewCourse(rule(metrics, stats.PlannedLooks(o.Most), o.Fresh))
	if err != nil {
		return false, err
	}
	for c.Needs() != Done {
		if _, err := c.Add(draw()); err != nil {
			return false, err
		}
	}
	f, err := c.finding(i)
	return f.Verdict == Regression, err
}

// Pilot measures the noise: pairs of the base with itself. The run directory stays.
func Pilot(ctx context.Context, o Options, pairs int) (noise [][]float64, dir string, err error) {
	plan, err := bench.PreparePairs(ctx, o.Config, o.Base.side("base"), o.Base.side("head"), pairs)
	if err != nil {
		return nil, "", err
	}
	how, _ := pairing(o.Mode, plan)
	dir, err = plan.ExecutePairs(ctx, how, func(block []*results.Trial) (*results.End, error) {
		if why := refused(block); why != "" {
			return nil, fmt.Errorf("the noise cannot be measured: %s", why)
		}
		if block[0].Block < pairs {
			return nil, nil
		}
		return &results.End{Stop: results.StopComplete, Text: fmt.Sprintf("all %d pairs were run", pairs)}, nil
	})
	if err != nil {
		return nil, dir, err
	}
	record, err := results.Open(dir)
	if err != nil {
		return nil, dir, err
	}
	noise, err = Differences(record, o.Gate, how)
	return noise, dir, err
}
