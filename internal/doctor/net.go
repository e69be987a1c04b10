package doctor

import (
	"fmt"
	"strconv"
	"strings"
)

func openFiles(m Machine) Finding {
	if m.Files == 0 {
		return Finding{Status: Unknown, Found: "this system does not tell"}
	}
	f := found("%d", m.Files)
	if m.Files < 8192 {
		return f.but(Warn, "a stalled server is met with thousands of open connections; beyond the limit requests fail on this side", "ulimit -n 65536")
	}
	return f
}

// localPorts reads the range for outgoing connections: without keep-alive each request uses one up for a minute.
func localPorts(m Machine) Finding {
	text, err := m.read("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return unknown(err)
	}
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return unknown(fmt.Errorf("ip_local_port_range is %q", text))
	}
	low, err1 := strconv.Atoi(fields[0])
	high, err2 := strconv.Atoi(fields[1])
	if err1 != nil || err2 != nil {
		return unknown(fmt.Errorf("ip_local_port_range is %q", text))
	}
	n := high - low + 1
	f := found("%d (%d to %d)", n, low, high)
	if n < 20000 {
		return f.but(Warn, fmt.Sprintf("without keep-alive, more than %d connections a second to one server run out of ports", n/60),
			`sudo sysctl -w net.ipv4.ip_local_port_range="15000 65000"`)
	}
	return f
}

func listenBacklog(m Machine) Finding {
	n, err := m.number("/proc/sys/net/core/somaxconn")
	if err != nil {
		return unknown(err)
	}
	f := found("at most %d", n)
	if n < 2048 {
		return f.but(Warn, "servers are given a listen queue of 2048; the kernel cuts it, and connections beyond it wait 1 s or more", "sudo sysctl -w net.core.somaxconn=4096")
	}
	return f
}
