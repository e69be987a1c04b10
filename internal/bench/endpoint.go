package bench

import (
	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// Where the command line in a cell's record listens: each trial has a place of its own, which stands in the trial.
const (
	recordHost   = "127.0.0.1"
	recordPort   = 8000
	recordSocket = "scratch/s"
)

func (p *Plan) recordEndpoint() launch.Endpoint {
	if p.scenario.Connections.Unix {
		return launch.Endpoint{Socket: recordSocket}
	}
	return launch.Endpoint{Host: recordHost, Port: recordPort}
}

// address is where traffic to an endpoint goes.
func address(e launch.Endpoint) traffic.Address {
	return traffic.Address{Network: e.Network(), Addr: e.Address()}
}

// canListen says why a server is left out of a scenario with such connections; nil: it is not.
func canListen(d *targets.Descriptor, c scenarios.Connections) error {
	if c.Unix && !d.Can["unix"] {
		return &launch.Missing{Reason: d.Name + " cannot listen on a Unix socket", Hint: "leave connections.unix out to measure it over TCP"}
	}
	return nil
}
