package collect

import "github.com/wsgibench/wsgibench/results"

// perRequest adds the metrics that need two collectors: the server's CPU time and memory per request answered rightly.
func perRequest(ms []results.Metric) []results.Metric {
	find := func(name string) (*float64, string) {
		for _, m := range ms {
			if m.Name == name && m.Request == "" {
				return m.Value, m.Reason
			}
		}
		return nil, "not measured"
	}
	cpu, why := find("cpu")
	requests, _ := find("requests")
	errors, _ := find("errors_count")
	const name, unit = "cpu_per_request", "s"
	switch {
	case cpu == nil:
		return append(ms, results.Unknown(name, unit, why))
	case requests == nil || errors == nil || *requests-*errors <= 0:
		return append(ms, results.Unknown(name, unit, "no request was answered correctly"))
	}
	return append(ms, results.Known(name, unit, *cpu/(*requests-*errors)))
}
