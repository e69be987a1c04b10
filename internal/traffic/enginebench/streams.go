//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// A streamJob is what a process of the bench does with streams: what a server sends, and what a client expects.
type streamJob struct {
	Addr    string        `json:"addr,omitempty"`
	Blocks  int           `json:"blocks"`
	Size    int           `json:"size"` // bytes of a block
	Gap     time.Duration `json:"gap,omitempty"`
	Law     string        `json:"law,omitempty"` // of the gaps, one of truth.GapLaws
	Length  bool          `json:"length,omitempty"`
	Fault   string        `json:"fault,omitempty"` // one of truth.Faults
	Stamps  bool          `json:"stamps,omitempty"`
	Seed    uint64        `json:"seed,omitempty"`
	Clients int           `json:"clients,omitempty"` // closed
	Rate    float64       `json:"rate,omitempty"`    // open: streams that begin, 1/s
	For     time.Duration `json:"for"`               // no stream is begun after that
	Held    int           `json:"held,omitempty"`    // gaps count while so many streams are under way at once
	Weigh   bool          `json:"weigh,omitempty"`   // look at the memory then
	Slow    float64       `json:"slow,omitempty"`    // bytes per second that are read at most; 0: as they come
}

// lasting is how long a paced stream of the job is.
func (j streamJob) lasting() time.Duration { return time.Duration(j.Blocks) * j.Gap }

// streamed runs the engine against a server of known streams, and returns both accounts.
func streamed(ctx context.Context, s *setting, j streamJob) (received, truth.StreamLog, error) {
	var log truth.StreamLog
	srv, err := startRole(ctx, s.serverCPU, "streams", j)
	if err != nil {
		return received{}, log, err
	}
	j.Addr = srv.addr
	r, err := generate[received](ctx, s.loadCPU, "reader", j)
	err = errors.Join(err, srv.in.Close())
	err = errors.Join(err, json.NewDecoder(srv.out).Decode(&log), srv.cmd.Wait())
	switch {
	case err != nil:
	case r.Streams == 0:
		err = errors.New("no stream was received")
	case j.Fault == "" && r.Errors > 0:
		err = fmt.Errorf("%d of %d streams failed: %v", r.Errors, r.Streams, r.Wrong)
	case r.Streams != int64(log.Streams):
		err = fmt.Errorf("the server sent %d streams to their end, the engine received %d", log.Streams, r.Streams)
	}
	return r, log, err
}

// framings are how a server tells where a body ends.
var framings = []struct {
	name   string
	length bool
}{{"chunked", false}, {"with a length", true}}
