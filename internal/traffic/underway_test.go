package traffic

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// firstOf tells when a stream has had its first block.
type firstOf struct {
	streamWatcher
	once sync.Once
	came chan struct{}
}

func (f *firstOf) ObserveBlocks(int, []collect.Block) { f.once.Do(func() { close(f.came) }) }

// TestUnderWay: a stream that goes on is shown as it stands, and goes on; where nothing is under way, nothing is shown.
func TestUnderWay(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := &truth.Streams{Blocks: 3, Size: 100, Gap: time.Hour}
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	e := New(Address{Network: "tcp", Addr: ln.Addr().String()})
	defer e.Close()
	e.UnderWay(&streamWatcher{}) // before anything was sent
	p := Phase{For: time.Hour, Clients: 1, Requests: []Request{{Name: "stream", Stream: &StreamPlan{Blocks: 3, Size: 100, Gap: time.Hour}, Expect: Expect{Length: -1}}}}
	sending, stop := context.WithCancel(ctx)
	w, sent := &firstOf{came: make(chan struct{})}, make(chan error, 1)
	go func() { _, err := e.Send(sending, p, w); sent <- err }()
	<-w.came
	var seen streamWatcher
	e.UnderWay(&seen)
	if len(seen.all) != 1 {
		t.Fatalf("got %d exchanges, want the one under way", len(seen.all))
	}
	x := seen.all[0]
	if x.Error != "" || x.Stream == nil || x.Stream.Blocks != 1 || x.Stream.Lost != 0 || x.Stream.FirstBlock <= x.Sent || x.Stream.Left != x.End || x.End < x.Stream.FirstBlock {
		t.Errorf("got %+v, %+v, want one block and nothing lost", x, x.Stream)
	}
	if len(w.all) != 0 {
		t.Errorf("the stream has ended: %+v", w.all)
	}
	stop()
	<-sent
	var after streamWatcher
	e.UnderWay(&after)
	if len(after.all) != 0 {
		t.Errorf("got %d exchanges when all had ended", len(after.all))
	}
	cancel()
	if err := <-served; err != nil {
		t.Fatal(err)
	}
}
