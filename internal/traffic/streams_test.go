package traffic

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// streamWatcher keeps exchanges and blocks.
type streamWatcher struct {
	mu     sync.Mutex
	all    []collect.Exchange
	blocks []collect.Block
}

func (w *streamWatcher) Observe(x *collect.Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, *x)
}

func (w *streamWatcher) ObserveBlocks(_ int, b []collect.Block) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.blocks = append(w.blocks, b...)
}

// sendStreams sends a phase of streams to a server of known ones.
func sendStreams(t *testing.T, s *truth.Streams, p Phase) (*streamWatcher, truth.StreamLog) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	e := New(Address{Network: "tcp", Addr: ln.Addr().String()})
	w := &streamWatcher{}
	p.Requests = []Request{{Name: "stream", Stream: &StreamPlan{Blocks: s.Blocks, Size: s.Size, Gap: s.Gap}, Expect: Expect{Length: -1}}}
	if _, err := e.Send(ctx, p, w); err != nil {
		t.Fatal(err)
	}
	e.Close()
	cancel()
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	return w, s.Log()
}

func TestStreamsAreCountedExactly(t *testing.T) {
	for _, s := range []*truth.Streams{{Blocks: 1000, Size: 64}, {Blocks: 3, Size: 100_000}, {Blocks: 1, Size: stream.MinSize}, {Blocks: 5, Size: 200, Gap: time.Millisecond}} {
		w, log := sendStreams(t, s, Phase{For: 200 * time.Millisecond, Clients: 3})
		var bytes, blocks int64
		for _, x := range w.all {
			if x.Error != "" || x.Stream == nil || !x.Stream.Intact() {
				t.Fatalf("%d × %d: got %+v, %+v", s.Blocks, s.Size, x, x.Stream)
			}
			bytes += x.BodyBytes
			blocks += x.Stream.Blocks
		}
		if bytes != log.Bytes || len(w.all) != log.Streams || blocks != int64(log.Streams*s.Blocks) || len(w.blocks) != int(blocks) {
			t.Errorf("%d × %d: got %d bytes in %d streams of %d blocks (%d shown), the server sent %d in %d",
				s.Blocks, s.Size, bytes, len(w.all), blocks, len(w.blocks), log.Bytes, log.Streams)
		}
		for _, b := range w.blocks {
			if b.Stamped && b.DeliveryDelay() < 0 {
				t.Fatalf("a block was received before it was yielded: %+v", b)
			}
		}
	}
}

func TestPlantedFaultsAreFound(t *testing.T) {
	for _, fault := range truth.Faults {
		w, log := sendStreams(t, &truth.Streams{Blocks: 50, Size: 120, Fault: fault, Seed: 1}, Phase{For: 200 * time.Millisecond, Clients: 2})
		for _, x := range w.all {
			if x.Error != collect.WrongBody || x.Stream.Intact() {
				t.Fatalf("%s: got %q %q, %+v", fault, x.Error, x.Detail, x.Stream)
			}
		}
		if len(w.all) == 0 || len(w.all) != log.Streams {
			t.Errorf("%s: %d streams were seen, %d sent", fault, len(w.all), log.Streams)
		}
	}
}
