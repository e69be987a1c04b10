//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
)

// maxPerStream is the bar of what a held stream may occupy, in bytes.
const maxPerStream = 32 << 10

// streamMemory says what a held stream occupies in the harness: what 2,000 do, less what was there before, by 2,000.
func streamMemory(ctx context.Context, s *setting) ([]bars.Row, error) {
	var rows []bars.Row
	for _, slow := range []float64{0, 64 << 10} {
		j := crowdJob(s, 1)
		j.Weigh, j.Slow = true, slow
		r, _, err := streamed(ctx, s, j)
		if err == nil && r.Memory.RSS[1] == 0 {
			err = errors.New("the streams were never all under way")
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, memoryRows(&r, slow > 0)...)
	}
	return rows, nil
}

func memoryRows(r *received, slow bool) []bars.Row {
	most := slices.Max(append(r.RSS, r.Memory.RSS[1]))
	rss, live := float64(most-r.Memory.RSS[0])/crowd, float64(r.Memory.Live[1]-r.Memory.Live[0])/crowd
	what := fmt.Sprintf("%d streams held, memory of the harness for each:", crowd)
	if slow {
		what = fmt.Sprintf("%d held by slow readers, memory for each:", crowd)
	}
	return []bars.Row{
		{What: what + " resident", Reached: fmt.Sprintf("%.1f KiB (%.1f MiB at most, %.1f before)", rss/1024, mib(most), mib(r.Memory.RSS[0])), Bar: "≤ 32 KiB", OK: rss <= maxPerStream},
		{What: what + " heap and stacks", Reached: fmt.Sprintf("%.1f KiB", live/1024), Bar: "≤ 32 KiB", OK: live <= maxPerStream},
	}
}

// streamLong looks at the resident memory over long streams: at least two, of a million small blocks each.
func streamLong(ctx context.Context, s *setting) ([]bars.Row, error) {
	blocks := int(max(0.05, min(1, s.scale)) * 1e6)
	trial, _, err := streamed(ctx, s, streamJob{Blocks: blocks / 20, Size: 64, Clients: 2, For: time.Millisecond})
	if err != nil {
		return nil, err
	}
	// The phase is nearly as long as a stream, so that the memory is looked at ten times on the way.
	length := time.Duration(0.9 * float64(blocks) / max(trial.Rate, 1) * float64(time.Second))
	r, _, err := streamed(ctx, s, streamJob{Blocks: blocks, Size: 64, Clients: 2, For: length})
	if err != nil {
		return nil, err
	}
	half := len(r.RSS) / 2
	first, second := slices.Max(r.RSS[:half]), slices.Max(r.RSS[half:])
	return []bars.Row{{
		What:    fmt.Sprintf("resident memory over %d streams of %d blocks, second half against first", r.Streams, blocks),
		Reached: fmt.Sprintf("%+.1f MiB (%.1f MiB at most)", mib(second-first), mib(max(first, second))),
		Bar:     "flat (≤ +2 MiB)", OK: second-first <= flatness,
	}}, nil
}
