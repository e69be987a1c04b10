package bench

import (
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/targets/launch"
)

func TestAddresses(t *testing.T) {
	if a := address(launch.Endpoint{Host: "127.0.0.1", Port: 80}); a.Network != "tcp" || a.Addr != "127.0.0.1:80" {
		t.Errorf("got %+v, want tcp 127.0.0.1:80", a)
	}
	if a := address(launch.Endpoint{Socket: "/tmp/x/s"}); a.Network != "unix" || a.Addr != "/tmp/x/s" || a.HostHeader() != "localhost" {
		t.Errorf("got %+v with Host %s, want unix /tmp/x/s with Host localhost", a, a.HostHeader())
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
