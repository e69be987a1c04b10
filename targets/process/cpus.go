package process

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxCPUs is how many processors the kernel's fixed-size set can name (CPU_SETSIZE).
const maxCPUs = 1024

// ParseCPUs reads a list of processors as Linux writes it, "0,2-3", and returns them in order, each once. See the list
// format in cpuset(7); strides ("0-10:2") are not taken.
func ParseCPUs(list string) ([]int, error) {
	if strings.TrimSpace(list) == "" {
		return nil, errors.New("no CPUs: expected a list such as 0,2-3")
	}
	var cpus []int
	for _, part := range strings.Split(list, ",") {
		lo, hi, isRange := strings.Cut(strings.TrimSpace(part), "-")
		first, err := cpuNumber(lo)
		if err != nil {
			return nil, fmt.Errorf("CPUs %q: %w", list, err)
		}
		last := first
		if isRange {
			if last, err = cpuNumber(hi); err != nil {
				return nil, fmt.Errorf("CPUs %q: %w", list, err)
			}
		}
		if last < first {
			return nil, fmt.Errorf("CPUs %q: the range %s runs backwards", list, part)
		}
		for c := first; c <= last; c++ {
			cpus = append(cpus, c)
		}
	}
	slices.Sort(cpus)
	return slices.Compact(cpus), nil
}

func cpuNumber(s string) (int, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 16)
	if err != nil || n >= maxCPUs {
		return 0, fmt.Errorf("%q is not a CPU number from 0 to %d; expected a list such as 0,2-3", s, maxCPUs-1)
	}
	return int(n), nil
}

// FormatCPUs writes a list that ParseCPUs reads: in order, neighbours joined. An empty list is an empty string.
func FormatCPUs(cpus []int) string {
	sorted := slices.Compact(slices.Sorted(slices.Values(cpus)))
	var parts []string
	for i := 0; i < len(sorted); {
		j := i
		for j+1 < len(sorted) && sorted[j+1] == sorted[j]+1 {
			j++
		}
		part := strconv.Itoa(sorted[i])
		if j > i {
			part += "-" + strconv.Itoa(sorted[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ",")
}
