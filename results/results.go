// Package results answers: what did a run leave behind?
//
// It holds the types of a run record (Run, Trial, Metric), the run directory that stores them as they happen, and the
// readers and writers of every export format. It measures nothing, decides nothing and draws nothing.
//
// All data is in base units: seconds, bytes, events per second, or 1 for ratios and counts. Unknown values are null
// with a reason, never left out.
package results

import (
	"time"
)

// Schema names the format of the run directory.
const Schema = "wsgibench.run/v1"

// A Run is what run.json says: everything that is known before the first trial starts.
type Run struct {
	Schema   string    `json:"schema"`
	ID       string    `json:"id"`
	Started  time.Time `json:"started"`
	Tool     Tool      `json:"tool"`
	Args     []string  `json:"args"` // the command line, to reproduce the run
	Scenario Scenario  `json:"scenario"`
	Seed     uint64    `json:"seed"`
	Blocks   int       `json:"blocks"`          // with Until the most
	Until    *Until    `json:"until,omitempty"` // when the run may stop before its last block; absent: not
	Order    []Slot    `json:"order"`           // the trials in the order in which they are run
	Cells    []Cell    `json:"cells"`           // in the order of the scenario
	Phases   []Phase   `json:"phases"`
	Host     Host      `json:"host"`
	CPUs     CPUs      `json:"cpus"`
	Missing  []Missing `json:"missing,omitempty"` // targets that the scenario names and this machine cannot run
	// Conformance is how the servers answered the checks that the scenario needs, before the first trial: exactly the
	// versions that were measured. Empty where the scenario asked for none.
	Conformance []Conformance `json:"conformance,omitempty"`
	// Calibration is what the load generator could do just before the first trial; null where it was not measured.
	Calibration       *Calibration `json:"calibration" jsonschema:"nullable"`
	CalibrationReason string       `json:"calibration_reason,omitempty"` // why Calibration is null
}

// A Tool is the wsgibench that made the run.
type Tool struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// A Scenario is the scenario file as it was read, with the changes made on the command line.
type Scenario struct {
	Name   string   `json:"name"`
	Path   string   `json:"path"`
	SHA256 string   `json:"sha256"`
	Text   string   `json:"text"`
	Set    []string `json:"set,omitempty"` // key=value changes, in order
}

// A Slot is one place in the order of a run.
type Slot struct {
	Block int    `json:"block"` // from 1
	Cell  string `json:"cell"`  // Cell.ID
}

// A Cell is one target × one app × one point of the matrix.
type Cell struct {
	ID       string            `json:"id"`     // unique in the run, safe in a file name
	Label    string            `json:"label"`  // what a person reads; unique in the run
	Target   string            `json:"target"` // server name, descriptor path or URL
	App      string            `json:"app"`
	Python   string            `json:"python,omitempty"` // the interpreter asked for
	Settings map[string]string `json:"settings,omitempty"`
	// Descriptor is the server descriptor as it was read (YAML); empty for a URL.
	Descriptor string `json:"descriptor,omitempty"`
	// Argv is the command line that starts the server, with port 8000 in place of each trial's own.
	Argv     []string          `json:"argv,omitempty"`
	Behind   [][]string        `json:"behind,omitempty"`   // those of the programs behind it, for a stack of several
	Versions map[string]string `json:"versions,omitempty"` // interpreter and packages in use: "python" → "3.13.0", "gunicorn" → "26.1.0"
	Limits   []string          `json:"limits,omitempty"`   // what the server cannot do or be given, in words
}

// A Phase is a stretch of traffic with one load model, in the order of the scenario.
type Phase struct {
	Name          string  `json:"name"`
	Warmup        bool    `json:"warmup,omitempty"`
	Model         string  `json:"model"`    // "open" or "closed"
	Schedule      string  `json:"schedule"` // in words: "500/s poisson", "32 clients"
	Clients       int     `json:"clients,omitempty"`
	Pauses        bool    `json:"pauses,omitempty"`         // clients do not wait for answers all the time: they think, or carry out sessions
	Beside        string  `json:"beside,omitempty"`         // the phase beside which these clients are held; empty: a phase of its own
	Ladder        string  `json:"ladder,omitempty"`         // of which it is a step, or held beside one; empty: of none
	Block         int     `json:"block,omitempty"`          // size in bytes of the blocks of all streams; 0: there are none, or of several sizes
	Gap           float64 `json:"gap,omitempty"`            // planned mean between two blocks of all streams, seconds; 0: none is planned, or several are
	ReadRate      float64 `json:"read_rate,omitempty"`      // B/s at which the clients read all streams; 0: as fast as it goes, or at several rates
	ReceiveBuffer int     `json:"receive_buffer,omitempty"` // SO_RCVBUF that was asked for, bytes; 0: the kernel's own
	Duration      float64 `json:"duration"`                 // seconds
	Offered       float64 `json:"offered,omitempty"`        // mean of the schedule, 1/s; 0 for the closed model
}

// A Host is the machine. Fields that this machine does not tell are null; Unknown says why.
type Host struct {
	Hostname string            `json:"hostname"`
	OS       string            `json:"os"`
	Kernel   *string           `json:"kernel" jsonschema:"nullable"`
	CPUModel *string           `json:"cpu_model" jsonschema:"nullable"`
	NumCPU   int               `json:"num_cpu"`
	Memory   *int64            `json:"memory" jsonschema:"nullable"` // bytes
	Governor *string           `json:"governor" jsonschema:"nullable"`
	Virt     *string           `json:"virt" jsonschema:"nullable"`
	Sysctl   map[string]string `json:"sysctl,omitempty"`  // somaxconn, ip_local_port_range, ...
	Unknown  map[string]string `json:"unknown,omitempty"` // field → reason
}

// CPUs says which processors were asked for and which were obtained, as Linux CPU lists ("0,2-3").
type CPUs struct {
	Asked  string `json:"asked"`            // "auto" or the scenario's own words
	Server string `json:"server"`           // empty: not pinned
	Load   string `json:"load"`             // empty: not pinned
	Reason string `json:"reason,omitempty"` // why not pinned
}

// Missing is a target left out of a run, and why.
type Missing struct {
	Target string `json:"target"`
	Reason string `json:"reason"`
	Hint   string `json:"hint,omitempty"`
}

// Verdicts of a trial.
const (
	Valid   = "valid"   // its figures count
	Invalid = "invalid" // it was measured, and its figures do not mean what they seem to; Reasons say why
	Failed  = "failed"  // it could not be measured; Failure says why
)

// A Trial is one cell, run once: one line of trials.jsonl, written when the trial ends.
type Trial struct {
	ID       string    `json:"id"` // unique in the run, safe in a file name
	Cell     string    `json:"cell"`
	Block    int       `json:"block"`    // from 1
	Position int       `json:"position"` // from 1, in the order of the run
	Started  time.Time `json:"started"`
	Duration float64   `json:"duration"` // seconds, from start to stopped
	Verdict  string    `json:"verdict"`
	Reasons  []Notice  `json:"reasons,omitempty"`  // why not valid
	Warnings []Notice  `json:"warnings,omitempty"` // what a reader should know all the same
	Failure  *Failure  `json:"failure,omitempty"`
	Ladders  []Climb   `json:"ladders,omitempty"` // how far it got where more and more clients were held
	Obtained Obtained  `json:"obtained"`
	Metrics  []Metric  `json:"metrics"`
	Statuses []Count   `json:"statuses,omitempty"` // HTTP status codes per phase
	Errors   []Count   `json:"errors,omitempty"`   // error kinds per phase, with one example text each
	Series   []Series  `json:"series,omitempty"`   // values per second: goodput, rss, ...
	Hist     string    `json:"hist,omitempty"`     // path of the interval log inside the run directory
	Log      string    `json:"log,omitempty"`      // path of the server's output inside the run directory
}

// A Notice is something a reader must know: a stable code, a sentence, and what to do about it.
type Notice struct {
	Code string `json:"code"` // "generator-limited", "schedule-missed", "errors", ...
	Text string `json:"text"`
	Hint string `json:"hint,omitempty"`
}

// A Failure says at which stage a trial ended, why, and the last lines that the server printed.
type Failure struct {
	Stage string   `json:"stage"` // "environment", "start", "ready", "traffic", "stop"
	Text  string   `json:"text"`
	Hint  string   `json:"hint,omitempty"`
	Tail  []string `json:"tail,omitempty"`
}

// Obtained is what the trial really had, beside what was asked for.
type Obtained struct {
	Argv       []string   `json:"argv,omitempty"`
	Behind     [][]string `json:"behind,omitempty"` // of a stack: the programs behind the one that listens
	ServerCPUs string     `json:"server_cpus,omitempty"`
	LoadCPUs   string     `json:"load_cpus,omitempty"`
	Workers    *int       `json:"workers" jsonschema:"nullable"`   // distinct worker processes that answered or were seen
	Threads    *int       `json:"threads" jsonschema:"nullable"`   // of the whole process tree when ready
	Processes  *int       `json:"processes" jsonschema:"nullable"` // of the whole process tree when ready
	KeepAlive  *bool      `json:"keep_alive" jsonschema:"nullable"`
	ReadyAfter float64    `json:"ready_after"`       // seconds from start to ready
	Server     string     `json:"server,omitempty"`  // the Server response header
	Framing    string     `json:"framing,omitempty"` // "content-length", "chunked", "close"
}

// A Metric is one number about one trial. The name says what, the unit is a base unit ("s", "B", "1/s", "1").
type Metric struct {
	Name    string   `json:"name"`
	Unit    string   `json:"unit"`
	Phase   string   `json:"phase,omitempty"`   // empty: the whole trial
	Request string   `json:"request,omitempty"` // empty: all requests
	Value   *float64 `json:"value" jsonschema:"nullable"`
	Reason  string   `json:"reason,omitempty"` // why Value is null
}

// A Count is how often something was seen in a phase.
type Count struct {
	Phase   string `json:"phase"`
	Kind    string `json:"kind"` // "200", "timeout", "wrong-body", ...
	Count   int64  `json:"count"`
	Example string `json:"example,omitempty"`
}

// A Series is a metric over time: one value per second from the start of the phase; null where it is unknown.
type Series struct {
	Name   string     `json:"name"`
	Unit   string     `json:"unit"`
	Phase  string     `json:"phase,omitempty"`
	Start  float64    `json:"start"` // seconds since Trial.Started
	Step   float64    `json:"step"`  // seconds
	Values []*float64 `json:"values"`
}

// Known returns a metric with a value.
func Known(name, unit string, v float64) Metric { return Metric{Name: name, Unit: unit, Value: &v} }

// Unknown returns a metric without a value, and why.
func Unknown(name, unit, reason string) Metric { return Metric{Name: name, Unit: unit, Reason: reason} }

// Metric finds a metric of the trial by name, phase and request; nil if the trial has none or it is unknown.
func (t *Trial) Metric(name, phase, request string) *float64 {
	for i := range t.Metrics {
		if m := &t.Metrics[i]; m.Name == name && m.Phase == phase && m.Request == request {
			return m.Value
		}
	}
	return nil
}
