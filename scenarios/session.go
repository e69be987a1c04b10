package scenarios

// A Session is what one user does: steps in their order, the later ones with what the earlier ones captured.
type Session struct {
	Name    string // default "session-1"; unique
	Weight  int    // default 1
	Cookies bool   // default true: keep what the server sets, and send it back
	Steps   []Step
}

// A Step is one request of a session. Path, header values and Body.Text, and the texts of Expect.Body and Expect.JSON,
// are templates: ${name}, ${set.column}, ${name|url}, ${name|json}; $${ stands for ${ itself.
type Step struct {
	Name    string // for tables; default "GET /hello"; unique among all sessions
	Method  string
	Path    string
	Header  []Header
	Body    Body
	Expect  Expect
	JSON    []JSONValue // what else is expected of the body
	Capture []Capture
	Think   *Think // between the answer and the next step; nil: none
}

// A JSONValue is a scalar inside a JSON body.
type JSONValue struct {
	Pointer string // RFC 6901
	Value   string // as JSON writes it
}

// A Capture takes a value out of an answer, for the steps after it. One of the others is set.
type Capture struct {
	Name   string
	JSON   *string // JSON pointer (RFC 6901), into the body
	Regex  string  // on the body: its one group, or the whole match
	Header string  // the value of this field
	Cookie string  // the value of this cookie, set by the answer
}

// Data is a table of variables from a CSV file with a header line.
type Data struct {
	Name string
	CSV  string // absolute path
	Pick string // "sequential" (default), "random" or "unique"
}
