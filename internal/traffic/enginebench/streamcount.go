//go:build linux

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/wsgibench/wsgibench/internal/bars"
)

// shapes are the streams whose bytes are counted.
var shapes = []struct {
	name string
	job  streamJob
}{
	{"many small (10,000 × 64 B)", streamJob{Blocks: 10_000, Size: 64}},
	{"few large (64 × 1 MiB)", streamJob{Blocks: 64, Size: 1 << 20}},
	{"paced (50 × 200 B every 5 ms)", streamJob{Blocks: 50, Size: 200, Gap: 5 * time.Millisecond}},
	{"bursts (8 × 200 B every 40 ms)", streamJob{Blocks: 48, Size: 200, Gap: 5 * time.Millisecond, Law: "burst"}},
}

// streamBytes compares the bytes that were received, of bodies and on the wire, with those that the server says it sent,
// on four kept connections.
func streamBytes(ctx context.Context, s *setting) ([]bars.Row, error) {
	const clients = 4
	var rows []bars.Row
	for _, shape := range shapes {
		for _, f := range framings {
			j := shape.job
			j.Length, j.Clients, j.For = f.length, clients, s.length(2*time.Second)
			r, log, err := streamed(ctx, s, j)
			if err != nil {
				return rows, fmt.Errorf("%s, %s: %w", shape.name, f.name, err)
			}
			body, wire := r.Body-log.Bytes, r.Wire-log.Wire
			whole := log.Bytes == int64(log.Streams)*int64(j.Blocks)*int64(j.Size)
			kept := r.Opened == clients && log.Connections == clients && log.Streams > clients
			rows = append(rows, bars.Row{
				What:    fmt.Sprintf("bytes of streams: %s, %s", shape.name, f.name),
				Reached: fmt.Sprintf("body %+d, wire %+d of %d, %d streams on %d", body, wire, log.Wire, log.Streams, log.Connections),
				Bar:     "exact, connections kept",
				OK:      body == 0 && wire == 0 && whole && kept,
			})
		}
	}
	return rows, nil
}
