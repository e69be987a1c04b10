package verify

import "slices"

// Uses is what the requests of a scenario, and the application behind them, ask of a server. A server that fails a check
// which a scenario needs (Needs) gives numbers that mean nothing there, and may be right in every other scenario.
type Uses struct {
	Generator   bool // bodies come from generators, so that start_response may be called late
	Query       bool // targets with a question mark
	Head        bool // HEAD requests
	NoBody      bool // answers with 204 or 304
	Upload      bool // bodies with Content-Length
	Chunked     bool // bodies in chunks
	Duplex      bool // the answer begins before the body has been sent
	Stream      bool // bodies block by block, whose delivery is timed
	Disconnect  bool // clients that leave in the middle of a response
	FileWrapper bool // wsgi.file_wrapper
	Write       bool // start_response's write()
	Errors      bool // the application fails on purpose
	Pipelining  bool // several requests at once on a connection
	KeepAlive   bool // connections that carry more than one request
	Middleware  bool // an application of frameworks and middleware: all but the plainest
	Large       bool // bodies of more than a few kilobytes
}

// gates says which checks each use needs. Notes are not among them: what is allowed makes no number wrong.
var gates = []struct {
	doc   string
	when  func(Uses) bool
	needs []string
}{
	{"every scenario: no request learns of another, the answer is exact, and no body is taken for a request",
		func(Uses) bool { return true },
		[]string{"environ-fresh", "body-exact", "framing-unknown", "fragment-two-pieces", "input-unread"}},
	{"a connection that is kept alive carries the right answers",
		func(u Uses) bool { return u.KeepAlive }, []string{"keepalive-reuse"}},
	{"generators and classes", func(u Uses) bool { return u.Generator }, []string{"callable-kinds", "start-late", "body-none"}},
	{"queries", func(u Uses) bool { return u.Query }, []string{"query-raw"}},
	{"HEAD", func(u Uses) bool { return u.Head }, []string{"bodiless-head"}},
	{"204 and 304", func(u Uses) bool { return u.NoBody }, []string{"bodiless-status"}},
	{"large bodies", func(u Uses) bool { return u.Large }, []string{"body-large"}},
	{"uploads", func(u Uses) bool { return u.Upload || u.Chunked || u.Duplex }, []string{"content-variables", "input-read", "input-large", "expect-unread"}},
	{"uploads in chunks", func(u Uses) bool { return u.Chunked }, []string{"input-chunked"}},
	{"an answer during the upload", func(u Uses) bool { return u.Duplex }, []string{"input-streamed", "input-duplex"}},
	{"streams", func(u Uses) bool { return u.Stream }, []string{"body-lockstep", "body-empty-blocks", "close-once"}},
	{"clients that leave", func(u Uses) bool { return u.Disconnect }, []string{"close-disconnect"}},
	{"wsgi.file_wrapper", func(u Uses) bool { return u.FileWrapper }, []string{"file-whole", "file-offset", "file-length", "file-close"}},
	{"write()", func(u Uses) bool { return u.Write }, []string{"write-callable", "write-lockstep"}},
	{"applications that fail", func(u Uses) bool { return u.Errors }, []string{"error-call", "error-first", "error-midway-length", "start-replaced-plain", "start-too-late"}},
	{"pipelining", func(u Uses) bool { return u.Pipelining }, []string{"pipelining"}},
	{"frameworks and middleware", func(u Uses) bool { return u.Middleware }, []string{"input-read", "middleware-wrapping", "middleware-deferring", "head-repeated"}},
}

// Needs returns the ids of the checks that a scenario needs, in the order of Checks. A check that is n/a is no
// obstacle: the server does without (a file_wrapper, kept connections), and says so. Only Uses.Pipelining cannot be done
// without "pipelining".
func Needs(u Uses) []string {
	wanted := map[string]bool{}
	for _, g := range gates {
		if g.when(u) {
			for _, id := range g.needs {
				wanted[id] = true
			}
		}
	}
	var ids []string
	for _, c := range Checks() {
		if wanted[c.ID] {
			ids = append(ids, c.ID)
		}
	}
	return slices.Clip(ids)
}
