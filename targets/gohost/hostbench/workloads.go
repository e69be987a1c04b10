package main

import (
	"fmt"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/results"
)

// Equal workers and threads wherever they can be chosen, so that the servers have the same interpreter's worth of Python.
const targets = `
  - {server: gohost, name: pool, workers: 1, threads: 4}
  - {server: gohost-embed, name: embed, workers: 1, threads: 4}
  - {server: gunicorn-gthread, workers: 1, threads: 4}
  - {server: wsgo, workers: 1, threads: 4}
  - {server: caddy-snake, workers: 1}`

const others = `
  - {server: granian, workers: 1, threads: 4}
  - {server: uwsgi-http, workers: 1, threads: 4}
  - bjoern`

const streamers = `
  - {server: waitress, threads: 4}`

// A workload is one kind of request.
type workload struct {
	name    string
	path    string
	targets string
	per     float64 // units in a request
	unit    string
}

const blocksOfStream = 500

var workloads = []workload{
	{"hello", "/hello", targets + others, 1, "requests"},
	{"json", "/json?size=10240", targets + others, 1, "requests"},
	{"stream", fmt.Sprintf("/stream?n=%d&b=64&stamp=1", blocksOfStream), targets + streamers, blocksOfStream, "blocks"},
}

// scenario is what is run: 8 clients on kept-alive connections, a fresh server for each trial, in random order.
func (w workload) scenario(s settings) string {
	return fmt.Sprintf(`name: hostbench-%s
app: reference
verify: false
targets:%s
trials: {blocks: %d}
requests:
  - {get: %q}
traffic:
  - {warmup: true, clients: 8, for: 500ms}
  - {name: saturate, clients: 8, for: %s}
`, w.name, w.targets, s.blocks, w.path, s.length)
}

// A rate is what a server reached, in units per second: medians over the valid trials.
type rate struct {
	cpu, wall float64
	trials    int
	why       string // there is none
}

// Rates are by the server's label.
type rates map[string]rate

func ratesOf(record *results.Record, w workload) rates {
	found := rates{}
	for _, cell := range record.Run.Cells {
		cost := values(record, cell.ID, "cpu_per_request")
		good := values(record, cell.ID, "goodput")
		if len(cost) == 0 || len(good) == 0 {
			found[cell.Label] = rate{why: reason(record, cell.ID)}
			continue
		}
		found[cell.Label] = rate{cpu: w.per / bars.Median(cost), wall: w.per * bars.Median(good), trials: len(good)}
	}
	return found
}

// values are those of the valid trials.
func values(record *results.Record, cell, metric string) []float64 {
	var all []float64
	for _, v := range record.Values(cell, metric, "saturate", "") {
		if v.Verdict == "valid" && v.Value != nil {
			all = append(all, *v.Value)
		}
	}
	return all
}

// reason is why no trial of a cell is valid.
func reason(record *results.Record, cell string) string {
	for _, trial := range record.Of(cell) {
		if trial.Failure != nil {
			return trial.Failure.Text
		}
		for _, notice := range trial.Reasons {
			return notice.Text
		}
	}
	return "no trial"
}
