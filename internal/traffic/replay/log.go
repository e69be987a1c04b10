package replay

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
)

// A Log is what was read from an access log: arrivals in the order of their time.
type Log struct {
	Lines     int    // read
	NoBody    int    // left out because the method carries a body, which no log holds
	Malformed int    // left out because they could not be read
	Example   string // the first malformed line: where it is, and what is wrong
	at        []int64
	which     []int32
	requests  []traffic.Request
	known     map[[2]string]int32
}

// maxLine is the longest line that is read.
const maxLine = 1 << 20

// Read reads a log. The format of each line is recognised: one that begins with { is JSON, any other common or
// combined. The error says that it could not be read, or that nothing in it can be replayed.
func Read(r io.Reader) (*Log, error) {
	l := &Log{known: map[[2]string]int32{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	whole := true // no time has a fraction of a second
	for lines.Scan() {
		l.Lines++
		line := lines.Bytes()
		if len(line) == 0 {
			continue
		}
		e, err := parse(line)
		if err != nil {
			if l.Malformed++; l.Example == "" {
				l.Example = fmt.Sprintf("line %d: %v", l.Lines, err)
			}
			continue
		}
		whole = whole && e.at%int64(time.Second) == 0
		l.add(e)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the access log: line %d: %w", l.Lines+1, err)
	}
	if len(l.at) == 0 {
		return nil, l.nothing()
	}
	l.arrange(whole)
	return l, nil
}

func (l *Log) nothing() error {
	if l.Example == "" {
		return errors.New("the access log holds no request that can be replayed: want GET, HEAD, OPTIONS or DELETE requests")
	}
	return fmt.Errorf("the access log holds no request that can be replayed: %s; want common or combined format, or JSON lines with time, method and path", l.Example)
}

func (l *Log) add(e entry) {
	switch e.method {
	case "GET", "HEAD", "OPTIONS", "DELETE":
	default:
		l.NoBody++
		return
	}
	key := [2]string{e.method, e.path}
	i, ok := l.known[key]
	if !ok {
		i = int32(len(l.requests))
		l.known[key] = i
		l.requests = append(l.requests, traffic.Request{
			Name: e.method + " " + e.path, Method: e.method, Path: e.path, Weight: 1,
			Expect: traffic.Expect{Status: e.status, Length: -1},
		})
	}
	l.at, l.which = append(l.at, e.at), append(l.which, i)
}

// arrange sorts by time, as servers log at the end of a request, and counts from the first. Where the log knows only
// whole seconds, the arrivals of a second are spread over it evenly: at its start they would be a burst that never was.
func (l *Log) arrange(whole bool) {
	order := make([]int, len(l.at))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(min(1, max(-1, l.at[a]-l.at[b]))) })
	at, which := make([]int64, len(order)), make([]int32, len(order))
	for i, j := range order {
		at[i], which[i] = l.at[j], l.which[j]
	}
	if whole {
		spread(at)
	}
	first := at[0]
	for i := range at {
		at[i] -= first
	}
	l.at, l.which = at, which
}

func spread(at []int64) {
	for i := 0; i < len(at); {
		j := i
		for j < len(at) && at[j] == at[i] {
			j++
		}
		for k := i + 1; k < j; k++ {
			at[k] += int64(time.Second) * int64(k-i) / int64(j-i)
		}
		i = j
	}
}

// Len is the number of arrivals.
func (l *Log) Len() int { return len(l.at) }

// Length is the time from the first arrival to just after the last, at the log's own speed.
func (l *Log) Length() time.Duration { return time.Duration(l.at[len(l.at)-1]) + 1 }

// Requests are the distinct requests of the log; the status that was logged is expected.
func (l *Log) Requests() []traffic.Request { return l.requests }

// Which is the index into Requests of arrival n; it is meant for traffic.Phase.Which.
func (l *Log) Which(n uint64) int { return int(l.which[n]) }

// Schedule returns the arrivals, speed times as fast as they were logged.
func (l *Log) Schedule(speed float64) traffic.Schedule { return schedule{l, speed} }

type schedule struct {
	log   *Log
	speed float64
}

// At implements traffic.Schedule.
func (s schedule) At(n uint64) (time.Duration, bool) {
	if n >= uint64(len(s.log.at)) || s.speed <= 0 {
		return 0, false
	}
	return time.Duration(float64(s.log.at[n]) / s.speed), true
}

func (s schedule) String() string {
	return fmt.Sprintf("%d arrivals of a log, %s × as fast", len(s.log.at), strconv.FormatFloat(s.speed, 'g', -1, 64))
}
