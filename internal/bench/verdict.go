package bench

import (
	"fmt"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
)

// Limits of validity. A trial outside of them is reported, with the figure, and never counted.
const (
	maxErrors       = 0.001 // share of requests
	minSent         = 0.99  // share of what was due
	maxGeneratorCPU = 0.80  // of the generator's processors
	maxSteal        = 0.01  // of all processors; beyond it the trial is noisy
	maxLittleGap    = 0.05  // |X·R − clients| / clients
	lagFloor        = 10 * time.Millisecond
	lagShare        = 0.20 // of the response time's p99
)

// evidence is all that a rule may look at: one measured phase of a trial.
type evidence struct {
	trial  *results.Trial
	phase  results.Phase
	report traffic.Report
}

func (e *evidence) metric(name string) (float64, bool) {
	v := e.trial.Metric(name, e.phase.Name, "")
	if v == nil {
		return 0, false
	}
	return *v, true
}

// A rule finds one thing that makes a phase's figures mean something else than they seem to.
type rule func(*evidence) *results.Notice

// judge applies every rule to every measured phase. Reasons make the trial invalid; warnings only go along.
func judge(t *results.Trial, phases []results.Phase, reports []traffic.Report) {
	for i, p := range phases {
		if p.Warmup || i >= len(reports) {
			continue
		}
		e := &evidence{t, p, reports[i]}
		for _, r := range []rule{noSuccess, tooManyErrors, generatorLimited, scheduleMissed, littlesLaw} {
			if n := r(e); n != nil {
				t.Reasons = append(t.Reasons, *n)
			}
		}
		for _, r := range []rule{stolen, closedFraming, someErrors, listenOverflow} {
			if n := r(e); n != nil {
				t.Warnings = append(t.Warnings, *n)
			}
		}
	}
	if t.Failure == nil {
		t.Verdict = results.Valid
		if len(t.Reasons) > 0 {
			t.Verdict = results.Invalid
		}
	}
}

func (e *evidence) worstError() string {
	var worst results.Count
	for _, c := range e.trial.Errors {
		if c.Phase == e.phase.Name && c.Count > worst.Count {
			worst = c
		}
	}
	if worst.Count == 0 {
		return "none recorded"
	}
	if worst.Example == "" {
		return fmt.Sprintf("%d × %s", worst.Count, worst.Kind)
	}
	return fmt.Sprintf("%d × %s, such as: %s", worst.Count, worst.Kind, worst.Example)
}

func noSuccess(e *evidence) *results.Notice {
	n, ok := e.metric("requests")
	bad, _ := e.metric("errors_count")
	if ok && n > 0 && bad < n {
		return nil
	}
	return &results.Notice{Code: "no-success",
		Text: fmt.Sprintf("%s: not one of %.0f requests was answered correctly; most common error: %s", e.phase.Name, n, e.worstError()),
		Hint: "look at the server's log, and at the expectations of the requests"}
}

func tooManyErrors(e *evidence) *results.Notice {
	share, ok := e.metric("errors")
	if !ok || share <= maxErrors || share >= 1 {
		return nil
	}
	return &results.Notice{Code: "errors",
		Text: fmt.Sprintf("%s: %.2f %% of the requests failed (at most %.1f %% may); %s", e.phase.Name, 100*share, 100*maxErrors, e.worstError()),
		Hint: "lower the rate or the number of clients, or give the server more workers"}
}

func someErrors(e *evidence) *results.Notice {
	share, ok := e.metric("errors")
	if !ok || share == 0 || share > maxErrors {
		return nil
	}
	return &results.Notice{Code: "some-errors", Text: fmt.Sprintf("%s: %s", e.phase.Name, e.worstError())}
}

func generatorLimited(e *evidence) *results.Notice {
	cpu, ok := e.metric("generator_cpu")
	if !ok || cpu <= maxGeneratorCPU {
		return nil
	}
	return &results.Notice{Code: "generator-limited",
		Text: fmt.Sprintf("%s: the load generator used %.0f %% of its processors (at most %.0f %% may): the figures are its limit, not the server's", e.phase.Name, 100*cpu, 100*maxGeneratorCPU),
		Hint: "give it more processors (cpus: {load: ...}), or lower the rate or the number of clients"}
}

// scheduleMissed looks at the send lag. The server's slowness does not enter into it: requests leave on time, on new
// connections where the old ones are busy.
func scheduleMissed(e *evidence) *results.Notice {
	if e.phase.Model != "open" {
		return nil
	}
	hint := "is something else running on this machine? free its processors, or lower the rate"
	if due, sent := e.report.Due, e.report.Sent; due > 0 && float64(sent) < minSent*float64(due) {
		if e.report.Blocked > 0 {
			return &results.Notice{Code: "overloaded",
				Text: fmt.Sprintf("%s: %d of %d due requests were sent: %d had to wait because as many as allowed were already in flight", e.phase.Name, sent, due, e.report.Blocked),
				Hint: "the server cannot keep up with this rate: lower it, or raise the number of workers"}
		}
		return &results.Notice{Code: "schedule-missed", Text: fmt.Sprintf("%s: %d of %d due requests were sent in time", e.phase.Name, sent, due), Hint: hint}
	}
	lag, ok := e.metric("send_lag_p99")
	response, known := e.metric("response_p99")
	if !ok || !known || e.report.Blocked > 0 {
		return nil
	}
	if limit := max(lagFloor.Seconds(), lagShare*response); lag > limit {
		return &results.Notice{Code: "schedule-missed",
			Text: fmt.Sprintf("%s: the 99th percentile of the send lag is %.1f ms (at most %.1f ms may be)", e.phase.Name, 1e3*lag, 1e3*limit), Hint: hint}
	}
	return nil
}

// littlesLaw checks that throughput × response time is the number of clients that were always waiting (J. D. C.
// Little, "A Proof for the Queuing Formula: L = λW", 1961): where it is not, requests were lost or times are wrong.
// Short phases are left out: the clients' first and last requests are cut off there.
func littlesLaw(e *evidence) *results.Notice {
	x, ok1 := e.metric("throughput")
	r, ok2 := e.metric("response_mean")
	n, ok3 := e.metric("requests")
	if e.phase.Model != "closed" || !ok1 || !ok2 || !ok3 || n < 50*float64(e.phase.Clients) {
		return nil
	}
	clients := float64(e.phase.Clients)
	if gap := (clients - x*r) / clients; gap > maxLittleGap || gap < -maxLittleGap {
		return &results.Notice{Code: "littles-law",
			Text: fmt.Sprintf("%s: throughput × mean response time is %.1f, and %d clients were waiting: the generator lost time between requests", e.phase.Name, x*r, e.phase.Clients),
			Hint: "is the load generator short of CPU? free its processors, or lower the number of clients"}
	}
	return nil
}

func stolen(e *evidence) *results.Notice {
	s, ok := e.metric("steal")
	if !ok || s <= maxSteal {
		return nil
	}
	return &results.Notice{Code: "noisy", Text: fmt.Sprintf("%s: the hypervisor took %.1f %% of this machine's CPU time", e.phase.Name, 100*s), Hint: "more blocks average it out; a machine of its own avoids it"}
}

func closedFraming(e *evidence) *results.Notice {
	n, ok := e.metric("eof_framed")
	if !ok || n == 0 {
		return nil
	}
	return &results.Notice{Code: "eof-framed", Text: fmt.Sprintf("%s: %.0f bodies ended with their connection: whether they were complete shows only in their content", e.phase.Name, n)}
}

func listenOverflow(e *evidence) *results.Notice {
	n, ok := e.metric("listen_overflows")
	if !ok || n == 0 {
		return nil
	}
	return &results.Notice{Code: "listen-overflow", Text: fmt.Sprintf("%s: a listen queue of this machine overflowed %.0f times: connections waited 1 s or more for a second try", e.phase.Name, n), Hint: "raise the server's backlog, or lower the number of new connections"}
}
