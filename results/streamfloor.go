package results

// A StreamFloor is what the load generator sees of the streams of a phase when a server of known truth sends them: one
// that yields each block at its planned instant and writes it at once. What a server is measured at or below this is the
// generator's and the machine's, not the server's.
type StreamFloor struct {
	Phase    string  `json:"phase"`   // of the scenario: its clients or its schedule, for a short stretch
	Request  string  `json:"request"` // of the scenario
	Clients  int     `json:"clients"` // 0: the phase's schedule
	Blocks   int     `json:"blocks"`
	Size     int     `json:"size"`     // of a block, B
	Gap      float64 `json:"gap"`      // planned mean, s; 0: as fast as they are taken
	Law      string  `json:"law"`      // of the gaps: "constant", "gamma", "burst"
	Duration float64 `json:"duration"` // of the stretch, s
	Stalled  float64 `json:"stalled"`  // share of it in which the generator did not get to run
	Waited   float64 `json:"waited"`   // share of the CPU time that the generator wanted and did not get
	// Capacity is the body rate, B/s, where nothing but this side and that server sets the pace: what the generator takes of
	// such streams at most; null for streams with gaps, for slow readers, and where nothing was measured.
	Capacity *float64 `json:"capacity" jsonschema:"nullable"`
	// Metrics have the names that they have in a trial; of the delivery delay, the jitter and the time to the first block
	// they are the floor.
	Metrics []Metric `json:"metrics"`
	Reason  string   `json:"reason,omitempty"` // why nothing was measured
}

// Metric finds a metric of the floor; nil where it is not known.
func (f *StreamFloor) Metric(name string) *float64 {
	for i := range f.Metrics {
		if f.Metrics[i].Name == name {
			return f.Metrics[i].Value
		}
	}
	return nil
}

// Floor is what the load generator itself adds to a time of a phase's streams ("delivery_p50"), in base units: the
// largest of those of its requests. Where it is not known it says why.
func (r *Run) Floor(phase, metric string) (floor *float64, why string) {
	if r.Calibration == nil {
		return nil, r.CalibrationReason
	}
	why = "the calibration had no streams of this phase"
	for i := range r.Calibration.Streams {
		f := &r.Calibration.Streams[i]
		if f.Phase != phase {
			continue
		}
		v := f.Metric(metric)
		if v == nil {
			why = f.Reason
			for _, m := range f.Metrics {
				if m.Name == metric {
					why = m.Reason
				}
			}
			return nil, why
		}
		if floor == nil || *v > *floor {
			floor, why = v, ""
		}
	}
	return floor, why
}
