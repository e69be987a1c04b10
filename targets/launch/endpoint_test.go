package launch

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
)

func TestEndpoints(t *testing.T) {
	tcp, err := NewEndpoint(false, "/tmp/x")
	if host, port, splitErr := net.SplitHostPort(tcp.Address()); err != nil || splitErr != nil || host != "127.0.0.1" || port == "0" || tcp.Network() != "tcp" {
		t.Errorf("got %+v, %v", tcp, err)
	}
	unix, err := NewEndpoint(true, "/tmp/x")
	if err != nil || unix.Network() != "unix" || unix.Address() != "/tmp/x/s" {
		t.Errorf("got %+v, %v", unix, err)
	}
	longest := longestSocket() - len("/s")
	if _, err := NewEndpoint(true, "/"+strings.Repeat("d", longest-1)); err != nil {
		t.Errorf("got %v of a path that just fits", err)
	}
	if _, err := NewEndpoint(true, "/"+strings.Repeat("d", longest)); err == nil || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("got %v of a path that is a byte too long", err)
	}
	// The limit is the system's own.
	l, err := net.Listen("unix", filepath.Join("/tmp", strings.Repeat("d", longestSocket()+1-len("/tmp/"))))
	if err == nil {
		l.Close()
		t.Errorf("this system takes a path of %d bytes", longestSocket()+1)
	}
}
