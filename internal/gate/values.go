package gate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// A metric is a gated metric: what it is, where, and how much worse is still accepted.
type metric struct {
	compare.Metric
	phase  string
	margin float64
}

// leastShare is the margin of a share that may be no higher at all: no number of pairs can show that a share is exactly
// the same, so less than one request in a million is taken for none.
const leastShare = 1e-6

// gated are the metrics of a scenario's gate.
func gated(gate []scenarios.GateMetric) ([]metric, error) {
	var all []metric
	for _, g := range gate {
		m, err := compare.MetricNamed(g.Word)
		if err != nil {
			return nil, err
		}
		all = append(all, metric{Metric: m, phase: g.Phase, margin: g.Margin})
	}
	return all, nil
}

// rule is the gate on these metrics.
func rule(metrics []metric, looks []int, confirm int) stats.Gate {
	g := stats.Gate{Confidence: compare.Confidence, Looks: looks, Confirm: confirm}
	for _, m := range metrics {
		margin := m.margin
		if m.Share {
			margin = max(margin, leastShare)
		}
		g.Margins = append(g.Margins, margin)
	}
	return g
}

// pair is what a pair of trials says: for every metric the log ratio head ÷ base, + for worse, or NaN and why it does
// not know it. Of a share it is ln(1 + difference), which is above ln(1 + margin) exactly where the difference is above
// the margin.
func pair(metrics []metric, base, head *results.Trial, how bench.Pairing) (d []float64, why []string) {
	d, why = make([]float64, len(metrics)), make([]string, len(metrics))
	for i, m := range metrics {
		a, whyA := value(m, base, how)
		b, whyB := value(m, head, how)
		d[i] = math.NaN()
		switch {
		case whyA != "" || whyB != "":
			why[i] = cmp.Or(whyA, whyB)
			continue
		case m.Share:
			d[i] = math.Log1p(b - a)
		case a <= 0 || b <= 0:
			why[i] = fmt.Sprintf("%s is not above 0: there is no ratio", m.Word)
			continue
		default:
			d[i] = math.Log(b) - math.Log(a)
		}
		if m.Direction == stats.HigherIsBetter {
			d[i] = -d[i]
		}
	}
	return d, why
}

// starved is the code of a trial whose load generator was kept from running.
const starved = "generator-starved"

// value is the figure of a trial, or why it does not count.
//
// In a duet one generator sends to both sides, and whoever keeps it from running does so for both. CPU time per
// request, memory and errors keep their ratio then, and such a trial counts for them. Response times and rates do not:
// what the generator adds to both draws their ratio to 1.
func value(m metric, t *results.Trial, how bench.Pairing) (v float64, why string) {
	timed := m.Quantile > 0 || m.Name == "goodput"
	switch {
	case t.Failure != nil:
		return 0, t.Cell + " failed: " + t.Failure.Text
	case t.Verdict == results.Valid:
	case timed || how != bench.AtOnce:
		return 0, t.Cell + ": " + t.Reasons[0].Text
	default:
		i := slices.IndexFunc(t.Reasons, func(n results.Notice) bool { return n.Code != starved })
		if i >= 0 {
			return 0, t.Cell + ": " + t.Reasons[i].Text
		}
	}
	if succeeded := t.Metric("goodput", m.phase, ""); succeeded != nil && *succeeded <= 0 {
		return 0, t.Cell + ": no request succeeded"
	}
	for _, have := range t.Metrics {
		if have.Name != m.Name || have.Phase != m.phase || have.Request != "" {
			continue
		}
		if have.Value != nil {
			return *have.Value, ""
		}
		return 0, fmt.Sprintf("%s: %s is unknown: %s", t.Cell, m.Word, have.Reason)
	}
	return 0, fmt.Sprintf("%s: %s was not measured", t.Cell, m.Word)
}

// report turns a finding into what is told of it: log ratios into ratios in the metric's own direction.
func (m metric) report(f Finding) MetricReport {
	r := MetricReport{
		Word: m.Word, Phase: m.phase, Margin: m.margin, Unit: m.Unit, Higher: m.Direction == stats.HigherIsBetter, Share: m.Share,
		Verdict: f.Verdict, P: f.P, Reason: f.Reason,
	}
	if f.Verdict == Invalid {
		return r // a figure that does not count is no figure
	}
	if !math.IsNaN(f.SD) {
		r.SD = &f.SD
	}
	if f.Log.N == 0 {
		return r
	}
	e := f.Log
	if r.Higher {
		e = e.Mirror()
	}
	shown := math.Exp
	if m.Share {
		shown = math.Expm1
	}
	point := shown(e.Point)
	r.Ratio = &point
	for _, b := range []struct {
		log  float64
		into **float64
	}{{e.Low, &r.Low}, {e.High, &r.High}} {
		if !math.IsInf(b.log, 0) {
			v := shown(b.log)
			*b.into = &v
		}
	}
	return r
}
