package process

import (
	"net"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestTCPListeners: what the kernel says when it is asked is what stands in /proc, for sockets of each kind.
func TestTCPListeners(t *testing.T) {
	var ours []string
	for _, address := range []string{"127.0.0.1:0", "127.0.0.2:0", "0.0.0.0:0", ":0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		_, port, _ := net.SplitHostPort(l.Addr().String())
		ours = append(ours, ":"+port)
	}
	mine := func(all []listener) (out []string) {
		for _, l := range all {
			if slices.ContainsFunc(ours, func(port string) bool { return strings.HasSuffix(l.String(), port) }) {
				out = append(out, l.String())
			}
			if l.inode == 0 && l.path == "" {
				t.Errorf("%v has no inode", l)
			}
		}
		slices.Sort(out)
		return out
	}
	asked, err := tcpListeners()
	if err != nil {
		t.Fatal(err)
	}
	read := append(readTable("/proc/net/tcp", parseTCP), readTable("/proc/net/tcp6", parseTCP)...)
	if got, want := mine(asked), mine(read); !slices.Equal(got, want) || len(got) != len(ours) {
		t.Errorf("the kernel says %v, /proc %v, want both to be the %d of %v", got, want, len(ours), ours)
	}
	for _, l := range asked {
		if slices.Contains(mine([]listener{l}), l.String()) && (l.uid != os.Getuid() || !slices.Contains(read, l)) {
			t.Errorf("%v of user %d, inode %d is not in /proc", l, l.uid, l.inode)
		}
	}
}

func FuzzParseDiag(f *testing.F) {
	f.Add(diagRequest(2))
	f.Add([]byte{20, 0, 0, 0, 3, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff})
	f.Add(slices.Concat([]byte{88, 0, 0, 0, sockDiagByFamily, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, tcpListen}, make([]byte, 70)))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		found, _, _ := parseDiag(datagram)
		for _, l := range found {
			if !l.addr.IsValid() {
				t.Errorf("a listener without an address: %+v", l)
			}
		}
	})
}
