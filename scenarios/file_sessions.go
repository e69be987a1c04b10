package scenarios

type sessionForm struct {
	where   `yaml:"-"`
	Name    formed[nameForm] `yaml:"name" doc:"What to call it in results; the default is session-1."`
	Weight  integer          `yaml:"weight" jsonschema:"minimum=1,maximum=1000000" doc:"How often it is drawn, beside the others. The default is 1."`
	Cookies boolean          `yaml:"cookies" doc:"Keep the cookies that the server sets and send them back, within one session. The default is true."`
	Steps   []stepForm       `yaml:"steps" jsonschema:"required,minItems=1" doc:"Its requests, in order. ${name} in path, headers and body is a captured value or a variable; ${name|url} and ${name|json} escape it; $${ is ${ itself."`
}

type stepForm struct {
	callForm[stepPathForm]
	Expect  stepExpectForm       `yaml:"expect" doc:"What a right answer is. Unset, any status below 400 is right."`
	Capture entries[captureForm] `yaml:"capture" doc:"Values taken from the answer for the steps after it, by the name they get."`
	Think   thinkForm            `yaml:"think" doc:"How long the user waits after the answer, before the next step."`
}

type stepExpectForm struct {
	expectForm
	JSON entries[jsonValue] `yaml:"json" doc:"Values inside a JSON body, each by its JSON pointer (RFC 6901): {/data/id: 7}."`
}

type captureForm struct {
	where  `yaml:"-"`
	JSON   formed[pointerForm] `yaml:"json" doc:"From a JSON body, by its JSON pointer (RFC 6901): /data/token."`
	Regex  regex               `yaml:"regex" doc:"From the body: the first group of this regular expression (RE2), or the whole match if it has none."`
	Header formed[tokenForm]   `yaml:"header" doc:"The value of a header field."`
	Cookie formed[tokenForm]   `yaml:"cookie" doc:"The value of a cookie that the answer sets."`
}

type dataForm struct {
	where `yaml:"-"`
	CSV   formed[fileForm] `yaml:"csv" jsonschema:"required" doc:"A CSV file with a header line, relative to this file. The columns are the variables."`
	Pick  text             `yaml:"pick" jsonschema:"enum=sequential,enum=random,enum=unique" doc:"Which row a session gets: the next, starting again at the end (sequential, the default); any (random); or each row once per trial (unique), after which no session can start."`
}
