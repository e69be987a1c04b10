package results

// A Calibration is what the load generator can do on this machine, measured against a null server: one that does nothing
// but answer, in a process of its own on the processors of the servers. What a server is measured at near these figures
// is the generator's limit, not the server's.
type Calibration struct {
	// Ceiling is how many requests per second the closed model gets answered, in the best of several stretches: whatever
	// else runs on the machine can only take away from it.
	Ceiling float64 `json:"ceiling"`
	// Capacity is Ceiling / GeneratorCPU, 1/s: what the generator would get with all of its processors' time. At the
	// ceiling the null server is the slower of the two where the generator has several processors, or the better one.
	Capacity      float64 `json:"capacity"`
	Clients       int     `json:"clients"`         // of the closed model
	BodyBytes     int     `json:"body_bytes"`      // of the null server's answer
	GeneratorCPU  float64 `json:"generator_cpu"`   // share of the generator's processors that it used at the ceiling
	CPUPerRequest float64 `json:"cpu_per_request"` // of the generator, s, at the ceiling
	Rate          float64 `json:"rate"`            // 1/s, of the open model in which the send lag was measured
	SendLagP50    float64 `json:"send_lag_p50"`    // s
	SendLagP90    float64 `json:"send_lag_p90"`    // s
	SendLagP99    float64 `json:"send_lag_p99"`    // s
	ResponseMin   float64 `json:"response_min"`    // s, of one client: nothing shorter can be seen
	ResponseP50   float64 `json:"response_p50"`    // s, of one client
	Stalled       float64 `json:"stalled"`         // highest share of a stretch in which the generator did not get to run
	Duration      float64 `json:"duration"`        // s, of the whole calibration
	ServerCPUs    string  `json:"server_cpus"`     // of the null server, as a Linux CPU list; empty: not pinned
	LoadCPUs      string  `json:"load_cpus"`       // of the generator
	// Streams are the floor of each streamed request of each measured phase; absent where the scenario streams nothing.
	Streams []StreamFloor `json:"streams,omitempty"`
}
