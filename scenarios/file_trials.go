package scenarios

type trialsForm struct {
	where  `yaml:"-"`
	Blocks integer   `yaml:"blocks" jsonschema:"minimum=1,maximum=1000" doc:"Trials of each cell: a block is one of every cell, in random order. The default is 5."`
	Until  untilForm `yaml:"until" doc:"In place of blocks: as many as it takes. The run looks at its results at 8, 12, 20 and 30 blocks and stops when more would not help."`
	Max    integer   `yaml:"max" jsonschema:"minimum=6,maximum=100" doc:"The most blocks that until may take. The default is 30."`
	Budget duration  `yaml:"budget" doc:"How long the run may take: no block begins that would not end in time, judged by those before."`
	Seed   integer   `yaml:"seed" doc:"Of the order; without it one is drawn for each run and recorded."`
}

type untilForm struct {
	where     `yaml:"-"`
	Word      text             `yaml:"-"` // the short form: verdict
	Precision percent          `yaml:"precision" doc:"Stop also when every interval reaches at most this far to either side; without it only a verdict stops early."`
	Margin    percent          `yaml:"margin" doc:"The smallest change that matters: less than this for certain is called equivalent. The default is 2%."`
	Metric    text             `yaml:"metric" jsonschema:"enum=goodput,enum=p50,enum=p90,enum=p99,enum=p99.9,enum=cpu_per_request,enum=pss,enum=rss" doc:"What is looked at; the default is goodput where clients wait for answers, else p50."`
	Phase     formed[nameForm] `yaml:"phase" doc:"Where it is looked at; the default is the last measured phase."`
}

// A verifyForm is true, false or a list of checks.
type verifyForm struct {
	on   boolean
	only []formed[nameForm]
}

// A gateForm has the metrics that a gate may hold; see gateWords.
type gateForm struct {
	where   `yaml:"-"`
	Goodput gateMetricForm   `yaml:"goodput" doc:"Right answers per second; the margin is how much less is still accepted."`
	P50     gateMetricForm   `yaml:"p50" doc:"The median response time."`
	P90     gateMetricForm   `yaml:"p90" doc:"The 90th percentile of the response time."`
	P99     gateMetricForm   `yaml:"p99" doc:"The 99th percentile of the response time."`
	P999    gateMetricForm   `yaml:"p99.9" doc:"The 99.9th percentile of the response time."`
	CPU     gateMetricForm   `yaml:"cpu_per_request" doc:"CPU time of the server per right answer: the steadiest of all metrics."`
	PSS     gateMetricForm   `yaml:"pss" doc:"Memory of the server at its peak, shared pages shared out."`
	RSS     gateMetricForm   `yaml:"rss" doc:"Resident memory of the server at its peak, summed over its processes."`
	Errors  gateMetricForm   `yaml:"errors" doc:"The share of requests that failed; the margin is the rise in that share that is still accepted, usually 0."`
	Phase   formed[nameForm] `yaml:"phase" doc:"The phase that is gated. Needed where several are measured, unless every metric names its own."`
}

type gateMetricForm struct {
	where  `yaml:"-"`
	Margin percent          `yaml:"margin" jsonschema:"required" doc:"The change for the worse that is still accepted, such as 3%."`
	Phase  formed[nameForm] `yaml:"phase" doc:"The phase in which this metric is gated."`
}
