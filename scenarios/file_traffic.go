package scenarios

type phaseForm struct {
	where    `yaml:"-"`
	Name     formed[nameForm]    `yaml:"name" doc:"What to call it in results and thresholds; the default is warmup or phase-1."`
	Warmup   boolean             `yaml:"warmup" doc:"Sent, but not measured."`
	Rate     rateForm            `yaml:"rate" doc:"Open model: requests due on a schedule, whatever the server does."`
	Arrivals text                `yaml:"arrivals" jsonschema:"enum=constant,enum=poisson" doc:"The schedule of rate: evenly spaced (the default), or random as of independent users."`
	Clients  integer             `yaml:"clients" jsonschema:"minimum=1,maximum=10000" doc:"Closed model: connections, each with one request at a time."`
	Think    thinkForm           `yaml:"think" doc:"Closed model: how long a client waits between an answer and its next request. The default is not at all."`
	Replay   replayForm          `yaml:"replay" doc:"Open model: the requests of an access log, when they came, in place of those of this file."`
	Only     []formed[titleForm] `yaml:"only" jsonschema:"minItems=1" doc:"Names of the requests that this phase sends; the default is all of them."`
	Held     heldForm            `yaml:"held" doc:"Clients that send other requests all the time beside it: streams that are held while short requests are measured."`
	For      duration            `yaml:"for" jsonschema:"required" doc:"How long. A replay ends with its log, if that is earlier."`
}

type rateForm struct {
	where `yaml:"-"`
	Fixed rate     `yaml:"-"` // the short form
	From  rate     `yaml:"from" doc:"The rate at the beginning of a ramp; needs to."`
	To    rate     `yaml:"to" doc:"The rate at the end of a ramp; needs from."`
	Steps []rate   `yaml:"steps" jsonschema:"minItems=1" doc:"Rates, one after the other; needs each. The last one holds to the end of the phase."`
	Each  duration `yaml:"each" doc:"How long each step lasts."`
	Sine  sineForm `yaml:"sine" doc:"A rate that swings around its mean, from the mean upwards."`
	Burst integer  `yaml:"burst" jsonschema:"minimum=1,maximum=100000" doc:"Requests that are due all at once, the first at the beginning of the phase; needs every."`
	Every duration `yaml:"every" doc:"The time from one burst to the next."`
}

type sineForm struct {
	where     `yaml:"-"`
	Mean      rate     `yaml:"mean" jsonschema:"required" doc:"The rate around which it swings."`
	Amplitude rate     `yaml:"amplitude" jsonschema:"required" doc:"How far it goes up and down; at most the mean."`
	Period    duration `yaml:"period" jsonschema:"required" doc:"From one top to the next."`
}

type thinkForm struct {
	where       `yaml:"-"`
	Fixed       duration      `yaml:"-"` // the short form
	Exponential duration      `yaml:"exponential" doc:"Drawn from the exponential distribution with this mean."`
	Lognormal   lognormalForm `yaml:"lognormal" doc:"Drawn from the lognormal distribution: mostly short, now and then long, as people are."`
}

type lognormalForm struct {
	where  `yaml:"-"`
	Median duration `yaml:"median" jsonschema:"required" doc:"Half of the pauses are shorter."`
	Sigma  decimal  `yaml:"sigma" jsonschema:"required,minimum=0,maximum=5" doc:"Standard deviation of the pause's natural logarithm: 0.5 is moderate, 1 is much."`
}

type replayForm struct {
	where `yaml:"-"`
	Log   formed[fileForm] `yaml:"log" jsonschema:"required" doc:"An access log, relative to this file: common or combined format, or JSON lines with time, method and path. What sends a body (POST, PUT, PATCH) is left out, as no log holds it."`
	Speed decimal          `yaml:"speed" jsonschema:"exclusiveMinimum=0,maximum=1000" doc:"How many times as fast as it was logged. The default is 1."`
}

type connectionsForm struct {
	where         `yaml:"-"`
	Word          text    `yaml:"-"` // the short form: keepalive or close
	KeepAlive     boolean `yaml:"keepalive" doc:"Use connections again; the default is true."`
	Close         boolean `yaml:"close" doc:"A new connection for every request."`
	Unix          boolean `yaml:"unix" doc:"Over a Unix socket in place of TCP; servers that cannot are left out."`
	ReceiveBuffer size    `yaml:"receive_buffer" doc:"SO_RCVBUF of the clients' sockets: a small one lets the server feel a slow reader early. The default is the kernel's."`
	Reuse         integer `yaml:"reuse" jsonschema:"minimum=1,maximum=1000000000" doc:"A new connection after this many requests."`
}
