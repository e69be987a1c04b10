package bench

import (
	"fmt"
	"os"
	"runtime"
	"slices"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets/process"
)

// assign splits the processors: the generator and the server never share one where there are two or more.
func assign(want scenarios.CPUs) (server, load []int, record results.CPUs, err error) {
	record.Asked = "auto"
	if !want.Auto {
		record.Asked = fmt.Sprintf("server: %q, load: %q", want.Server, want.Load)
	}
	if !want.Auto && want.Server == "" && want.Load == "" {
		record.Asked, record.Reason = "off", "the scenario says so"
		return nil, nil, record, nil
	}
	have, err := process.Available()
	if err != nil {
		record.Reason = err.Error()
		if want.Auto {
			return nil, nil, record, nil
		}
		return nil, nil, record, badInput("cpus: %w", err)
	}
	if want.Auto {
		if len(have) < 2 {
			record.Reason = "only one processor may be used: server and generator share it"
			return nil, nil, record, nil
		}
		server, load = split(have)
	} else if server, load, err = named(want, have); err != nil {
		return nil, nil, record, err
	}
	record.Server, record.Load = process.FormatCPUs(server), process.FormatCPUs(load)
	return server, load, record, nil
}

// split gives the generator a third of the processors, and at least one: an HTTP client in Go needs less than half of
// what a Python server needs for the same requests.
func split(have []int) (server, load []int) {
	n := max(1, len(have)/3)
	return have[n:], have[:n]
}

func named(want scenarios.CPUs, have []int) (server, load []int, err error) {
	parse := func(key, list string) []int {
		if list == "" || err != nil {
			return nil
		}
		cpus, perr := process.ParseCPUs(list)
		if perr != nil {
			err = badInput("cpus: %s: %w", key, perr)
			return nil
		}
		for _, c := range cpus {
			if !slices.Contains(have, c) {
				err = badInput("cpus: %s: processor %d is not among those that may be used here (%s)", key, c, process.FormatCPUs(have))
			}
		}
		return cpus
	}
	server, load = parse("server", want.Server), parse("load", want.Load)
	if server == nil && load != nil { // the server would inherit the generator's
		server = slices.DeleteFunc(slices.Clone(have), func(c int) bool { return slices.Contains(load, c) })
	}
	if err == nil && load != nil && len(server) == 0 {
		err = badInput("cpus: load: %s leaves no processor for the server", want.Load)
	}
	return server, load, err
}

// pinSelf pins every thread of this process and makes Go use as many processors as it was given.
func pinSelf(cpus []int) (undo func(), err error) {
	before, err := process.Affinity(os.Getpid())
	if err != nil {
		return nil, fmt.Errorf("pin the load generator: %w", err)
	}
	if err := process.Pin(os.Getpid(), cpus); err != nil {
		return nil, fmt.Errorf("pin the load generator to processors %s: %w", process.FormatCPUs(cpus), err)
	}
	procs := runtime.GOMAXPROCS(len(cpus))
	return func() {
		runtime.GOMAXPROCS(procs)
		_ = process.Pin(os.Getpid(), before) // the run is over; nothing is measured any more
	}, nil
}
