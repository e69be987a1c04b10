package collect

import (
	"errors"
	"fmt"

	"github.com/prometheus/procfs"
)

func readCounters() (counters, error) {
	var c counters
	proc, err := procfs.NewDefaultFS()
	if err != nil {
		return c, fmt.Errorf("open /proc: %w", err)
	}
	self, err := proc.Self()
	if err != nil {
		return c, fmt.Errorf("open /proc/self: %w", err)
	}
	net, err := self.Netstat()
	if err != nil {
		return c, fmt.Errorf("read /proc/self/net/netstat: %w", err)
	}
	snmp, err := self.Snmp()
	if err != nil {
		return c, fmt.Errorf("read /proc/self/net/snmp: %w", err)
	}
	stat, err := proc.Stat()
	if err != nil {
		return c, fmt.Errorf("read /proc/stat: %w", err)
	}
	if net.ListenOverflows == nil || net.DelayedACKs == nil || snmp.RetransSegs == nil {
		return c, errors.New("the kernel does not count listen-queue overflows, delayed acknowledgements or retransmits")
	}
	c.overflows, c.delayedACKs, c.retransmits = *net.ListenOverflows, *net.DelayedACKs, *snmp.RetransSegs
	t := stat.CPUTotal
	c.steal = t.Steal
	c.all = t.User + t.Nice + t.System + t.Idle + t.Iowait + t.IRQ + t.SoftIRQ + t.Steal
	return c, nil
}
