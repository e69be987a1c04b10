//go:build linux

package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// named is how the engine names each fault: a block that was cut or changed is damaged, and did not come whole.
var named = map[string]string{
	"lost":     "1 lost",
	"repeated": "1 repeated",
	"swapped":  "1 swapped",
	"cut":      "1 damaged, 1 lost",
	"changed":  "1 damaged, 1 lost",
}

// paces are those at which faults are planted: many blocks to a read, and one.
var paces = []time.Duration{0, 500 * time.Microsecond}

// streamFaults plants each fault in 200 streams, at random places, and sends 1,000 without; with either framing, and at
// either pace.
func streamFaults(ctx context.Context, s *setting) ([]bars.Row, error) {
	var rows []bars.Row
	for _, fault := range append(slices.Clone(truth.Faults), "") {
		each := 50
		if fault == "" {
			each = 250
		}
		found := map[string]int64{}
		var planted, streams int
		for _, f := range framings {
			for _, gap := range paces {
				j := streamJob{Blocks: 40, Size: 120, Gap: gap, Fault: fault, Length: f.length, Seed: uint64(planted) + 1, Rate: float64(each), For: time.Second}
				r, log, err := streamed(ctx, s, j)
				if err != nil {
					return rows, fmt.Errorf("%s: %w", fault, err)
				}
				planted, streams = planted+log.Faulty, streams+log.Streams
				for what, n := range r.Wrong {
					found[what] += n
				}
			}
		}
		rows = append(rows, faultRow(fault, planted, streams, 4*each, found))
	}
	return rows, nil
}

// faultRow judges what was found in so many streams, of which so many had the fault.
func faultRow(fault string, planted, streams, want int, found map[string]int64) bars.Row {
	var words []string
	for _, what := range slices.Sorted(maps.Keys(found)) {
		words = append(words, fmt.Sprintf("%d × %s", found[what], what))
	}
	if fault == "" {
		return bars.Row{What: fmt.Sprintf("%d whole streams", streams), Reached: fmt.Sprintf("%d accused %s", len(found), strings.Join(words, "; ")), Bar: "0 accused", OK: len(found) == 0 && planted == 0 && streams == want}
	}
	return bars.Row{
		What:    fmt.Sprintf("a %s block in each of %d streams", fault, planted),
		Reached: strings.Join(words, "; "),
		Bar:     "all found, so named",
		OK:      len(found) == 1 && found[named[fault]] == int64(planted) && planted == streams && streams == want,
	}
}
