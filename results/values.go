package results

// A Value is what one trial says about a metric.
type Value struct {
	Trial   string   `json:"trial"`
	Block   int      `json:"block"`
	Verdict string   `json:"verdict"`
	Value   *float64 `json:"value" jsonschema:"nullable"`
	Reason  string   `json:"reason,omitempty"` // why Value is null
}

// Values returns a metric of every recorded trial of a cell, in the order in which the trials ended, whatever their
// verdict. An empty phase means the whole trial, an empty request all requests.
func (r *Record) Values(cell, metric, phase, request string) []Value {
	var out []Value
	for _, t := range r.Of(cell) {
		v := Value{Trial: t.ID, Block: t.Block, Verdict: t.Verdict}
		v.Value, v.Reason = t.lookup(metric, phase, request)
		out = append(out, v)
	}
	return out
}

// lookup finds the value of a metric, or the reason why there is none.
func (t *Trial) lookup(metric, phase, request string) (*float64, string) {
	for i := range t.Metrics {
		m := &t.Metrics[i]
		if m.Name != metric || m.Phase != phase || m.Request != request {
			continue
		}
		if m.Value == nil && m.Reason == "" {
			return nil, "unknown, and no reason was recorded"
		}
		return m.Value, m.Reason
	}
	if why := t.unreached(phase); why != "" {
		return nil, why
	}
	if t.Failure != nil {
		return nil, "the trial failed: " + t.Failure.Text
	}
	return nil, "not measured"
}
