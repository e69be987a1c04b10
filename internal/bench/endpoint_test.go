package bench

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/scenarios"
)

func TestEndpoints(t *testing.T) {
	p := &Plan{scenario: &scenarios.Scenario{}}
	tcp, err := p.newEndpoint("/tmp/x")
	if host, port, splitErr := net.SplitHostPort(tcp.address().Addr); err != nil || splitErr != nil || host != "127.0.0.1" || port == "0" || tcp.address().Network != "tcp" {
		t.Errorf("got %+v, %v", tcp, err)
	}
	p.scenario.Connections.Unix = true
	unix, err := p.newEndpoint("/tmp/x")
	if a := unix.address(); err != nil || a.Network != "unix" || a.Addr != "/tmp/x/s" || a.HostHeader() != "localhost" {
		t.Errorf("got %+v, %v", unix, err)
	}
	longest := longestSocket() - len("/s")
	if _, err := p.newEndpoint("/" + strings.Repeat("d", longest-1)); err != nil {
		t.Errorf("got %v of a path that just fits", err)
	}
	if _, err := p.newEndpoint("/" + strings.Repeat("d", longest)); err == nil || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("got %v of a path that is a byte too long", err)
	}
	// The limit is the system's own.
	l, err := net.Listen("unix", filepath.Join("/tmp", strings.Repeat("d", longestSocket()+1-len("/tmp/"))))
	if err == nil {
		l.Close()
		t.Errorf("this system takes a path of %d bytes", longestSocket()+1)
	}
}

// What cannot listen on a Unix socket is left out, with the reason.
func TestServersWithoutUnixSockets(t *testing.T) {
	s := parseHere(t, t.TempDir(), "targets: [{url: \"http://127.0.0.1:1\"}]\nrequests: [{get: /}]\ntraffic: [{clients: 1, for: 1s}]\nconnections: {unix: true}\n")
	p, err := Prepare(t.Context(), Config{}, s)
	if err == nil || !strings.Contains(err.Error(), "not on a Unix socket") {
		t.Errorf("got %+v, %v", p, err)
	}
}
