package bench

import (
	"fmt"
	"os"
	"slices"
	"sort"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/replay"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// namedRequests is how many distinct requests of a log have figures of their own: each keeps histograms. Those of a
// longer list count in the phase's figures only.
const namedRequests = 32

// A requestList is all requests of a scenario: those of its mix, then those of its logs. An index means the same request
// in every phase.
type requestList struct {
	all   []traffic.Request
	names []string // of the first ones
	logs  map[string]loggedRequests
}

type loggedRequests struct {
	log   *replay.Log
	first int // index of its first request
}

// log reads a log, once, and adds its requests.
func (l *requestList) log(path string) (logged loggedRequests, fresh bool, err error) {
	if known, ok := l.logs[path]; ok {
		return known, false, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return loggedRequests{}, false, err
	}
	defer f.Close()
	log, err := replay.Read(f)
	if err != nil {
		return loggedRequests{}, false, fmt.Errorf("%s: %w", path, err)
	}
	logged = loggedRequests{log, len(l.all)}
	requests := log.Requests()
	if len(requests) <= namedRequests && len(l.names) == len(l.all) {
		for _, r := range requests {
			name := r.Name
			for slices.Contains(l.names, name) {
				name += " (log)"
			}
			l.names = append(l.names, name)
		}
	}
	l.all = append(l.all, requests...)
	if l.logs == nil {
		l.logs = map[string]loggedRequests{}
	}
	l.logs[path] = logged
	return logged, true, nil
}

// replay gives a phase the requests and the times of a log. It ends with the log, if that is earlier.
func (p *Plan) replay(l *requestList, r *scenarios.Replay, t *traffic.Phase, rec *results.Phase) error {
	logged, fresh, err := l.log(r.Log)
	if err != nil {
		return badInput("phase %s: %w", t.Name, err)
	}
	log := logged.log
	if left := log.NoBody + log.Malformed; fresh && left > 0 {
		note := fmt.Sprintf("%s: %d of %d lines are left out: %d have a method with a body, which no log holds, %d could not be read", r.Log, left, log.Lines, log.NoBody, log.Malformed)
		if log.Example != "" {
			note += " (" + log.Example + ")"
		}
		p.tell(Event{Note: note})
	}
	t.Requests = l.all[:logged.first+len(log.Requests())]
	t.Which = func(n uint64) int { return logged.first + log.Which(n) }
	t.Schedule = log.Schedule(r.Speed)
	t.For = min(t.For, time.Duration(float64(log.Length())/r.Speed)+1)
	due := sort.Search(log.Len(), func(n int) bool { at, ok := t.Schedule.At(uint64(n)); return !ok || at >= t.For })
	rec.Offered = float64(due) / t.For.Seconds()
	return nil
}
