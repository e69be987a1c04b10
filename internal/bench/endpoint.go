package bench

import (
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/process"
)

// An endpoint is where a server of ours is told to listen: on host and port, or on a socket.
type endpoint struct {
	host   string
	port   int
	socket string // absolute path; empty: host and port
}

// Where the command line in a cell's record listens: each trial has a place of its own, which stands in the trial.
const (
	recordHost   = "127.0.0.1"
	recordPort   = 8000
	recordSocket = "scratch/s"
)

func (p *Plan) recordEndpoint() endpoint {
	if p.scenario.Connections.Unix {
		return endpoint{socket: recordSocket}
	}
	return endpoint{host: recordHost, port: recordPort}
}

// newEndpoint is a place for one trial, where nobody listens yet.
func (p *Plan) newEndpoint(scratch string) (endpoint, error) {
	if p.scenario.Connections.Unix {
		path := filepath.Join(scratch, "s")
		if most := longestSocket(); len(path) > most {
			return endpoint{}, fmt.Errorf("the socket %s has a path of %d bytes, and this system takes %d: set TMPDIR to a directory with a shorter name", path, len(path), most)
		}
		return endpoint{socket: path}, nil
	}
	port, err := process.FreePort()
	return endpoint{host: "127.0.0.1", port: port}, err
}

// longestSocket is how many bytes sockaddr_un.sun_path holds before its NUL: unix(7) of Linux, unix(4) of the BSDs.
func longestSocket() int {
	if runtime.GOOS == "linux" {
		return 107
	}
	return 103
}

func (e endpoint) address() traffic.Address {
	if e.socket != "" {
		return traffic.Address{Network: "unix", Addr: e.socket}
	}
	return traffic.Address{Network: "tcp", Addr: net.JoinHostPort(e.host, strconv.Itoa(e.port))}
}

// canListen says why a server is left out of a scenario with such connections; nil: it is not.
func canListen(d *targets.Descriptor, c scenarios.Connections) error {
	if c.Unix && !d.Can["unix"] {
		return &missing{reason: d.Name + " cannot listen on a Unix socket", hint: "leave connections.unix out to measure it over TCP"}
	}
	return nil
}
