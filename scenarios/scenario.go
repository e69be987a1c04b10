// Package scenarios answers: what does the file say, is it valid, which cells does it mean?
//
// It reads scenario files (YAML), reports every mistake in them at once with its place, and expands the matrix into
// cells. It knows no servers and no apps: whether a named one exists is asked of the caller (Names).
package scenarios

import "time"

// A Scenario crosses targets with an app and a traffic script.
type Scenario struct {
	Name        string
	Doc         string // what the scenario is for; one sentence
	App         App
	Targets     []Target
	Matrix      map[string][]string // axis → points: "python", "workers", "threads", "app", "database"
	Trials      Trials
	CPUs        CPUs
	Requests    []Request // empty where there are Sessions, or where every phase is a replay
	Sessions    []Session
	Data        []Data // variables of the sessions, in the order of the file
	Traffic     []Phase
	Streams     Streams
	Connections Connections
	Timeout     time.Duration // of one request; default 10 s
	Thresholds  []Threshold
	Verify      Verify
	Gate        []GateMetric // in the order of gateWords; empty: the scenario is not meant for a gate

	Path   string   // where it was read from
	Text   string   // as it was read
	SHA256 string   // of Text, hexadecimal
	Set    []string // the key=value changes made to it
}

// An App is a reference app by name, or the user's own.
type App struct {
	Name   string            // a reference app; empty for an own one
	Module string            // "package.module:callable" of an own app
	Dir    string            // made absolute, relative to the scenario file
	Python string            // interpreter; a path is made absolute, a bare name is looked up later
	Env    map[string]string // added to the server's environment

	Database string // "sqlite" or "postgresql"; empty: none, for a reference app what it has by itself
}

// A Target is a server under test with its settings, or a URL that already runs.
type Target struct {
	Server   string            // name or path (made absolute) of a descriptor; empty for a URL
	URL      string            // something that already runs
	Name     string            // what to call it; empty: made from the rest
	Python   string            // interpreter; empty: the app's, or the default
	Settings map[string]string // workers, threads and the descriptor's other settings
	Axes     []string          // axes of the matrix that multiply this target, sorted; filled by Parse
	Line     int               // in the scenario file, for errors found later
	Column   int
}

// CPUs says where the server and the load generator run.
type CPUs struct {
	Auto   bool   // the default: disjoint halves where there are two or more
	Server string // Linux CPU lists: "0", "0-3,8"; empty: not pinned
	Load   string
}

// A Request is one entry of the mix.
type Request struct {
	Name   string // for tables; default "GET /hello"
	Method string
	Path   string // with query
	Header []Header
	Body   Body
	Weight int // default 1
	Expect Expect
	Manner Manner
	Stream string // what the blocks of a streamed answer are: "events" or "lines"; empty: it is none, or the app's are known
}

// A Header is one field of a request or an expectation, in order.
type Header struct{ Name, Value string }

// A Body is a request body: given, or made deterministically with a size.
type Body struct {
	Text    string
	Size    int64 // bytes, 0: Text
	Chunked bool  // send without Content-Length
	Chunk   int64 // bytes of a chunk; 0: 16 KiB
}

// Expect says what a right answer is; unset fields are not checked, except that a status of 400 and above is an error
// unless Status says so. For a reference app an unset Body is recomputed by the client.
type Expect struct {
	Status  int     // 0: any below 400
	Body    *string // exact
	Length  *int64  // bytes of the body
	SHA256  string  // of the body, hexadecimal
	Headers []Header
}

// Connections says how connections are used.
type Connections struct {
	KeepAlive bool // default true
	Reuse     int  // requests per connection; 0: no limit
	Unix      bool // over a Unix socket in place of TCP
	// ReceiveBuffer is the SO_RCVBUF of the clients' sockets in bytes; 0: the kernel's.
	ReceiveBuffer int
}

// A Phase is a stretch of traffic with one load model: Rate or Replay is set in the open model, Clients in the closed.
type Phase struct {
	Name    string // default "warmup" or "phase-1"; unique
	Warmup  bool
	Rate    *Rate
	Replay  *Replay
	Clients int
	Think   *Think        // closed model: the pause of a client between an answer and its next request; nil: none
	For     time.Duration // of a replay: at most
	Only    []string      // names of the requests that it sends; nil: all
	Held    *Held         // beside it; nil: nothing
	Ladder  *Ladder       // of which it is a step; nil: of none
}

// A Threshold is a condition on a metric: "p99(response) < 50ms".
type Threshold struct {
	Text   string
	Metric string  // results.Metric name: "response_p99", "errors", "goodput"
	Phase  string  // empty: every measured phase
	Op     string  // < <= > >=
	Limit  float64 // base units
	Line   int
	Column int
}

// A Cell is one target × one app × one point of the matrix.
type Cell struct {
	ID       string // unique, safe in a file name
	Label    string // unique, for people
	Target   Target // with the matrix point applied
	App      App    // with the matrix point applied
	Settings map[string]string
	Python   string
}

// Names are the words that a scenario may use and that this package does not know; it asks in order to report unknown
// ones with the nearest known. What is nil is not checked.
type Names struct {
	Servers  []string
	Apps     []string
	Checks   []string                              // what verify may name
	Settings func(server string) ([]string, error) // the settings that a server (name or absolute path) takes
	Python   func(server string) bool              // whether the server runs a Python interpreter; asked where Settings knows it
}
