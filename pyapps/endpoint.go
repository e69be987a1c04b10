package pyapps

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A Request is what is sent to an application, as far as the answer depends on it.
type Request struct {
	Method string
	Path   string      // with query
	Header [][2]string // name, value
	Body   []byte
}

// Expected is what is known beforehand of the answer to a request.
type Expected struct {
	Status  int    // 0: not known
	Body    []byte // empty for HEAD
	HasBody bool   // Body is known
	Rule    Rule   // what holds for a body that is not a function of the request; nil: nothing is known
}

// A Rule says what is wrong with the body of an answer; nil: nothing.
type Rule func(body []byte) error

// An answer is what an endpoint gives, beside the header fields that every server adds.
type answer struct {
	status int
	body   []byte
	mime   string
	fields [][2]string // beside Content-Type and Content-Length
	open   bool        // without Content-Length
}

// A call is a request as an endpoint sees it.
type call struct {
	method      string
	path, query string // the path decoded, the query not
	header      [][2]string
	body        []byte
}

// segment returns the n-th segment of the path, from 0.
func (c call) segment(n int) string { return strings.Split(c.path, "/")[n+1] }

// get returns a field of the header; ok is false where it came more than once, which servers join differently.
func (c call) get(name string) (value string, ok bool) {
	found := 0
	for _, field := range c.header {
		if strings.EqualFold(field[0], name) {
			value = field[1]
			found++
		}
	}
	return value, found <= 1
}

// An endpoint is a route of the reference app.
type endpoint struct {
	path    string // segments in <> match anything that is not empty
	methods string
	answer  func(call) (answer, error) // nil, or it returns errUnknown: not a function of the request
	rule    func(call) Rule            // for what is not; may be nil
	free    bool                       // for what is not: its status is not known either
}

// errUnknown is returned by an endpoint whose answer to this one request cannot be known.
var errUnknown = errors.New("not a function of the request")

// refused is a bad request; its text goes into the body.
type refused struct {
	status int
	what   string
}

func (r refused) Error() string { return r.what }

// reasons are those of the reference app for its own refusals.
var reasons = map[int]string{
	400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large", 501: "Not Implemented",
}

func refuse(r refused) answer {
	return answer{status: r.status, mime: plain, body: fmt.Appendf(nil, "%d %s: %s\n", r.status, reasons[r.status], r.what)}
}

// newCall takes a request apart as a server does.
func newCall(r Request) call {
	path, query, _ := strings.Cut(r.Path, "?")
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	return call{r.Method, path, query, r.Header, r.Body}
}

// route finds the endpoint of a path.
func route(path string) (endpoint, bool) {
	have := strings.Split(path, "/")
	i := slices.IndexFunc(endpoints, func(e endpoint) bool {
		want := strings.Split(e.path, "/")
		return len(want) == len(have) && slices.EqualFunc(want, have, func(w, h string) bool {
			return w == h || strings.HasPrefix(w, "<")
		})
	})
	if i < 0 {
		return endpoint{}, false
	}
	return endpoints[i], true
}

// answerTo is false where the answer is not a function of the request.
func answerTo(c call) (answer, endpoint, bool) {
	e, found := route(c.path)
	if !found {
		return refuse(refused{404, "no such endpoint"}), e, true
	}
	if !slices.Contains(strings.Split(e.methods, ", "), c.method) {
		a := refuse(refused{405, "expected " + e.methods})
		a.fields = [][2]string{{"Allow", e.methods}}
		return a, e, true
	}
	if e.answer == nil {
		return answer{}, e, false
	}
	a, err := e.answer(c)
	var bad refused
	switch {
	case errors.As(err, &bad):
		return refuse(bad), e, true
	case err != nil:
		return answer{}, e, false
	}
	return a, e, true
}

func expectReference(r Request) Expected {
	c := newCall(r)
	a, e, known := answerTo(c)
	if !known {
		return unknown(c, e)
	}
	if c.method == http.MethodHead {
		a.body = nil
	}
	return Expected{Status: a.status, Body: a.body, HasBody: true}
}

// unknown is what is known all the same.
func unknown(c call, e endpoint) (x Expected) {
	if !e.free {
		x.Status = http.StatusOK
	}
	if e.rule != nil && c.method != http.MethodHead {
		x.Rule = e.rule(c)
	}
	return x
}
