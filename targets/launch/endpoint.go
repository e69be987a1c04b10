package launch

import (
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/wsgibench/wsgibench/targets/process"
)

// An Endpoint is where a server is told to listen: on host and port, or on a Unix socket.
type Endpoint struct {
	Host   string
	Port   int
	Socket string // absolute path; empty: host and port
}

// NewEndpoint is a place where nobody listens yet: a Unix socket in the scratch directory, or a free port of 127.0.0.1.
func NewEndpoint(unix bool, scratch string) (Endpoint, error) {
	if !unix {
		port, err := process.FreePort()
		return Endpoint{Host: "127.0.0.1", Port: port}, err
	}
	path := filepath.Join(scratch, "s")
	if most := longestSocket(); len(path) > most {
		return Endpoint{}, fmt.Errorf("the socket %s has a path of %d bytes, and this system takes %d: set TMPDIR to a directory with a shorter name", path, len(path), most)
	}
	return Endpoint{Socket: path}, nil
}

// longestSocket is how many bytes sockaddr_un.sun_path holds before its NUL: unix(7) of Linux, unix(4) of the BSDs.
func longestSocket() int {
	if runtime.GOOS == "linux" {
		return 107
	}
	return 103
}

// Network is the network of Address, as net.Dial takes it: "unix" or "tcp".
func (e Endpoint) Network() string {
	if e.Socket != "" {
		return "unix"
	}
	return "tcp"
}

// Address is the socket's path, or host:port.
func (e Endpoint) Address() string {
	if e.Socket != "" {
		return e.Socket
	}
	return net.JoinHostPort(e.Host, strconv.Itoa(e.Port))
}
