package bench

import (
	"slices"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// closings is what the app says about streams that this side leaves; nil: no request does.
type closings struct{ heard *stream.Closings }

// Between two looks at what was heard, and for how long nothing new may come before no more is waited for: a server that
// notices nothing yields to the end of the stream.
const (
	closingsTick  = 20 * time.Millisecond
	closingsQuiet = 3 * time.Second
)

// hear opens an ear for the app where a request leaves its stream, and tells the app where it is.
func (t *trialRun) hear() error {
	leaves := false
	for _, p := range t.phases {
		leaves = leaves || slices.ContainsFunc(p.Requests, leavesStream)
	}
	if !leaves {
		return nil
	}
	heard, err := stream.Listen()
	if err != nil {
		return err
	}
	t.closings = &closings{heard}
	for i := range t.phases {
		t.phases[i].Requests = tellWhere(t.phases[i].Requests, heard.Addr())
	}
	return nil
}

// leavesStream says whether a request leaves a stream of the reference app; no other app would know what tell= means.
func leavesStream(r traffic.Request) bool {
	return r.Stream != nil && r.Stream.Split == stream.BySize && r.Manner.LeaveAfter > 0
}

func (c *closings) close() {
	if c != nil {
		_ = c.heard.Close() // a socket that only ever received
	}
}

// wait returns what the app said about so many streams, on the clock of a phase that started at start.
func (c *closings) wait(streams int, start time.Time) []collect.Closing {
	if c == nil {
		return nil
	}
	seen, since := c.heard.Heard(), time.Now()
	for seen < streams && time.Since(since) < closingsQuiet {
		time.Sleep(closingsTick)
		if n := c.heard.Heard(); n > seen {
			seen, since = n, time.Now()
		}
	}
	return c.heard.Take(start)
}

// tellWhere asks the app to say when a stream is closed that this side leaves.
func tellWhere(rs []traffic.Request, addr string) []traffic.Request {
	told := slices.Clone(rs)
	for i := range told {
		if leavesStream(told[i]) && !strings.Contains(told[i].Path, "tell=") {
			separator := "?"
			if strings.Contains(told[i].Path, "?") {
				separator = "&"
			}
			told[i].Path += separator + "tell=" + addr
		}
	}
	return told
}
