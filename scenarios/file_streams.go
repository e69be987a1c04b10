package scenarios

type leaveForm struct {
	where `yaml:"-"`
	After integer `yaml:"after" jsonschema:"required,minimum=1,maximum=1000000" doc:"Blocks of the stream that are read before."`
	By    text    `yaml:"by" jsonschema:"enum=close,enum=reset" doc:"How: close the connection (the default), or reset it."`
}

type heldForm struct {
	where   `yaml:"-"`
	Only    []formed[titleForm] `yaml:"only" jsonschema:"required,minItems=1" doc:"Names of the requests that they send."`
	Clients counts              `yaml:"clients" jsonschema:"required" doc:"How many, each with one request at a time, all the time. A list is a ladder: a step of the phase beside each number, from few to many, until something gives."`
	Limit   []thresholdForm     `yaml:"limit" jsonschema:"minItems=1" doc:"With a list of clients: a step beside which the phase misses one of these is the one at which the server gives. That requests fail, or that clients get no first block, always is."`
}

type streamsForm struct {
	where      `yaml:"-"`
	FirstBlock duration `yaml:"first_block" doc:"The longest time from the request to the first block."`
	GapP99     duration `yaml:"gap_p99" doc:"The longest 99th percentile of the gaps between the blocks of a stream."`
}
