package stream

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wsgibench/wsgibench/collect"
)

// Closings hears what the app says when close() of a stream is called: a datagram for each,
//
//	IDENTITY CLOSED YIELDED...
//
// the stamp of the first block, the instant of close(), and those of the last yields, in ns of CLOCK_MONOTONIC, decimal.
type Closings struct {
	conn *net.UDPConn
	done chan struct{}

	mu  sync.Mutex
	all []told
}

type told struct {
	id, closed int64
	yields     []int64
}

// Listen opens a port of the loopback device for closings.
func Listen() (*Closings, error) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("listen for what the app says about its streams: %w", err)
	}
	c := &Closings{conn: conn, done: make(chan struct{})}
	go c.hear()
	return c, nil
}

// Addr is what the app is told in the query, as tell=ADDR.
func (c *Closings) Addr() string { return c.conn.LocalAddr().String() }

// Close stops listening.
func (c *Closings) Close() error {
	err := c.conn.Close()
	<-c.done
	return err
}

func (c *Closings) hear() {
	defer close(c.done)
	buf := make([]byte, 64<<10)
	for {
		n, err := c.conn.Read(buf)
		if err != nil {
			return
		}
		if t, ok := parseTold(string(buf[:n])); ok {
			c.mu.Lock()
			c.all = append(c.all, t)
			c.mu.Unlock()
		}
	}
}

func parseTold(text string) (t told, ok bool) {
	words := strings.Fields(text)
	if len(words) < 2 {
		return t, false
	}
	numbers := make([]int64, len(words))
	for i, w := range words {
		n, err := strconv.ParseInt(w, 10, 64)
		if err != nil || n <= 0 {
			return t, false
		}
		numbers[i] = n
	}
	return told{numbers[0], numbers[1], numbers[2:]}, true
}

// Heard is how many closings there were so far.
func (c *Closings) Heard() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.all)
}

// Take returns the closings so far on the clock of a phase that started at start, and forgets them.
func (c *Closings) Take(start time.Time) []collect.Closing {
	c.mu.Lock()
	all := c.all
	c.all = nil
	c.mu.Unlock()
	clock := NewClock(start)
	var out []collect.Closing
	for _, t := range all {
		at, ok := clock.at(t.closed)
		if !ok {
			return nil // another clock than the app's: nothing can be said
		}
		closing := collect.Closing{ID: t.id, At: at}
		for _, y := range t.yields {
			d, _ := clock.at(y)
			closing.Yields = append(closing.Yields, d)
		}
		out = append(out, closing)
	}
	return out
}
