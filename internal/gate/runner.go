package gate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/internal/stats"
	"github.com/wsgibench/wsgibench/results"
)

// A runner takes the trials of a gate as they come, gives the course what counts of them, and keeps the time.
type runner struct {
	metrics []metric
	course  *Course
	most    int
	fresh   int
	budget  time.Duration
	how     bench.Pairing
	began   time.Time

	base, head stats.Arm
	lost       string   // why the first trial that does not count does not
	why        []string // of each metric: why the first pair that does not know it does not
	unusable   string   // why the whole gate is invalid
	limited    bool
	starved    bool // trials with a starved generator count, and there were some
}

func newRunner(metrics []metric, course *Course, how bench.Pairing, o Options) *runner {
	return &runner{how: how, why: make([]string, len(metrics)), metrics: metrics, course: course, most: o.Most, fresh: o.Fresh, budget: o.Budget, began: time.Now()}
}

// block is shown base and head of a pair, and says why no other one is needed; nil: another one is.
func (r *runner) block(trials []*results.Trial) (*results.End, error) {
	if r.unusable = refused(trials); r.unusable != "" {
		return &results.End{Stop: results.StopFutility, Text: r.unusable}, nil
	}
	if d := r.count(trials[0], trials[1]); d != nil {
		if _, err := r.course.Add(d); err != nil {
			return nil, err
		}
	}
	if r.hopeless() {
		return &results.End{Stop: results.StopFutility, Text: r.unusable}, nil
	}
	r.keepTime()
	if r.course.Needs() != Done {
		return nil, nil
	}
	end := &results.End{Stop: results.StopVerdict, Text: fmt.Sprintf("the gate is settled after %d pairs and %d fresh ones", r.course.Pairs(), r.course.Fresh())}
	if r.course.stopped != "" {
		end.Stop, end.Text = results.StopBudget, r.course.stopped
	}
	return end, nil
}

// count returns what a pair says; nil where it says nothing of any metric.
func (r *runner) count(base, head *results.Trial) []float64 {
	r.base.Trials++
	r.head.Trials++
	d, why := pair(r.metrics, base, head, r.how)
	nothing := true
	for i, v := range d {
		nothing = nothing && math.IsNaN(v)
		if r.why[i] == "" {
			r.why[i] = why[i]
		}
	}
	if !nothing {
		r.starved = r.starved || base.Verdict != results.Valid || head.Verdict != results.Valid
		return d
	}
	bad := func(t *results.Trial) bool {
		return t.Verdict != results.Valid && (t.Failure == nil || t.Failure.Text != bench.PartnerFailed)
	}
	for _, side := range []struct {
		trial *results.Trial
		arm   *stats.Arm
	}{{base, &r.base}, {head, &r.head}} {
		if bad(side.trial) || !bad(base) && !bad(head) {
			side.arm.Invalid++
			if r.lost == "" {
				r.lost = cmp.Or(said(side.trial), why[0])
			}
		}
	}
	return nil
}

// refused says which checks the sides of a pair fail, so that nothing of them is measured; empty: none.
func refused(trials []*results.Trial) string {
	var sides []string
	for _, t := range trials {
		if !bench.Refused(t) {
			continue
		}
		text := said(t)
		if more := len(t.Reasons) - 1; more > 0 {
			text += fmt.Sprintf(" (and %d more checks)", more)
		}
		sides = append(sides, text+"; "+t.Reasons[0].Hint)
	}
	return strings.Join(slices.Compact(sides), "; ")
}

// said is why a trial does not count, in its own words; empty where it does.
func said(t *results.Trial) string {
	switch {
	case t.Failure != nil:
		text := t.Cell + ": " + t.Failure.Text
		if n := len(t.Failure.Tail); n > 0 {
			text += "; it printed last: " + strings.TrimSpace(t.Failure.Tail[n-1])
		}
		return text
	case len(t.Reasons) > 0:
		return t.Cell + ": " + t.Reasons[0].Text
	}
	return ""
}

// hopeless reports whether so many trials do not count that the gate cannot be saved, whatever follows: more than a
// tenth of all that there could be.
func (r *runner) hopeless() bool {
	most := stats.Arm{Trials: r.most + r.fresh}
	base, head := most, most
	base.Invalid, head.Invalid = r.base.Invalid, r.head.Invalid
	r.unusable = stats.Unusable(base, head)
	if r.unusable != "" {
		r.unusable = r.selected()
	}
	return r.unusable != ""
}

// selected says why the trials that count are no fair selection; empty when they are. A single lost pair is an accident.
func (r *runner) selected() string {
	if r.base.Invalid <= accidents && r.head.Invalid <= accidents {
		return ""
	}
	return stats.Unusable(r.base, r.head)
}

// keepTime limits the course to the pairs that fit into the budget. Only time decides, and only once, so that nothing
// that was measured decides when to look.
func (r *runner) keepTime() {
	spent := time.Since(r.began)
	const settled = 3 // pairs, before which the mean says little
	if r.budget == 0 || r.base.Trials < settled {
		return
	}
	each := spent / time.Duration(r.base.Trials)
	if !r.limited {
		r.limited = true
		left := int((r.budget - spent) / each)
		r.course.Limit(r.course.Pairs() + left - r.fresh)
	}
	if spent+each > r.budget {
		r.course.Stop(fmt.Sprintf("the budget of %s is spent", r.budget))
	}
}

// report sums up; what the runner does not know is left to Run.
func (r *runner) report() (*Report, error) {
	out := &Report{
		Schema: Schema, Pairs: r.course.Pairs(), Fresh: r.course.Fresh(), Seconds: time.Since(r.began).Seconds(),
	}
	r.course.Stop("the spare pairs are used up")
	findings, err := r.course.Findings()
	if err != nil {
		return nil, err
	}
	if r.unusable == "" {
		r.unusable = r.selected()
	}
	for i, f := range findings {
		if r.unusable != "" {
			f = Finding{Verdict: Invalid, SD: math.NaN(), P: 1, Reason: r.unusable}
		}
		if f.Verdict == Invalid && r.unusable == "" {
			f.Reason += "; the first: " + r.why[i]
		}
		out.Metrics = append(out.Metrics, r.metrics[i].report(f))
	}
	out.Verdict = overall(out.Metrics)
	for i := range out.Metrics {
		if m := &out.Metrics[i]; m.Verdict == Invalid && out.Reason == "" {
			out.Reason = m.Word + " is " + m.Reason
		}
	}
	if r.unusable != "" {
		out.Reason = r.unusable
		if r.lost != "" {
			out.Reason += "; the first: " + r.lost
		}
	} else if r.lost != "" {
		out.Cautions = append(out.Cautions, fmt.Sprintf("%d trials of base and %d of head do not count; the first: %s", r.base.Invalid, r.head.Invalid, r.lost))
	}
	if r.starved {
		out.Cautions = append(out.Cautions, "the load generator was kept from running at times; what is gated keeps its ratio then, since it sends to both sides")
	}
	return out, nil
}

func nameOf(word string) (string, error) {
	m, err := compare.MetricNamed(word)
	return m.Name, err
}
