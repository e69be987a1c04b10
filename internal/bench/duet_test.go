package bench

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
)

// Two sides meet as often as they have phases, and neither is ever ahead by one.
func TestMeeting(t *testing.T) {
	m := newMeeting()
	var mu sync.Mutex
	var steps []int
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			for i := range 50 {
				mu.Lock()
				steps = append(steps, i)
				mu.Unlock()
				if err := m.wait(t.Context()); err != nil {
					t.Errorf("step %d: %v", i, err)
				}
			}
		})
	}
	both.Wait()
	if !slices.IsSorted(steps) || len(steps) != 100 {
		t.Errorf("the sides were not in step: %v", steps)
	}
}

// A side whose partner has ended, or whose run is cancelled, does not wait for ever.
func TestMeetingWithNobody(t *testing.T) {
	m := newMeeting()
	m.leave()
	if err := m.wait(t.Context()); !errors.Is(err, errPartner) {
		t.Errorf("with a partner that has ended: got %v, want %v", err, errPartner)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := newMeeting().wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("with a cancelled run: got %v, want %v", err, context.Canceled)
	}
	var alone *partner
	if err := alone.meet(ctx, traffic.Phase{}); err != nil {
		t.Errorf("alone: %v", err)
	}
}

func TestHalfGap(t *testing.T) {
	for want, p := range map[time.Duration]traffic.Phase{
		5 * time.Millisecond: {Schedule: traffic.Constant(100, time.Second)},
		0:                    {Schedule: traffic.Constant(1, time.Second)},
	} {
		if got := halfGap(p); got != want {
			t.Errorf("%v: got %v, want %v", p.Schedule, got, want)
		}
	}
}

func TestHalves(t *testing.T) {
	for _, c := range []struct{ have, first, second []int }{
		{nil, nil, nil}, {[]int{3}, []int{3}, []int{3}}, {[]int{1, 2}, []int{1}, []int{2}}, {[]int{1, 2, 3, 7, 9}, []int{1, 2}, []int{3, 7}},
	} {
		got := halves(c.have)
		if !slices.Equal(got[0], c.first) || !slices.Equal(got[1], c.second) {
			t.Errorf("%v: got %v and %v, want %v and %v", c.have, got[0], got[1], c.first, c.second)
		}
	}
}

func TestByCell(t *testing.T) {
	p := &Plan{Run: results.Run{Cells: []results.Cell{{ID: "base"}, {ID: "head"}}}}
	for _, order := range [][]string{{"base", "head"}, {"head", "base"}} {
		got := p.byCell([]*results.Trial{{Cell: order[0]}, {Cell: order[1]}})
		if got[0].Cell != "base" || got[1].Cell != "head" {
			t.Errorf("%v: got %s and %s", order, got[0].Cell, got[1].Cell)
		}
	}
}
