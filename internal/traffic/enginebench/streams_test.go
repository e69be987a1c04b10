//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// both runs server and reader as the bench does, but in this process.
func both(t *testing.T, j streamJob) (r received, log truth.StreamLog) {
	t.Helper()
	stdin, end := io.Pipe()
	answers, stdout := io.Pipe()
	served := make(chan error, 1)
	go func() { served <- serveStreams(context.Background(), j, stdin, stdout) }()
	in := bufio.NewReader(answers)
	addr, err := in.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	j.Addr = strings.TrimSpace(addr)
	var out bytes.Buffer
	if err := readStreams(t.Context(), j, &out); err != nil {
		t.Fatal(err)
	}
	end.Close()
	if err := json.NewDecoder(in).Decode(&log); err != nil {
		t.Fatal(err)
	}
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return r, log
}

// TestAccountsAgree: what the reader says and what the server logs is the same, in every form of stream.
func TestAccountsAgree(t *testing.T) {
	for _, f := range framings {
		for _, shape := range shapes {
			j := shape.job
			j.Blocks, j.Length, j.Clients, j.For = min(j.Blocks, 30), f.length, 2, 20*time.Millisecond
			r, log := both(t, j)
			if r.Body != log.Bytes || r.Wire != log.Wire || r.Streams != int64(log.Streams) || r.Opened != 2 || r.Errors > 0 {
				t.Errorf("%s, %s: received %+v, sent %+v", shape.name, f.name, r, log)
			}
		}
	}
}

// TestFaultsAreNamed: each in its own way, and none where there is none.
func TestFaultsAreNamed(t *testing.T) {
	for _, fault := range append(slices.Clone(truth.Faults), "") {
		for _, f := range framings {
			r, log := both(t, streamJob{Blocks: 12, Size: 120, Fault: fault, Length: f.length, Rate: 200, For: 50 * time.Millisecond})
			if row := faultRow(fault, log.Faulty, log.Streams, 10, r.Wrong); !row.OK {
				t.Errorf("%q, %s: %+v", fault, f.name, row)
			}
		}
	}
}

func TestFaultRow(t *testing.T) {
	for _, tt := range []struct {
		name, fault            string
		planted, streams, want int
		found                  map[string]int64
		ok                     bool
	}{
		{"all", "lost", 5, 5, 5, map[string]int64{"1 lost": 5}, true},
		{"one not found", "lost", 5, 5, 5, map[string]int64{"1 lost": 4}, false},
		{"one called something else", "lost", 5, 5, 5, map[string]int64{"1 lost": 4, "1 swapped": 1}, false},
		{"called something else", "cut", 5, 5, 5, map[string]int64{"1 lost": 5}, false},
		{"too few", "lost", 4, 4, 5, map[string]int64{"1 lost": 4}, false},
		{"none", "lost", 5, 5, 5, nil, false},
		{"whole", "", 0, 5, 5, nil, true},
		{"a whole one accused", "", 0, 5, 5, map[string]int64{"1 lost": 1}, false},
		{"too few whole", "", 0, 4, 5, nil, false},
	} {
		if got := faultRow(tt.fault, tt.planted, tt.streams, tt.want, tt.found); got.OK != tt.ok {
			t.Errorf("%s: %+v, want ok %v", tt.name, got, tt.ok)
		}
	}
}

// TestWatcherComparesGaps: with the stamps' own, and only while all streams are under way.
func TestWatcherComparesGaps(t *testing.T) {
	w := newWatcher(streamJob{Blocks: 10, Held: 2})
	block := func(index int64, gap, apart time.Duration) {
		w.ObserveBlocks(0, []collect.Block{{Index: index, Follows: index > 0, Stamped: true, Gap: gap, Apart: apart}})
	}
	block(0, 0, 0)
	block(1, time.Second, time.Millisecond) // the other has not begun
	block(0, 0, 0)
	block(1, 30*time.Millisecond, 20*time.Millisecond)
	block(2, 15*time.Millisecond, 20*time.Millisecond)
	w.Observe(&collect.Exchange{BodyBytes: 7, WireIn: 9, Stream: &collect.Stream{Blocks: 3, FirstBlock: time.Second, LastBlock: 2 * time.Second}})
	block(3, time.Second, time.Millisecond) // one has ended
	r := w.result()
	if r.Compared != 2 || math.Abs(float64(r.Apart["p50"])-5e6) > 1e4 || math.Abs(float64(r.Apart["p99"])-10e6) > 2e4 || math.Abs(float64(r.Gaps["p99"])-30e6) > 3e4 {
		t.Errorf("got %+v, want 2 gaps that are 5 and 10 ms apart from the server's", r)
	}
	if r.Streams != 1 || r.Body != 7 || r.Wire != 9 || r.Rate != 2 {
		t.Errorf("got %+v, want one stream of 7 bytes and 2 blocks a second", r)
	}
}

func TestGapsOf(t *testing.T) {
	yields := [][]int64{{0, 10, 30, 60}, {5, 6, 100}}
	if diff := cmp.Diff([]float64{1, 10, 20, 30, 94}, gapsOf(yields, 0, math.MaxInt64)); diff != "" {
		t.Errorf("all gaps (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{1, 20}, gapsOf(yields, 5, 30)); diff != "" {
		t.Errorf("gaps from 5 to 30 (-want +got):\n%s", diff)
	}
	log := truth.StreamLog{Yields: yields}
	if from, to := lastBegin(log), firstEnd(log); from != 5 || to != 60 {
		t.Errorf("all streams are under way from %d to %d, want from 5 to 60", from, to)
	}
	if off, used := offBy([]float64{10e6}, 0.5, 10_100_000); off != 100e3 || math.Abs(used-0.5) > 1e-9 {
		t.Errorf("off by %g ns, %g of what is allowed; want 100000 and 0.5", off, used)
	}
}
