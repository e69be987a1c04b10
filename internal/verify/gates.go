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
	Length      bool // such bodies with Content-Length
	Disconnect  bool // clients that leave in the middle of a response
	FileWrapper bool // wsgi.file_wrapper
	Write       bool // start_response's write()
	Errors      bool // the application fails on purpose
	Pipelining  bool // several requests at once on a connection
	KeepAlive   bool // connections that carry more than one request
	Middleware  bool // an application of frameworks and middleware: all but the plainest
	Large       bool // bodies of more than a few kilobytes
}

// gates says which checks each use needs, and which it only shows: their answers stand beside the figures and say what
// they mean. Notes are not among them: what is allowed makes no number wrong.
//
// Lock-step is shown. A body that is held back is not a wrong answer: it arrives whole, and how late is what a stream's
// delivery delay says. So is close() after a client has left, of which the time and the blocks made for nobody are
// figures. What loses or changes bytes is needed.
var gates = []struct {
	doc   string
	when  func(Uses) bool
	needs []string
	shows []string
}{
	{"every scenario: no request learns of another, the answer is exact, and no body is taken for a request",
		func(Uses) bool { return true },
		[]string{"environ-fresh", "body-exact", "framing-unknown", "fragment-two-pieces", "input-unread"}, nil},
	{"a connection that is kept alive carries the right answers",
		func(u Uses) bool { return u.KeepAlive }, []string{"keepalive-reuse"}, nil},
	{"generators and classes", func(u Uses) bool { return u.Generator }, []string{"callable-kinds", "start-late", "body-none"}, nil},
	{"queries", func(u Uses) bool { return u.Query }, []string{"query-raw"}, nil},
	{"HEAD", func(u Uses) bool { return u.Head }, []string{"bodiless-head"}, nil},
	{"204 and 304", func(u Uses) bool { return u.NoBody }, []string{"bodiless-status"}, nil},
	{"large bodies", func(u Uses) bool { return u.Large }, []string{"body-large"}, nil},
	{"uploads", func(u Uses) bool { return u.Upload || u.Chunked || u.Duplex }, []string{"content-variables", "input-read", "input-large", "expect-unread"}, nil},
	{"uploads in chunks", func(u Uses) bool { return u.Chunked }, []string{"input-chunked"}, nil},
	{"an answer during the upload", func(u Uses) bool { return u.Duplex }, nil, []string{"input-streamed", "input-duplex"}},
	{"streams", func(u Uses) bool { return u.Stream }, []string{"body-empty-blocks", "close-once"}, []string{"body-lockstep"}},
	{"streams with Content-Length", func(u Uses) bool { return u.Length }, nil, []string{"body-lockstep-length"}},
	{"clients that leave", func(u Uses) bool { return u.Disconnect }, nil, []string{"close-disconnect"}},
	{"wsgi.file_wrapper", func(u Uses) bool { return u.FileWrapper }, []string{"file-whole", "file-offset", "file-length", "file-close"}, nil},
	{"write()", func(u Uses) bool { return u.Write }, []string{"write-callable"}, []string{"write-lockstep"}},
	{"applications that fail", func(u Uses) bool { return u.Errors }, []string{"error-call", "error-first", "error-midway-length", "start-replaced-plain", "start-too-late"}, nil},
	{"pipelining", func(u Uses) bool { return u.Pipelining }, []string{"pipelining"}, nil},
	{"frameworks and middleware", func(u Uses) bool { return u.Middleware }, []string{"input-read", "middleware-wrapping", "middleware-deferring", "head-repeated"}, nil},
}

// Needs returns the ids of the checks that a scenario needs, in the order of Checks. A check that is n/a is no
// obstacle: the server does without (a file_wrapper, kept connections), and says so. Only Uses.Pipelining cannot be done
// without "pipelining".
func Needs(u Uses) []string {
	needs, _ := wanted(u)
	return inOrder(needs)
}

// Shows returns the ids of the checks whose answers say what the figures of a scenario mean and keep nobody from being
// measured, in the order of Checks. None of them is among Needs.
func Shows(u Uses) []string {
	needs, shows := wanted(u)
	return inOrder(slices.DeleteFunc(shows, func(id string) bool { return slices.Contains(needs, id) }))
}

func wanted(u Uses) (needs, shows []string) {
	for _, g := range gates {
		if g.when(u) {
			needs, shows = append(needs, g.needs...), append(shows, g.shows...)
		}
	}
	return needs, shows
}

func inOrder(wanted []string) []string {
	var ids []string
	for _, c := range Checks() {
		if slices.Contains(wanted, c.ID) {
			ids = append(ids, c.ID)
		}
	}
	return slices.Clip(ids)
}
