package bench

import (
	"fmt"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/targets/process"
)

// Limits of validity. A trial outside of them is reported, with the figure, and never counted.
const (
	maxErrors       = 0.001 // share of requests
	minSent         = 0.99  // share of what was due
	maxGeneratorCPU = 0.80  // of the generator's processors
	maxBeside       = 0.95  // the same, where the server used as much of its own as fullServer
	fullServer      = 0.90  // of the server's processors: it is at its own limit
	maxSteal        = 0.01  // of all processors; beyond it the trial is noisy
	maxLittleGap    = 0.05  // |X·R − clients| / clients
	lagFloor        = 10 * time.Millisecond
	lagShare        = 0.20 // of the response time's p99
	maxCapacity     = 0.50 // of what the generator can do by its calibration

	// Measured on two virtual CPUs, before a saturated server: a generator that is not starved stalls for at most 0.03 of a
	// phase and waits for at most 0.72 of the CPU time that it wants, even where others use four fifths of its processor;
	// most of that is for its own threads. One that runs for 10 of every 100 ms stalls for 0.80 to 0.95. One that shares its
	// processor with nine busy loops waits for 0.91 to 0.94, which is 0.45 of a phase or more.
	maxStalled   = 0.25
	maxWaitShare = 0.85
	minWait      = 0.30                   // of the phase: who seldom wants to run loses little by waiting
	minStarved   = 250 * time.Millisecond // of stalls or waits: less, in a very short phase, is a hiccup
)

// evidence is all that a rule may look at: one measured phase of a trial, and what the generator can do.
type evidence struct {
	trial       *results.Trial
	phase       results.Phase
	report      traffic.Report
	calibration *results.Calibration // nil: not known
}

func (e *evidence) metric(name string) (float64, bool) {
	v := e.trial.Metric(name, e.phase.Name, "")
	if v == nil {
		return 0, false
	}
	return *v, true
}

// gave says that the phase is the step of a ladder at which something gave: that requests failed there is what the
// ladder was climbed for. Beside no held clients it is not.
func (e *evidence) gave() bool {
	for _, c := range e.trial.Ladders {
		if c.Gave == e.phase.Name && c.Clients > 0 {
			return true
		}
	}
	return false
}

// serverShare is how much of its processors the server used; 0 where that is not known.
func (e *evidence) serverShare() float64 {
	cpu, ok := e.metric("cpu")
	cpus, err := process.ParseCPUs(e.trial.Obtained.ServerCPUs)
	if !ok || err != nil || len(cpus) == 0 || e.phase.Duration <= 0 {
		return 0
	}
	return cpu / e.phase.Duration / float64(len(cpus))
}

// A rule finds one thing that makes a phase's figures mean something else than they seem to.
type rule func(*evidence) *results.Notice

// judge applies every rule to every measured phase. Reasons make the trial invalid; warnings only go along.
func judge(t *results.Trial, run *results.Run, reports []traffic.Report) {
	for i, p := range run.Phases {
		if p.Warmup || i >= len(reports) || !t.Reached(p.Name) || p.Ladder != "" && p.Beside != "" {
			continue // what is held on a ladder goes on: whether it had what it wanted is the ladder's to say
		}
		e := &evidence{t, p, reports[i], run.Calibration}
		for _, r := range []rule{noSuccess, tooManyErrors, generatorLimited, streamLimited, generatorStarved, scheduleMissed, littlesLaw} {
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
	if ok && n > 0 && bad < n || e.gave() || n == 0 && e.phase.Beside != "" {
		return nil // what is held need not end
	}
	return &results.Notice{Code: "no-success",
		Text: fmt.Sprintf("%s: not one of %.0f requests was answered correctly; most common error: %s", e.phase.Name, n, e.worstError()),
		Hint: "look at the server's log, and at the expectations of the requests"}
}

func tooManyErrors(e *evidence) *results.Notice {
	share, ok := e.metric("errors")
	if !ok || share <= maxErrors || share >= 1 || e.gave() {
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

// generatorLimited finds figures that are the generator's: it had little CPU left, or sent more than half of what it can
// send at all. Capacity stands for the calibrated ceiling where the null server, not the generator, was at its limit; a
// calibration that was itself starved says nothing.
func generatorLimited(e *evidence) *results.Notice {
	limit := maxGeneratorCPU
	if e.serverShare() >= fullServer {
		limit = maxBeside // a busy generator holds back nobody who has no CPU left to answer with
	}
	if cpu, ok := e.metric("generator_cpu"); ok && cpu > limit {
		return &results.Notice{Code: "generator-limited",
			Text: fmt.Sprintf("%s: the load generator used %.0f %% of its processors (at most %.0f %% may): the figures are its limit, not the server's", e.phase.Name, 100*cpu, 100*limit),
			Hint: "give it more processors (cpus: {load: ...}), or lower the rate or the number of clients"}
	}
	rate, ok := e.metric("throughput")
	if !ok || e.calibration == nil || e.calibration.Stalled > maxStalled || rate <= maxCapacity*e.calibration.Capacity {
		return nil
	}
	return &results.Notice{Code: "generator-limited",
		Text: fmt.Sprintf("%s: %.0f answers per second are %.0f %% of what the load generator can take here (%.0f/s; at most %.0f %% may be): the figures are its limit, not the server's",
			e.phase.Name, rate, 100*rate/e.calibration.Capacity, e.calibration.Capacity, 100*maxCapacity),
		Hint: "give it more processors (cpus: {load: ...}), or lower the rate; wsgibench calibrate shows its limits"}
}

// generatorStarved finds a generator that did not get to run when it wanted to. No server can cause that, however slow,
// unless it runs on the generator's processors.
func generatorStarved(e *evidence) *results.Notice {
	hint := "is something else running on this machine, or is its CPU time limited? free its processors, or give the generator its own (cpus: {load: ...}); wsgibench doctor looks"
	if stalled, ok := e.metric("generator_stalled"); ok && stalled > maxStalled && stalled*e.phase.Duration > minStarved.Seconds() {
		return &results.Notice{Code: "generator-starved", Hint: hint,
			Text: fmt.Sprintf("%s: the load generator was kept from running for %.0f %% of the time (at most %.0f %% may be)", e.phase.Name, 100*stalled, 100*maxStalled)}
	}
	wait, ok := e.metric("generator_wait")
	share, known := e.metric("generator_wait_share")
	if !ok || !known || share <= maxWaitShare || wait <= max(minWait*e.phase.Duration, minStarved.Seconds()) {
		return nil
	}
	return &results.Notice{Code: "generator-starved", Hint: hint,
		Text: fmt.Sprintf("%s: the load generator got %.0f %% of the CPU time that it wanted (at least %.0f %% must be): others use its processors", e.phase.Name, 100*(1-share), 100*(1-maxWaitShare))}
}

// scheduleMissed looks at the engine's own part of the send lag. The server's slowness does not enter into it: neither
// connecting to it nor waiting for one of the requests in flight counts.
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
	lag, ok := e.metric("engine_lag_p99")
	response, known := e.metric("response_p99")
	if !ok || !known {
		return nil
	}
	if limit := max(lagFloor.Seconds(), lagShare*response); lag > limit {
		return &results.Notice{Code: "schedule-missed",
			Text: fmt.Sprintf("%s: 1 %% of the requests left %.1f ms late or more by the load generator's own fault (at most %.1f ms may be)", e.phase.Name, 1e3*lag, 1e3*limit), Hint: hint}
	}
	return nil
}

// littlesLaw checks that throughput × response time is the number of clients that were always waiting (J. D. C.
// Little, "A Proof for the Queuing Formula: L = λW", 1961): where it is not, requests were lost or times are wrong.
// Short phases are left out: the clients' first and last requests are cut off there. Clients who pause are not always
// waiting, so that fewer is right for them; more never is.
func littlesLaw(e *evidence) *results.Notice {
	x, ok1 := e.metric("throughput")
	r, ok2 := e.metric("response_mean")
	n, ok3 := e.metric("requests")
	if e.phase.Model != "closed" || !ok1 || !ok2 || !ok3 || n < 50*float64(e.phase.Clients) {
		return nil
	}
	clients := float64(e.phase.Clients)
	if gap := (clients - x*r) / clients; gap > maxLittleGap && !e.phase.Pauses || gap < -maxLittleGap {
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
