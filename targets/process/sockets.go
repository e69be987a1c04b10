package process

import (
	"encoding/binary"
	"encoding/hex"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
)

// A listener is a socket that accepts connections, as /proc/net tells it.
type listener struct {
	addr  netip.AddrPort // of a TCP socket
	path  string         // of a unix socket; "@..." for an abstract one
	inode uint64
	uid   int // of a TCP socket: the user that opened it
}

func (l listener) String() string {
	if l.path != "" {
		return "unix:" + l.path
	}
	return l.addr.String()
}

// parseTCP reads the listening sockets of /proc/net/tcp or tcp6. See proc_net(5): addresses are 32-bit words of network order
// printed as numbers of this machine's order.
func parseTCP(table string) []listener {
	var out []listener
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 10 || f[3] != "0A" {
			continue
		}
		addr, ok := parseHexAddr(f[1])
		uid, err1 := strconv.Atoi(f[7])
		inode, err2 := strconv.ParseUint(f[9], 10, 64)
		if ok && err1 == nil && err2 == nil {
			out = append(out, listener{addr: addr, inode: inode, uid: uid})
		}
	}
	return out
}

func parseHexAddr(s string) (netip.AddrPort, bool) {
	host, port, _ := strings.Cut(s, ":")
	words, err1 := hex.DecodeString(host)
	n, err2 := strconv.ParseUint(port, 16, 16)
	if err1 != nil || err2 != nil || (len(words) != 4 && len(words) != 16) {
		return netip.AddrPort{}, false
	}
	for i := 0; i < len(words); i += 4 {
		binary.NativeEndian.PutUint32(words[i:], binary.BigEndian.Uint32(words[i:]))
	}
	addr, _ := netip.AddrFromSlice(words)
	return netip.AddrPortFrom(addr.Unmap(), uint16(n)), true
}

// parseUnix reads the listening sockets of /proc/net/unix. The path is the rest of the line and may hold spaces.
func parseUnix(table string) []listener {
	const acceptCon = 1 << 16 // __SO_ACCEPTCON: the socket listens
	var out []listener
	for line := range strings.Lines(table) {
		f := strings.SplitN(strings.TrimRight(line, "\n"), " ", 8)
		if len(f) < 7 {
			continue
		}
		rest := strings.TrimLeft(strings.Join(f[6:], " "), " ") // the inode is padded
		ino, path, ok := strings.Cut(rest, " ")
		flags, err1 := strconv.ParseUint(f[3], 16, 32)
		inode, err2 := strconv.ParseUint(ino, 10, 64)
		if ok && path != "" && err1 == nil && err2 == nil && flags&acceptCon != 0 {
			out = append(out, listener{path: path, inode: inode})
		}
	}
	return out
}

// reached returns the listeners that a connection to the address may reach: those bound to it, otherwise those bound to
// all addresses. dir is where a server's relative socket path starts.
func reached(all []listener, network, addr, dir string) []listener {
	if network == "unix" {
		return pick(all, func(l listener) bool { return l.path != "" && samePath(l.path, addr, dir) })
	}
	host, portText, err := net.SplitHostPort(addr)
	port, err2 := strconv.ParseUint(portText, 10, 16)
	if err != nil || err2 != nil {
		return nil
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, _ := netip.ParseAddr(host)
	exact := pick(all, func(l listener) bool {
		return l.path == "" && l.addr.Port() == uint16(port) && l.addr.Addr() == ip.Unmap()
	})
	if len(exact) > 0 {
		return exact
	}
	return pick(all, func(l listener) bool {
		any := l.addr.Addr()
		return l.path == "" && l.addr.Port() == uint16(port) && any.IsUnspecified() && (any.Is6() || ip.Unmap().Is4())
	})
}

func pick(all []listener, want func(listener) bool) []listener {
	var out []listener
	for _, l := range all {
		if want(l) {
			out = append(out, l)
		}
	}
	return out
}

func samePath(a, b, dir string) bool {
	abs := func(p string) string {
		if strings.HasPrefix(p, "@") || filepath.IsAbs(p) {
			return filepath.Clean(p)
		}
		return filepath.Join(dir, p)
	}
	return abs(a) == abs(b)
}
