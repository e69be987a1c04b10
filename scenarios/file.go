package scenarios

// The shape of a scenario file. decode.go fills these types, schema.go makes the JSON Schema from them, resolve.go
// turns them into a Scenario. The doc tags are what an editor shows.

type file struct {
	where       `yaml:"-"`
	Name        formed[nameForm]  `yaml:"name" doc:"What the scenario is called in results; the default is the name of the file."`
	Doc         text              `yaml:"doc" doc:"What the scenario is for, in a sentence."`
	App         appForm           `yaml:"app" doc:"The WSGI application: a reference app by name, or your own. Needed unless every target is a url."`
	Targets     []targetForm      `yaml:"targets" jsonschema:"required,minItems=1" doc:"The servers under test."`
	Matrix      matrixForm        `yaml:"matrix" doc:"Every combination of these settings is a cell, for each target that takes them and does not set them itself."`
	Trials      trialsForm        `yaml:"trials" doc:"How often each cell is measured, and in which order."`
	CPUs        cpusForm          `yaml:"cpus" doc:"Where server and load generator run: auto (disjoint halves, the default), off (not pinned), or CPU lists."`
	Requests    []requestForm     `yaml:"requests" jsonschema:"minItems=1" doc:"The request mix, drawn by weight. This or sessions is needed, unless every phase is a replay."`
	Sessions    []sessionForm     `yaml:"sessions" jsonschema:"minItems=1" doc:"In place of requests: users that do several steps in order, drawn by weight."`
	Data        entries[dataForm] `yaml:"data" doc:"Variables for sessions, by the name of the set: ${users.name} is the column name of the set users."`
	Timeout     duration          `yaml:"timeout" doc:"Of one request; at most 60s. The default is 10s."`
	Traffic     []phaseForm       `yaml:"traffic" jsonschema:"required,minItems=1" doc:"The phases of a trial, one after the other."`
	Streams     streamsForm       `yaml:"streams" doc:"What a good stream is, for stream_goodput: streams per second that are whole and keep to this."`
	Connections connectionsForm   `yaml:"connections" doc:"How connections are used: keepalive (the default), close for a new one per request, or {reuse: 100}."`
	Thresholds  []thresholdForm   `yaml:"thresholds" doc:"Conditions that must hold; exit code 3 if one does not."`
	Verify      verifyForm        `yaml:"verify" doc:"Whether servers are checked to answer correctly before they are measured: true (the default), false, or a list of checks."`
	Gate        gateForm          `yaml:"gate" doc:"What wsgibench gate holds: metrics, each with the change for the worse that is still accepted."`
}

type targetForm struct {
	where    `yaml:"-"`
	Server   formed[titleForm]  `yaml:"server" doc:"A server by name (wsgibench list targets), or the path of your own descriptor (./my-host.yaml)."`
	URL      formed[urlForm]    `yaml:"url" doc:"Something that already runs."`
	Name     formed[titleForm]  `yaml:"name" doc:"What to call it in results."`
	Python   formed[pythonForm] `yaml:"python" doc:"The interpreter: a path relative to this file, or a name on PATH."`
	Workers  integer            `yaml:"workers" jsonschema:"minimum=1,maximum=1024" doc:"Worker processes."`
	Threads  integer            `yaml:"threads" jsonschema:"minimum=1,maximum=4096" doc:"Threads per worker."`
	Settings entries[scalar]    `yaml:"-" rest:"true"`
}

type matrixForm struct {
	where    `yaml:"-"`
	App      []formed[titleForm]  `yaml:"app" jsonschema:"minItems=1" doc:"Reference apps, in place of the key app."`
	Database []text               `yaml:"database" jsonschema:"minItems=1,enum=sqlite,enum=postgresql" doc:"Databases of the app."`
	Python   []formed[pythonForm] `yaml:"python" jsonschema:"minItems=1" doc:"Interpreters."`
	Workers  []integer            `yaml:"workers" jsonschema:"minItems=1,minimum=1,maximum=1024" doc:"Numbers of worker processes."`
	Threads  []integer            `yaml:"threads" jsonschema:"minItems=1,minimum=1,maximum=4096" doc:"Numbers of threads per worker."`
	Settings entries[[]scalar]    `yaml:"-" rest:"true"`
}

type cpusForm struct {
	where  `yaml:"-"`
	Word   text    `yaml:"-"` // the short form: auto or off
	Server cpuList `yaml:"server" doc:"CPUs of the server, such as 0-3,8."`
	Load   cpuList `yaml:"load" doc:"CPUs of the load generator."`
}

// A callForm is what a request of the mix and a step of a session have in common; P is the form of its path.
type callForm[P matched] struct {
	where   `yaml:"-"`
	Get     formed[P]          `yaml:"get" doc:"The path to GET, with query."`
	Post    formed[P]          `yaml:"post" doc:"The path to POST to."`
	Put     formed[P]          `yaml:"put" doc:"The path to PUT."`
	Patch   formed[P]          `yaml:"patch" doc:"The path to PATCH."`
	Delete  formed[P]          `yaml:"delete" doc:"The path to DELETE."`
	Head    formed[P]          `yaml:"head" doc:"The path to HEAD."`
	Options formed[P]          `yaml:"options" doc:"The path to ask OPTIONS of."`
	Method  formed[methodForm] `yaml:"method" doc:"Any other method; needs path."`
	Path    formed[P]          `yaml:"path" doc:"The path for method, with query."`
	Name    formed[titleForm]  `yaml:"name" doc:"What to call it in results; the default is method and path."`
	Headers entries[scalar]    `yaml:"headers" doc:"Header fields to send."`
	Body    bodyForm           `yaml:"body" doc:"The body to send: text, or a size to be filled with made-up bytes."`
}

type requestForm struct {
	callForm[pathForm]
	Weight integer    `yaml:"weight" jsonschema:"minimum=1,maximum=1000000" doc:"How often it is drawn, beside the others. The default is 1."`
	Read   byteRate   `yaml:"read" doc:"A slow reader: at most so many bytes per second."`
	Send   byteRate   `yaml:"send" doc:"A slow sender: its body at so many bytes per second."`
	Stream text       `yaml:"stream" jsonschema:"enum=events,enum=lines" doc:"The answer is a stream: of server-sent events, or of lines (a JSON text each). Each is timed as it arrives; streams of the reference app are known as such."`
	Leave  leaveForm  `yaml:"leave" doc:"Leave a stream in the middle, as users do."`
	Expect expectForm `yaml:"expect" doc:"What a right answer is. Unset, any status below 400 is right, and a reference app's body is recomputed."`
}

type bodyForm struct {
	where   `yaml:"-"`
	Text    text    `yaml:"-"` // the short form
	Size    size    `yaml:"size" jsonschema:"required" doc:"How many bytes; at most 1GiB."`
	Chunked boolean `yaml:"chunked" doc:"Send it in chunks, without Content-Length."`
	Chunk   size    `yaml:"chunk" doc:"The size of a chunk, with chunked; the default is 16KiB."`
}

type expectForm struct {
	where   `yaml:"-"`
	Status  integer            `yaml:"status" jsonschema:"minimum=200,maximum=599" doc:"The exact status."`
	Body    text               `yaml:"body" doc:"The exact body."`
	Length  length             `yaml:"length" doc:"Bytes of the body: a number or a size."`
	SHA256  formed[digestForm] `yaml:"sha256" doc:"SHA-256 of the body, hexadecimal."`
	Headers entries[scalar]    `yaml:"headers" doc:"Header fields with exact values."`
}
