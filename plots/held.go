package plots

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/wsgibench/wsgibench/results"
	"gonum.org/v1/plot/vg"
)

// A course of levels is a set of phases with the same traffic of their own and more and more clients held beside them.
type levels struct {
	schedule string // of the phases' own traffic
	phases   []results.Phase
	held     []float64 // clients beside each of them, ascending
}

// levelsOf finds the phases that differ by the clients held beside them. A phase without any is the level 0 of those
// whose traffic is the same as its own.
func levelsOf(r *results.Record) []levels {
	beside := map[string]int{}
	for _, p := range r.Measured() {
		if p.Beside != "" {
			beside[p.Beside] = p.Clients
		}
	}
	var all []levels
	for _, p := range r.Measured() {
		if p.Beside != "" {
			continue
		}
		i := slices.IndexFunc(all, func(l levels) bool { return l.schedule == p.Schedule })
		if i < 0 {
			all = append(all, levels{schedule: p.Schedule})
			i = len(all) - 1
		}
		all[i].add(p, float64(beside[p.Name]))
	}
	return slices.DeleteFunc(all, func(l levels) bool { return len(l.held) < 2 })
}

// add puts a phase into its place; of several with as many clients beside them the first counts.
func (l *levels) add(p results.Phase, held float64) {
	i, found := slices.BinarySearch(l.held, held)
	if !found {
		l.held, l.phases = slices.Insert(l.held, i, held), slices.Insert(l.phases, i, p)
	}
}

// open is how many streams of a cell were open at once at a level: the median over the valid trials, or as many as were to
// be held where the record does not know.
func (l levels) open(r *results.Record, cell string, level int) float64 {
	for _, p := range r.Measured() {
		if p.Beside != l.phases[level].Name {
			continue
		}
		if vs, _ := values(r, cell, "streams_open", p.Name); len(vs) > 0 {
			return median(vs)
		}
	}
	return l.held[level]
}

// beyondLinear is the number of clients beyond which their axis is logarithmic.
const beyondLinear = 30

// scale is that of the clients held, from none; on a logarithmic one each place is that of one client more, because none
// has no logarithm. at is the place of a number of clients.
func (l levels) scale() (s scale, at func(held float64) float64) {
	top := l.held[len(l.held)-1]
	at = func(held float64) float64 { return held }
	s = scale{min: -0.03 * top, max: 1.03 * top}
	if top > beyondLinear {
		at = func(held float64) float64 { return held + 1 }
		s = scale{min: 0.9, max: 1.15 * (top + 1), log: true}
	}
	for _, h := range l.held {
		s.ticks = append(s.ticks, tick{at(h), thousands(strconv.FormatFloat(h, 'f', -1, 64))})
	}
	return s, at
}

// axis names the axis of clients.
func (l levels) axis() string {
	if s, _ := l.scale(); s.log {
		return "Streams held (log scale)"
	}
	return "Streams held"
}

// name makes the name of a picture of these levels, different from those of the other levels of the run.
func (l levels) name(figure string, i int) string {
	if i > 0 {
		figure += fmt.Sprintf("-%d", i+1)
	}
	return figure
}

// atOnce is how many requests a server can carry out at once: workers × threads, as far as its settings say, or a worker
// each where its limits say that it takes one request at a time. 0: not known, or without a limit of its own.
func atOnce(c results.Cell) float64 {
	number := func(setting string, missing float64) float64 {
		text, ok := c.Settings[setting]
		if !ok {
			return missing
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return 0
		}
		return float64(n)
	}
	threads := number("threads", 0)
	if slices.ContainsFunc(c.Limits, func(limit string) bool { return strings.Contains(limit, "one request at a time") }) {
		threads = 1
	}
	return number("workers", 1) * threads
}

// answering are the trials of a cell that count, and those that do not only because requests failed: how many did is
// what these figures show.
func answering(r *results.Record, cell string) []*results.Trial {
	return slices.DeleteFunc(trialsOf(r, cell), func(t *results.Trial) bool {
		other := slices.ContainsFunc(t.Reasons, func(n results.Notice) bool { return n.Code != "errors" && n.Code != "no-success" })
		return t.Verdict != results.Valid && (t.Verdict != results.Invalid || len(t.Reasons) == 0 || other)
	})
}

// failed is the share of requests that had no right answer in a phase, over trials; known says that there were any.
func failed(ts []*results.Trial, phase string) (share float64, known bool) {
	var all, bad float64
	for _, t := range ts {
		n, e := t.Metric("requests", phase, ""), t.Metric("errors_count", phase, "")
		if n != nil && e != nil {
			all, bad = all+*n, bad+*e
		}
	}
	if all == 0 {
		return 0, false
	}
	return bad / all, true
}

// percentLabel writes a share for a picture; what is not all is never written as all, and what is not nothing not as none.
func percentLabel(share float64) string {
	p := math.Round(100 * share)
	switch {
	case share < 1 && p >= 100:
		return ">99%"
	case share > 0 && p < 1:
		return "<1%"
	}
	return fmt.Sprintf("%.0f%%", p)
}

// smallMark is the radius of marks in small panels.
const smallMark = vg.Length(2)
