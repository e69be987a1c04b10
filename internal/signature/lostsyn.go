package signature

import (
	"fmt"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/results"
)

var lostSYN = Signature{
	ID:   "lost-syn",
	Doc:  "connections waited for a SYN that the server's full listen queue had dropped",
	Hint: "raise the server's backlog (and net.core.somaxconn), keep connections alive, or open fewer at once",
	find: findLostSYN,
}

// A SYN is sent again after 1 s, then 2 s later, then 4 s later (RFC 6298, section 5; Linux's TCP_TIMEOUT_INIT).
var synRetries = []time.Duration{time.Second, 3 * time.Second, 7 * time.Second}

// synLate is how much later than the retry the answer may come.
const synLate = 120 * time.Millisecond

func findLostSYN(e *evidence) string {
	overflows := e.metric("listen_overflows")
	h, err := e.record.TrialHistogram(e.trial.ID, e.phase.Name, "response", "")
	if overflows == 0 || err != nil || h == nil {
		return ""
	}
	var seen []string
	for _, at := range synRetries {
		if n := between(h, at-5*time.Millisecond, at+synLate); n > 0 && 4*between(h, at+synLate, at+2*synLate) <= n {
			seen = append(seen, fmt.Sprintf("%s took about %s", requests(n), results.FormatSeconds(at.Seconds())))
		}
	}
	if seen == nil {
		return ""
	}
	return fmt.Sprintf("%s, and the kernel counts %s listen-queue overflows on this machine meanwhile", strings.Join(seen, ", "), whole(overflows))
}
