package bench

import (
	"os"
	"strings"

	"github.com/prometheus/procfs"

	"github.com/wsgibench/wsgibench/results"
)

// sysctls are those that change what a server can do under load.
var sysctls = []string{
	"net/core/somaxconn", "net/ipv4/ip_local_port_range", "net/ipv4/tcp_tw_reuse", "net/ipv4/tcp_max_syn_backlog",
	"net/ipv4/tcp_wmem", "net/ipv4/tcp_rmem", "kernel/randomize_va_space",
}

func describe(h *results.Host) {
	text := func(field, path string, to **string) {
		b, err := os.ReadFile(path)
		if err != nil {
			h.Unknown[field] = err.Error()
			return
		}
		s := strings.TrimSpace(string(b))
		*to = &s
	}
	text("kernel", "/proc/sys/kernel/osrelease", &h.Kernel)
	text("governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", &h.Governor)
	text("virt", "/sys/devices/virtual/dmi/id/product_name", &h.Virt)
	h.Sysctl = map[string]string{}
	for _, name := range sysctls {
		var v *string
		text(name, "/proc/sys/"+name, &v)
		if v != nil {
			h.Sysctl[name] = strings.Join(strings.Fields(*v), " ")
		}
	}
	describeHardware(h)
}

func describeHardware(h *results.Host) {
	proc, err := procfs.NewDefaultFS()
	if err != nil {
		h.Unknown["cpu_model"], h.Unknown["memory"] = err.Error(), err.Error()
		return
	}
	cpus, err := proc.CPUInfo()
	switch {
	case err != nil:
		h.Unknown["cpu_model"] = err.Error()
	case len(cpus) == 0 || cpus[0].ModelName == "":
		h.Unknown["cpu_model"] = "/proc/cpuinfo names none"
	default:
		h.CPUModel = &cpus[0].ModelName
	}
	mem, err := proc.Meminfo()
	switch {
	case err != nil:
		h.Unknown["memory"] = err.Error()
	case mem.MemTotalBytes == nil:
		h.Unknown["memory"] = "/proc/meminfo has no MemTotal"
	default:
		n := int64(*mem.MemTotalBytes)
		h.Memory = &n
	}
}
