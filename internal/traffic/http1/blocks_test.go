package http1

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// watcher is a script that keeps the blocks that it is shown.
type watcher struct {
	script
	blocks []collect.Block
}

func (w *watcher) Blocks(_ *Conn, b []collect.Block) { w.blocks = append(w.blocks, b...) }

// streaming answers one request with n chunks of a block each, and waits for each to be seen before it sends the next.
func streaming(n, size int, seen <-chan struct{}, left chan<- error) func(net.Conn) {
	return func(c net.Conn) {
		defer c.Close()
		if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
			return
		}
		io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		for i := range n {
			b := stream.Append(nil, uint32(i), 0, 0, make([]byte, size-stream.MinSize))
			if _, err := fmt.Fprintf(c, "%x\r\n%s\r\n", len(b), b); err != nil {
				left <- err
				return
			}
			if seen != nil {
				<-seen
			}
		}
		io.WriteString(c, "0\r\n\r\n")
		_, err := c.Read(make([]byte, 1))
		left <- err
	}
}

func runStream(t *testing.T, a Address, spec Spec, d *watcher) Fate {
	t.Helper()
	m, err := Compile(spec)
	if err != nil {
		t.Fatal(err)
	}
	d.messages = []*Message{m}
	c, f := Dial(context.Background(), a, 10*time.Second, 0)
	if f.Kind != "" {
		t.Fatal(f)
	}
	c.Origin, c.Timeout = time.Now(), 20*time.Second
	fate := c.Run(d)
	if fate == Left {
		c.Close()
	}
	return fate
}

// TestBlocksAreShownAsTheyCome: the server sends a block only when the one before was seen.
func TestBlocksAreShownAsTheyCome(t *testing.T) {
	seen, left := make(chan struct{}, 1), make(chan error, 1)
	a := listen(t, "tcp", streaming(5, 100, seen, left))
	d := &stepper{seen: seen}
	m, err := Compile(Spec{Host: "x", Expect: Expect{Length: -1}, Stream: &stream.Plan{Blocks: 5, Size: 100}})
	if err != nil {
		t.Fatal(err)
	}
	d.messages = []*Message{m}
	c, f := Dial(context.Background(), a, 10*time.Second, 0)
	if f.Kind != "" {
		t.Fatal(f)
	}
	c.Origin, c.Timeout = time.Now(), 20*time.Second
	if fate := c.Run(d); fate != Left {
		t.Errorf("fate %d, want Left", fate)
	}
	c.Close()
	x := d.script.seen[0]
	if x.Error != "" || x.Stream == nil || x.Stream.Blocks != 5 || x.Stream.Reads != 5 || !x.Stream.Intact() {
		t.Errorf("got %+v %+v", x, x.Stream)
	}
}

// stepper lets the server go on with every block that it is shown.
type stepper struct {
	script
	seen chan<- struct{}
}

func (s *stepper) Blocks(_ *Conn, blocks []collect.Block) {
	for range blocks {
		s.seen <- struct{}{}
	}
}

func TestLeaveAfter(t *testing.T) {
	for _, reset := range []bool{false, true} {
		left := make(chan error, 1)
		a := listen(t, "tcp", streaming(1<<20, 4000, nil, left))
		d := &watcher{}
		fate := runStream(t, a, Spec{Host: "x", Expect: Expect{Length: -1}, Stream: &stream.Plan{Blocks: 1 << 20, Size: 4000}, Manner: Manner{LeaveAfter: 3, Reset: reset}}, d)
		x := d.seen[0]
		if fate != Ended || x.Error != "" || x.Stream.Blocks < 3 || x.Stream.Left != x.End {
			t.Errorf("reset %v: fate %d, %+v, stream %+v", reset, fate, x, x.Stream)
		}
		if err := <-left; err == nil || reset && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
			t.Errorf("reset %v: the server saw %v", reset, err)
		}
	}
}

// TestSlowReader: the server cannot send faster than the client reads, beyond what the buffers hold.
func TestSlowReader(t *testing.T) {
	left := make(chan error, 1)
	a := listen(t, "tcp", streaming(40, 1000, nil, left))
	d := &watcher{}
	const rate = 200_000
	runStream(t, a, Spec{Host: "x", Expect: Expect{Length: -1}, Stream: &stream.Plan{Blocks: 40, Size: 1000}, Manner: Manner{ReadRate: rate}}, d)
	<-left
	x := d.seen[0]
	if x.Error != "" || !x.Stream.Intact() {
		t.Fatalf("got %+v %+v", x, x.Stream)
	}
	for _, b := range d.blocks { // not earlier than the rate allows
		if soonest := x.Sent + time.Duration(float64((b.Index+1)*1000)/rate*1e9); b.Received < soonest {
			t.Fatalf("block %d came at %v, and its last byte may not be read before %v", b.Index, b.Received, soonest)
		}
	}
}

func TestSlowSender(t *testing.T) {
	got := make(chan time.Duration, 1)
	a := listen(t, "tcp", func(c net.Conn) {
		defer c.Close()
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		began := time.Now()
		n, _ := io.Copy(io.Discard, r.Body)
		got <- time.Since(began)
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%d", len(fmt.Sprint(n)), n)
	})
	d := &watcher{}
	body := []byte(strings.Repeat("x", 20_000))
	runStream(t, a, Spec{Method: "POST", Host: "x", Body: body, Chunked: true, Expect: Expect{Body: []byte("20000"), HasBody: true, Length: -1},
		Manner: Manner{SendRate: 100_000, ChunkSize: 1000}}, d)
	if x := d.seen[0]; x.Error != "" {
		t.Fatalf("got %+v", x)
	}
	// Of four portions of 5000 B the first goes at once and the others 50 ms later each.
	if took := <-got; took < 100*time.Millisecond {
		t.Errorf("20 kB at 100 kB/s arrived within %v", took)
	}
}
