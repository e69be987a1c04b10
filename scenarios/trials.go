package scenarios

import "time"

// Trials says how often and in which order.
type Trials struct {
	Blocks int           // default 5; with Until the most there can be, default 30
	Until  *Until        // nil: exactly Blocks
	Budget time.Duration // of the whole run; 0: none
	Seed   *uint64       // nil: drawn anew for each run and recorded
}

// Until says when a run with planned looks may stop before Trials.Blocks: when what is looked at has a verdict, or is
// precise enough, or would stay open whatever follows.
type Until struct {
	Precision float64 // share to either side of the point, such as 0.03; 0: stop on a verdict only
	Margin    float64 // smallest relative change that matters; default 0.02
	Metric    string  // results.Metric name, such as "response_p50"; empty: the one that the phase is about
	Phase     string  // empty: the last measured one
}

// Verify says which checks a server must pass before it is measured. The zero value asks for all of them.
type Verify struct {
	Off  bool
	Only []string // names of checks; empty: all
}

// A GateMetric is a metric that a gate holds.
type GateMetric struct {
	Word   string  // as in the file: "p99", "cpu_per_request"
	Metric string  // results.Metric name: "response_p99"
	Phase  string  // never empty, except where the traffic of the scenario was wrong
	Margin float64 // change for the worse that is still accepted: relative, of errors the rise of the share
	Line   int
	Column int
}

// metricOf turns the word for a metric ("p99") into the name of the figure ("response_p99"). Percentiles are those of
// the response time, since that is what a user waits for.
func metricOf(word string) string {
	if len(word) > 1 && word[0] == 'p' && word[1] >= '0' && word[1] <= '9' {
		return "response_" + word
	}
	return word
}
