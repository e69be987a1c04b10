package truth

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// serveStreams starts a server for the length of the test, and returns a connection to it.
func serveStreams(t *testing.T, s *Streams) net.Conn {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return c
}

// TestStreamLog: the log has what went over the connection, with and without a fault, in either framing; and the framing
// is right also where the fault makes the body longer or shorter.
func TestStreamLog(t *testing.T) {
	for _, fault := range append(slices.Clone(Faults), "") {
		for _, length := range []bool{false, true} {
			for seed := range uint64(8) {
				s := &Streams{Blocks: 5, Size: 90, Length: length, Fault: fault, Seed: seed}
				c := serveStreams(t, s)
				io.WriteString(c, "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n")
				wire, err := io.ReadAll(c)
				if err != nil {
					t.Fatal(err)
				}
				in := bufio.NewReader(bytes.NewReader(wire))
				var body int
				for range 2 {
					res, err := http.ReadResponse(in, nil)
					if err != nil {
						t.Fatalf("%q, length %v, seed %d: %v", fault, length, seed, err)
					}
					b, err := io.ReadAll(res.Body)
					if err != nil {
						t.Fatalf("%q, length %v, seed %d: %v", fault, length, seed, err)
					}
					body += len(b)
				}
				got := fmt.Sprintf("%+v", s.Log())
				faulty := 0
				if fault != "" {
					faulty = 2
				}
				want := fmt.Sprintf("%+v", StreamLog{Connections: 1, Streams: 2, Faulty: faulty, Bytes: int64(body), Wire: int64(len(wire))})
				if got != want || in.Buffered() != 0 {
					t.Errorf("%q, length %v, seed %d: log %s, want %s; %d bytes more", fault, length, seed, got, want, in.Buffered())
				}
			}
		}
	}
}

// TestFaultsHitAnyBlock: the first and the last block, too.
func TestFaultsHitAnyBlock(t *testing.T) {
	for _, fault := range Faults {
		s, hit := &Streams{Blocks: 4, Size: 60, Fault: fault}, map[int]bool{}
		rng := rand.New(rand.NewPCG(1, 2))
		for range 200 {
			h := s.plant(rng)
			hit[h.block] = true
			if h.at >= s.Size || fault == "cut" && h.at == 0 {
				t.Errorf("%s at byte %d of %d", fault, h.at, s.Size)
			}
		}
		want := 4
		if fault == "swapped" { // with the one after it
			want = 3
		}
		if len(hit) != want || !hit[0] || !hit[want-1] {
			t.Errorf("%s: blocks %v were hit, want the first %d", fault, hit, want)
		}
	}
}

// TestGapLaws compares mean and variance with those of the laws.
func TestGapLaws(t *testing.T) {
	for law, variance := range map[string]float64{"": 0, "constant": 0, "gamma": 0.5, "burst": burst - 1} {
		s, rng := &Streams{Gap: time.Second, Law: law}, rand.New(rand.NewPCG(3, 4))
		const n = 80_000
		var sum, squares float64
		for i := range n {
			g := s.gap(i, rng).Seconds()
			sum += g
			squares += g * g
		}
		mean := sum / n
		if v := squares/n - mean*mean; math.Abs(mean-1) > 0.02 || math.Abs(v-variance) > 0.05*(1+variance) {
			t.Errorf("%q: mean %.3f, variance %.3f; want 1 and %.3f", law, mean, v, variance)
		}
	}
}

// TestYields: the log has every block's own stamp, and none is early.
func TestYields(t *testing.T) {
	s := &Streams{Blocks: 30, Size: stream.MinSize, Gap: time.Millisecond, Law: "gamma", Stamps: true, Length: true}
	c := serveStreams(t, s)
	io.WriteString(c, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
	all, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(all), "\r\n\r\n")
	var said []int64
	for b := range slices.Chunk([]byte(body), s.Size) {
		var index uint32
		var planned, yielded int64
		if _, err := fmt.Sscanf(string(b), "#%x %x %x", &index, &planned, &yielded); err != nil || int(index) != len(said) {
			t.Fatalf("block %d is %q: %v", len(said), b, err)
		}
		if yielded < planned {
			t.Errorf("block %d: planned %d, yielded %d", index, planned, yielded)
		}
		said = append(said, yielded)
	}
	if log := s.Log(); len(log.Yields) != 1 || !slices.Equal(log.Yields[0], said) {
		t.Errorf("logged %v, blocks say %v", log.Yields, said)
	}
}

// TestServeEndsWithinAGap: a stream that waits for its next block does not hold the server.
func TestServeEndsWithinAGap(t *testing.T) {
	s := &Streams{Blocks: 2, Size: 60, Gap: time.Hour}
	c := serveStreams(t, s)
	io.WriteString(c, "GET / HTTP/1.1\r\n\r\n")
	if _, err := io.ReadFull(c, make([]byte, 100)); err != nil { // the first block
		t.Fatal(err)
	}
}

func TestStreamsRefuse(t *testing.T) {
	for want, s := range map[string]*Streams{
		"bytes":              {Blocks: 1, Size: stream.MinSize - 1},
		"at least one":       {Size: 60},
		"want one of const":  {Blocks: 1, Size: 60, Law: "steady"},
		"want one of lost, ": {Blocks: 1, Size: 60, Fault: "late"},
	} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Serve(t.Context(), ln); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want one with %q", s, err, want)
		}
	}
}
