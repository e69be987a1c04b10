package calibrate

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
	"github.com/wsgibench/wsgibench/targets/process"
)

// A Stream is a streamed request of which the floor is to be known, with the load under which a phase sends it.
type Stream struct {
	Phase traffic.Phase // Requests has one entry, with its plan
	Law   string        // of the gaps: one of truth.GapLaws; empty: constant
	Seed  uint64        // of the gaps
}

// streamsEnv tells the null server which streams it is to serve, and where.
const streamsEnv = "WSGIBENCH_KNOWN_STREAMS"

// knownStreams is a server of known truth inside the null server: one for each plan.
type knownStreams struct {
	Addr         string
	Blocks, Size int
	Gap          time.Duration
	Law          string
	Seed         uint64
}

// known is what the server of known truth sends for a stream. Its blocks always describe themselves: the smallest that
// can stand for smaller ones.
func (s *Stream) known() knownStreams {
	p := s.Phase.Requests[0].Stream
	return knownStreams{Blocks: p.Blocks, Size: max(p.Size, stream.MinSize), Gap: p.Gap, Law: s.Law, Seed: s.Seed}
}

// servedBy finds a port for each different plan.
func servedBy(streams []Stream) ([]knownStreams, error) {
	var all []knownStreams
	for i := range streams {
		if k := streams[i].known(); k.Blocks < 1 || find(all, k) != nil {
			continue
		}
		port, err := process.FreePort()
		if err != nil {
			return nil, fmt.Errorf("find a port for known streams: %w", err)
		}
		k := streams[i].known()
		k.Addr = fmt.Sprintf("127.0.0.1:%d", port)
		all = append(all, k)
	}
	return all, nil
}

func (k *knownStreams) address() traffic.Address {
	return traffic.Address{Network: "tcp", Addr: k.Addr}
}

func find(all []knownStreams, k knownStreams) *knownStreams {
	for i := range all {
		k.Addr = all[i].Addr
		if all[i] == k {
			return &all[i]
		}
	}
	return nil
}

// serveStreams serves what streamsEnv says until ctx is cancelled. Every port is open when it returns.
func serveStreams(ctx context.Context, text string, failed func(error)) error {
	if text == "" {
		return nil
	}
	var all []knownStreams
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return fmt.Errorf("read %s: %w", streamsEnv, err)
	}
	for _, k := range all {
		ln, err := net.Listen("tcp", k.Addr)
		if err != nil {
			return err
		}
		s := &truth.Streams{Blocks: k.Blocks, Size: k.Size, Gap: k.Gap, Law: k.Law, Seed: k.Seed}
		go func() {
			if err := s.Serve(ctx, ln); err != nil {
				failed(err)
			}
		}()
	}
	return nil
}
