package stream

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wsgibench/wsgibench/collect"
)

// body makes the blocks of a stream.
func body(n, size int) [][]byte {
	blocks := make([][]byte, n)
	for i := range blocks {
		payload := make([]byte, size-MinSize)
		for j := range payload {
			payload[j] = byte(i*7 + j*13)
		}
		blocks[i] = Append(nil, uint32(i), int64(1000+i), int64(2000+i), payload)
	}
	return blocks
}

// feed gives a reader the blocks in pieces of the given size, and ends it.
func feed(blocks [][]byte, p Plan, piece int) (got []collect.Block, s collect.Stream, kind collect.ErrorKind, detail string) {
	r := NewReader(p, Clock{})
	for b := range slices.Chunk(slices.Concat(blocks...), piece) {
		r.Begin(time.Duration(len(got)))
		r.Write(b)
		got = append(got, r.Blocks()...)
	}
	kind, detail = r.End()
	return got, r.Stream, kind, detail
}

func TestReaderTakesAnyCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, size := rapid.IntRange(0, 40).Draw(t, "blocks"), rapid.IntRange(MinSize, 200).Draw(t, "size")
		got, s, kind, detail := feed(body(n, size), Plan{Blocks: n, Size: size}, rapid.IntRange(1, 3*size).Draw(t, "piece"))
		if kind != "" || len(got) != n || s.Blocks != int64(n) || !s.Intact() {
			t.Fatalf("%d blocks, %q %q, %+v", len(got), kind, detail, s)
		}
		for i, b := range got {
			if b.Index != int64(i) || b.Follows != (i > 0) {
				t.Fatalf("block %d is %+v", i, b)
			}
		}
	})
}

// TestPlantedFaults: whatever happens to one block on the way is found, wherever it is and however the bytes are cut.
func TestPlantedFaults(t *testing.T) {
	faults := map[string]func(b [][]byte, i, at int) [][]byte{
		"lost":         func(b [][]byte, i, _ int) [][]byte { return slices.Delete(b, i, i+1) },
		"repeated":     func(b [][]byte, i, _ int) [][]byte { return slices.Insert(b, i, b[i]) },
		"out of order": func(b [][]byte, i, _ int) [][]byte { b[i], b[i+1] = b[i+1], b[i]; return b },
		"damaged": func(b [][]byte, i, at int) [][]byte { // a byte changed
			b[i] = slices.Clone(b[i])
			b[i][at] ^= 1
			return b
		},
		"cut":            func(b [][]byte, i, at int) [][]byte { b[i] = b[i][:at]; return b },
		"cut in front":   func(b [][]byte, i, at int) [][]byte { b[i] = b[i][at+1:]; return b },
		"bytes too many": func(b [][]byte, i, at int) [][]byte { b[i] = slices.Insert(slices.Clone(b[i]), at, 'x'); return b },
		"beyond the last": func(b [][]byte, _, _ int) [][]byte {
			return append(b, Append(nil, uint32(len(b)), 0, 0, b[0][headSize:len(b[0])-tailSize]))
		},
	}
	want := func(name string, s *collect.Stream) bool {
		switch name {
		case "lost":
			return s.Lost == 1 && s.Repeated+s.Swapped+s.Damaged+s.Surplus == 0
		case "repeated":
			return s.Repeated == 1 && s.Lost+s.Swapped+s.Damaged+s.Surplus == 0
		case "out of order":
			return s.Swapped == 1 && s.Lost+s.Repeated+s.Damaged+s.Surplus == 0
		case "beyond the last":
			return s.Surplus == 1 && s.Lost+s.Repeated+s.Damaged+s.Swapped == 0
		}
		whole := s.Damaged == 0 && s.Lost == 1 // all of it was cut
		extra := name == "bytes too many" && s.Damaged == 1 && s.Lost == 0
		return (s.Damaged == 1 && s.Lost == 1 || whole || extra) && s.Repeated+s.Swapped+s.Surplus == 0
	}
	for name, plant := range faults {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				n, size := rapid.IntRange(2, 30).Draw(t, "blocks"), rapid.IntRange(MinSize, 150).Draw(t, "size")
				i, at := rapid.IntRange(0, n-2).Draw(t, "at block"), rapid.IntRange(0, size-1).Draw(t, "at byte")
				blocks := plant(body(n, size), i, at)
				_, s, kind, detail := feed(blocks, Plan{Blocks: n, Size: size}, rapid.IntRange(1, 3*size).Draw(t, "piece"))
				if kind == "" || s.Intact() || !want(name, &s) {
					t.Fatalf("got %q %q, %+v", kind, detail, s)
				}
				if s.Blocks < int64(n)-1 { // what follows the damage is found again
					t.Fatalf("only %d of %d blocks were seen: %+v", s.Blocks, n, s)
				}
			})
		})
	}
}

func TestUndescribedStream(t *testing.T) {
	content := []byte("0123456789abcdefghij")
	for _, tt := range []struct {
		name string
		sent string
		kind collect.ErrorKind
		n    int64
	}{
		{"whole", "0123456789abcdefghij", "", 5},
		{"short", "0123456789", collect.WrongLength, 2},
		{"long", "0123456789abcdefghijk", collect.WrongLength, 5},
		{"other", "0123456789abcdefghiX", collect.WrongBody, 5},
	} {
		for piece := 1; piece < 9; piece++ {
			_, s, kind, _ := feed([][]byte{[]byte(tt.sent)}, Plan{Blocks: 5, Size: 4, Content: content}, piece)
			if kind != tt.kind || s.Blocks != tt.n {
				t.Errorf("%s in pieces of %d: got %q and %d blocks, want %q and %d", tt.name, piece, kind, s.Blocks, tt.kind, tt.n)
			}
		}
	}
}

func TestTimes(t *testing.T) {
	blocks := body(5, MinSize)
	r := NewReader(Plan{Blocks: 5, Size: MinSize, Gap: time.Millisecond}, Clock{origin: 1000})
	var got []collect.Block
	for _, read := range []struct {
		at     time.Duration
		blocks [][]byte
	}{{5000, blocks[:2]}, {9000, blocks[2:3]}, {2_000_000, blocks[3:4]}, {9_000_000, blocks[4:]}} {
		r.Begin(read.at)
		for _, b := range read.blocks {
			r.Write(b)
		}
		got = append(got, r.Blocks()...)
	}
	if kind, detail := r.End(); kind != "" {
		t.Fatalf("ended with %s %s", kind, detail)
	}
	wantFirst := collect.Block{Stream: &r.Stream, Size: MinSize, Received: 5000, Yielded: 1000, Stamped: true, First: true, Paced: true, Planned: 0}
	if diff := cmp.Diff(wantFirst, got[0]); diff != "" {
		t.Errorf("first block (-want +got):\n%s", diff)
	}
	if d := got[4].DeliveryDelay(); d != 9_000_000-1004 {
		t.Errorf("delivery delay of the last block: %d, want %d", d, 9_000_000-1004)
	}
	if d := got[3].Lateness(); d != 1000 {
		t.Errorf("lateness: %d, want 1000", d)
	}
	s := r.Stream
	if s.Reads != 4 || s.FirstBlock != 5000 || s.SecondBlock != 5000 || s.LastBlock != 9_000_000 || s.GapMax != 7_000_000 {
		t.Errorf("got %+v", s)
	}
	if s.Stalls != 1 || s.StallTime != 6_000_000 {
		t.Errorf("got %d stalls of %v, want one of 6 ms beyond the plan", s.Stalls, s.StallTime)
	}
}

// TestRunAhead checks the count against its definition: for every block, those yielded by then less those received.
func TestRunAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gaps := rapid.SliceOfN(rapid.IntRange(0, 20), 1, 60).Draw(t, "gaps")
		delays := rapid.SliceOfN(rapid.IntRange(0, 100), len(gaps), len(gaps)).Draw(t, "delays")
		var yielded, received []time.Duration
		var at, last time.Duration
		for i, g := range gaps {
			at += time.Duration(g)
			last = max(last, at+time.Duration(delays[i]))
			yielded, received = append(yielded, at), append(received, last)
		}
		var a runAhead
		for i, y := range yielded {
			want := 0
			for j := range i + 1 {
				if j == i || received[j] > y {
					want++
				}
			}
			if got := a.block(y, received[i]); got != want {
				t.Fatalf("block %d of %v, received %v: %d under way, want %d", i, yielded, received, got, want)
			}
		}
	})
}

func TestSketch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(1, int64(100*time.Second)), 1, 200).Draw(t, "values")
		var s sketch
		for _, v := range values {
			s.add(time.Duration(v))
		}
		slices.Sort(values)
		q := rapid.Float64Range(0.01, 1).Draw(t, "q")
		i := 0
		for float64(i+1) < q*float64(len(values)) {
			i++
		}
		want, got := float64(values[i]), float64(s.quantile(q))
		if diff := got - want; diff > want/16+2000 || diff < -want/16-2000 {
			t.Fatalf("quantile %v of %d values: got %v, want %v", q, len(values), got, want)
		}
	})
}

// FuzzReader: whatever comes, a reader neither fails nor finds more blocks than fit into what came.
func FuzzReader(f *testing.F) {
	f.Add(slices.Concat(body(3, 60)...), 7, 60)
	f.Add([]byte("#0000"), 1, MinSize)
	f.Fuzz(func(t *testing.T, data []byte, piece, size int) {
		if piece < 1 || size < MinSize || size > 1<<16 {
			return
		}
		got, s, _, _ := feed([][]byte{data}, Plan{Blocks: 3, Size: size}, piece)
		if len(got)*size > len(data) || s.Blocks != int64(len(got)) {
			t.Fatalf("%d blocks of %d bytes in %d bytes: %+v", len(got), size, len(data), s)
		}
	})
}
