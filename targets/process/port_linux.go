package process

import (
	"fmt"
	"os"
)

// ephemeralPorts returns the kernel's range for outgoing connections; its default where it cannot be read.
func ephemeralPorts() (low, high int) {
	b, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err == nil {
		if _, err = fmt.Sscan(string(b), &low, &high); err == nil {
			return low, high
		}
	}
	return 32768, 60999
}
