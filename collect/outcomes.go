package collect

import (
	"sort"
	"strconv"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

var outcomes = Kind{
	Name: "outcomes",
	Doc:  "throughput, goodput, errors by kind, statuses, bytes",
	New:  func(s Scope) (Collector, error) { return newOutcomeCounter(s), nil },
}

// outcomeCounter counts how exchanges ended: goodput is what was answered correctly, throughput what was answered.
type outcomeCounter struct {
	scope     Scope
	total     tally
	byRequest []tally
	statuses  map[int]int64
	errors    map[ErrorKind]*results.Count
	perSecond []second
	lastEnd   time.Duration
	eofFramed int64
	reused    int64
	answered  int64 // connections that carried a response
	silent    int64 // connections that were opened and carried none until the request timed out
}

type tally struct{ requests, answered, good, bodyBytes, wireIn, wireOut int64 }

type second struct{ good, bad int64 }

func newOutcomeCounter(s Scope) *outcomeCounter {
	return &outcomeCounter{
		scope:     s,
		byRequest: make([]tally, len(s.Requests)),
		statuses:  map[int]int64{},
		errors:    map[ErrorKind]*results.Count{},
		perSecond: make([]second, 0, 64),
	}
}

func (c *outcomeCounter) Observe(x *Exchange) {
	c.total.add(x)
	if x.Request >= 0 && x.Request < len(c.byRequest) {
		c.byRequest[x.Request].add(x)
	}
	if x.Status != 0 {
		c.statuses[x.Status]++
	}
	if x.EOFFramed {
		c.eofFramed++
	}
	c.countConnection(x)
	c.lastEnd = max(c.lastEnd, x.End)
	c.countSecond(x)
	if x.Error == "" {
		return
	}
	e := c.errors[x.Error]
	if e == nil {
		e = &results.Count{Kind: string(x.Error), Example: x.Detail}
		c.errors[x.Error] = e
	}
	e.Count++
}

func (c *outcomeCounter) countConnection(x *Exchange) {
	switch {
	case x.Reused:
		c.reused++
	case x.Status != 0:
		c.answered++
	case x.Error == Timeout && x.Sent > 0:
		c.silent++
	}
}

func (c *outcomeCounter) countSecond(x *Exchange) {
	i := int(max(0, x.End) / time.Second)
	for len(c.perSecond) <= i {
		c.perSecond = append(c.perSecond, second{})
	}
	if x.Error == "" {
		c.perSecond[i].good++
	} else {
		c.perSecond[i].bad++
	}
}

func (t *tally) add(x *Exchange) {
	t.requests++
	t.bodyBytes += x.BodyBytes
	t.wireIn += x.WireIn
	t.wireOut += x.WireOut
	if x.Status != 0 {
		t.answered++
	}
	if x.Error == "" {
		t.good++
	}
}

// Finish reports rates over the length of the phase, or the time until the last end where that is longer: a server that
// is still working off its queue is not credited for the time it takes.
func (c *outcomeCounter) Finish(time.Duration) Outcome {
	span := max(c.scope.Length, c.lastEnd).Seconds()
	o := Outcome{Metrics: c.total.metrics(span)}
	if len(c.byRequest) > 1 {
		for i, t := range c.byRequest {
			for _, m := range t.metrics(span) {
				m.Request = c.scope.Requests[i]
				o.Metrics = append(o.Metrics, m)
			}
		}
	}
	o.Metrics = append(o.Metrics,
		results.Known("bytes_in", "B", float64(c.total.wireIn)),
		results.Known("bytes_out", "B", float64(c.total.wireOut)),
		results.Known("body_bytes", "B", float64(c.total.bodyBytes)),
		results.Known("reused_connections", "1", float64(c.reused)),
		results.Known("connections_answered", "1", float64(c.answered)),
		results.Known("connections_unanswered", "1", float64(c.silent)),
		results.Known("eof_framed", "1", float64(c.eofFramed)),
	)
	for code, n := range c.statuses {
		o.Statuses = append(o.Statuses, results.Count{Kind: strconv.Itoa(code), Count: n})
	}
	for _, e := range c.errors {
		o.Errors = append(o.Errors, *e)
	}
	byKind := func(s []results.Count) { sort.Slice(s, func(i, j int) bool { return s[i].Kind < s[j].Kind }) }
	byKind(o.Statuses)
	byKind(o.Errors)
	o.Series = c.series()
	return o
}

func (t *tally) metrics(span float64) []results.Metric {
	ms := []results.Metric{
		results.Known("requests", "1", float64(t.requests)),
		results.Known("errors_count", "1", float64(t.requests-t.good)),
	}
	if t.requests == 0 {
		const none = "no request was sent"
		return append(ms, results.Unknown("errors", "1", none), results.Unknown("throughput", "1/s", none), results.Unknown("goodput", "1/s", none))
	}
	ms = append(ms, results.Known("errors", "1", float64(t.requests-t.good)/float64(t.requests)))
	return append(ms,
		results.Known("throughput", "1/s", float64(t.answered)/span),
		results.Known("goodput", "1/s", float64(t.good)/span))
}

// series leaves out the last, unfinished second.
func (c *outcomeCounter) series() []results.Series {
	full := int(c.lastEnd / time.Second)
	good := results.Series{Name: "goodput", Unit: "1/s", Start: c.scope.Began.Seconds(), Step: 1}
	bad := results.Series{Name: "errors_count", Unit: "1/s", Start: c.scope.Began.Seconds(), Step: 1}
	for i := range min(full, len(c.perSecond)) {
		g, b := float64(c.perSecond[i].good), float64(c.perSecond[i].bad)
		good.Values = append(good.Values, &g)
		bad.Values = append(bad.Values, &b)
	}
	return []results.Series{good, bad}
}
