package pyapps

import (
	"fmt"
	"strings"
	"time"
)

// A StreamPlan is what /stream is asked for.
type StreamPlan struct {
	Blocks    int
	Size      int           // bytes of a block
	Gap       time.Duration // mean between two blocks; 0: as fast as they are taken
	Described bool          // blocks carry index, instants and checksum (reference/streams.py has the format)
	Content   []byte        // the whole body, where the blocks do not describe themselves
	length    bool          // with Content-Length
}

// frame is the size of a described block without payload.
const frame = 54

// Stream returns the plan of a request for a stream of the reference app; ok says that it is one, and a good one.
func (a App) Stream(method, path string) (p StreamPlan, ok bool) {
	route, query, _ := strings.Cut(path, "?")
	if a.Name != "reference" || method != "GET" || route != "/stream" {
		return p, false
	}
	p, err := streamPlan(query)
	if err == nil && !p.Described {
		p.Content = tableFrom(p.Blocks * p.Size)
	}
	return p, err == nil
}

// streamPlan reads a query as the app does.
func streamPlan(query string) (p StreamPlan, err error) {
	count := func(name string, fallback, low, high int) int {
		n, bad := numberOf(query, name, fallback, low, high)
		if err == nil {
			err = bad
		}
		return n
	}
	p.Blocks, p.Size = count("n", 10, 0, maxBytes), count("b", 64, 1, TableSize)
	if err == nil && p.Blocks*p.Size > maxBytes {
		return p, refused{400, fmt.Sprintf("expected n times b to be at most %d", maxBytes)}
	}
	p.Gap = time.Duration(count("gap_us", 0, 0, 60000000)) * time.Microsecond
	count("first_us", 0, 0, 60000000)
	choose := func(name string, choices ...string) {
		if _, bad := choiceOf(query, name, choices...); err == nil {
			err = bad
		}
	}
	choose("dist", "constant", "gamma", "burst")
	count("shape", 2, 1, 1000)
	count("burst", 8, 1, 100000)
	count("seed", 1, 0, 999999999)
	count("empty", 0, 0, 1000000)
	p.Described = count("stamp", 0, 0, 1) == 1
	p.length = count("cl", 0, 0, 1) == 1
	choose("form", "gen", "iter", "list", "write")
	if err == nil && p.Described && p.Size < frame {
		err = refused{400, fmt.Sprintf("expected b to be at least %d, so that a block can describe itself", frame)}
	}
	if tell, given := parameter(query, "tell"); err == nil && given && !strings.HasPrefix(tell, "127.0.0.1:") {
		err = refused{400, "expected tell to be a port of 127.0.0.1"}
	}
	return p, err
}

func stream(c call) (answer, error) {
	p, err := streamPlan(c.query)
	if err != nil {
		return answer{}, err
	}
	if p.Described {
		return answer{}, errUnknown // it says when it was made
	}
	a := answer{status: 200, mime: octets, body: tableFrom(p.Blocks * p.Size), open: !p.length}
	a.fields = [][2]string{{"X-Wsgibench-Blocks", fmt.Sprint(p.Blocks)}, {"X-Wsgibench-Len", fmt.Sprint(len(a.body))}}
	return a, nil
}
