package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

func processors(m Machine) Finding {
	f := found("%d may be used", m.NumCPU)
	switch {
	case m.NumCPU < 2:
		return f.but(Bad, "server and load generator share a processor: each takes the other's time",
			"give this machine or container a second processor")
	case m.NumCPU < 4:
		return f.but(Warn, "what else runs here (and the kernel's network work) shares processors with the server or the generator",
			"four or more leave room; on fewer, take more blocks")
	}
	return f
}

// governor looks at the first processor: governors are set for all alike.
func governor(m Machine) Finding {
	g, err := m.read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
	if errors.Is(err, fs.ErrNotExist) {
		return Finding{Status: Unknown, Found: "not told by this machine (common in virtual machines)"}
	}
	if err != nil {
		return unknown(err)
	}
	if g == "performance" {
		return found("%s", g)
	}
	return found("%s", g).but(Warn, "the clock follows the load: a server looks faster at full load than at a low rate",
		"sudo cpupower frequency-set -g performance")
}

// cpuQuota reads cgroup v2's cpu.max: "max 100000" or "150000 100000".
func cpuQuota(m Machine) Finding {
	text, err := m.cgroup("cpu.max")
	if errors.Is(err, fs.ErrNotExist) {
		return found("none")
	}
	if err != nil {
		return unknown(err)
	}
	fields := strings.Fields(text)
	if len(fields) != 2 || fields[0] == "max" {
		return found("none")
	}
	quota, err1 := strconv.ParseFloat(fields[0], 64)
	period, err2 := strconv.ParseFloat(fields[1], 64)
	if err := errors.Join(err1, err2); err != nil || period <= 0 {
		return unknown(fmt.Errorf("cpu.max is %q", text))
	}
	cpus := quota / period
	f := found("%.3g processors", cpus)
	if cpus < float64(m.NumCPU) {
		return f.but(Bad, fmt.Sprintf("the cgroup stops everything in it for the rest of each period once %.3g processors' time is used: latencies show these stops", cpus),
			"run in a cgroup or container without a CPU quota; pin processors (cpuset) instead")
	}
	return f
}

// cgroup reads a file of this process's cgroup (v2), or of the nearest ancestor that has it.
func (m Machine) cgroup(file string) (string, error) {
	self, err := m.read("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	path := ""
	for _, line := range strings.Split(self, "\n") {
		if p, ok := strings.CutPrefix(line, "0::"); ok {
			path = p
		}
	}
	for {
		text, err := m.read("/sys/fs/cgroup" + strings.TrimSuffix(path, "/") + "/" + file)
		if err == nil || !errors.Is(err, fs.ErrNotExist) || path == "" || path == "/" {
			return text, err
		}
		path = path[:strings.LastIndex(path, "/")]
	}
}

func memoryLimit(m Machine) Finding {
	text, err := m.cgroup("memory.max")
	if errors.Is(err, fs.ErrNotExist) || text == "max" {
		return found("none")
	}
	if err != nil {
		return unknown(err)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return unknown(fmt.Errorf("memory.max is %q", text))
	}
	f := found("%d MiB", n>>20)
	if n < 1<<30 {
		return f.but(Warn, "servers with many workers may be killed for want of memory", "raise the container's memory limit to 1 GiB or more")
	}
	return f
}

// neighbours reads the load average of the last minute: wsgibench itself has hardly begun.
func neighbours(m Machine) Finding {
	text, err := m.read("/proc/loadavg")
	if err != nil {
		return unknown(err)
	}
	load, err := strconv.ParseFloat(strings.Fields(text + " x")[0], 64)
	if err != nil {
		return unknown(fmt.Errorf("/proc/loadavg is %q", text))
	}
	f := found("load average of the last minute %.2f on %d processors", load, m.NumCPU)
	const why, mend = "other programs take processor time from the server or the generator", "look at top, end what is not needed, wait a minute, and look again"
	switch share := load / float64(max(1, m.NumCPU)); {
	case share > 0.5:
		return f.but(Bad, why, mend)
	case share > 0.1:
		return f.but(Warn, why, mend)
	}
	return f
}

// stolenTime reads the share since the machine started; the run itself measures it per phase.
func stolenTime(m Machine) Finding {
	text, err := m.read("/proc/stat")
	if err != nil {
		return unknown(err)
	}
	fields := strings.Fields(strings.SplitN(text, "\n", 2)[0])
	if len(fields) < 9 || fields[0] != "cpu" {
		return unknown(errors.New("/proc/stat has no line of stolen time"))
	}
	var all, steal float64
	for i, s := range fields[1:9] {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return unknown(fmt.Errorf("/proc/stat: %w", err))
		}
		all += v
		if i == 7 {
			steal = v
		}
	}
	share := steal / max(all, 1)
	f := found("%.2f %% since the machine started", 100*share)
	if share > 0.01 {
		return f.but(Warn, "the hypervisor gives this machine's processors to others", "take more blocks, or a machine with processors of its own")
	}
	return f
}
