package pyapps

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// An answer is what an endpoint gives, beside the header fields that every server adds.
type answer struct {
	status int
	body   []byte
	mime   string
	allow  string // for 405
	extra  int    // header fields of filler bytes each: /headers
	filler int
	open   bool // without Content-Length
}

// A call is a request as an endpoint sees it.
type call struct {
	path, query string
	body        []byte
}

// An endpoint answers a call, or is nil where the answer is not a function of the request.
type endpoint struct {
	methods string
	answer  func(call) (answer, error)
}

// refused is a bad request; its text goes into the body.
type refused struct {
	status int
	what   string
}

func (r refused) Error() string { return r.what }

const (
	reading = "GET, HEAD"
	maxEcho = 64 << 20 // bytes of a body that /echo holds
	tooLong = "more than 67108864 bytes"
)

// route mirrors the table at the end of reference.py.
func route(path string) (endpoint, bool) {
	switch path {
	case "/hello":
		return endpoint{reading, text("Hello, World!\n", true)}, true
	case "/hello-cl":
		return endpoint{reading, text("Hello, World!\n", false)}, true
	case "/plaintext":
		return endpoint{reading, text("Hello, World!", false)}, true
	case "/json":
		return endpoint{reading, jsonMessage}, true
	case "/echo":
		return endpoint{"POST, PUT", echo}, true
	case "/stream":
		return endpoint{reading, stream}, true
	case "/sleep":
		return endpoint{reading, sleep}, true
	case "/cpu":
		return endpoint{reading, cpu}, true
	case "/headers":
		return endpoint{reading, fillers}, true
	case "/pid", "/environ", "/environ.json":
		return endpoint{reading, nil}, true
	}
	switch parts := strings.Split(path, "/"); {
	case len(parts) != 3 || parts[0] != "":
	case parts[1] == "bytes":
		return endpoint{reading, tableBytes}, true
	case parts[1] == "status":
		return endpoint{reading, statusCode}, true
	}
	return endpoint{}, false
}

func expectReference(method, target string, body []byte) (int, []byte, bool) {
	path, query, _ := strings.Cut(target, "?")
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	a, ok := answerTo(method, call{path, query, body})
	if method == http.MethodHead {
		a.body = nil
	}
	return a.status, a.body, ok
}

// answerTo is false where the answer is not a function of the request; its status is known all the same.
func answerTo(method string, c call) (answer, bool) {
	e, found := route(c.path)
	if !found {
		return refuse(refused{404, "no such endpoint"}), true
	}
	if !slices.Contains(strings.Split(e.methods, ", "), method) {
		a := refuse(refused{405, "expected " + e.methods})
		a.allow = e.methods
		return a, true
	}
	if e.answer == nil {
		return answer{status: 200}, false
	}
	a, err := e.answer(c)
	var bad refused
	if errors.As(err, &bad) {
		return refuse(bad), true
	}
	return a, true
}

// reasons are those of reference.py for its own refusals.
var reasons = map[int]string{400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large"}

func refuse(r refused) answer {
	return answer{status: r.status, mime: "text/plain", body: fmt.Appendf(nil, "%d %s: %s\n", r.status, reasons[r.status], r.what)}
}

func text(body string, open bool) func(call) (answer, error) {
	return func(call) (answer, error) {
		return answer{status: 200, mime: "text/plain", body: []byte(body), open: open}, nil
	}
}

func jsonMessage(c call) (answer, error) {
	value := struct {
		Message string  `json:"message"`
		Padding *string `json:"padding,omitempty"`
	}{Message: "Hello, World!"}
	if size, given := parameter(c.query, "size"); given {
		n, err := number(size, 40, maxBytes)
		if err != nil {
			return answer{}, err
		}
		padding := strings.Repeat("x", n-40)
		value.Padding = &padding
	}
	return answer{status: 200, mime: "application/json", body: marshal(value)}, nil
}

// marshal encodes strings and structs of strings, which cannot fail.
func marshal(value any) []byte {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic("pyapps: " + err.Error())
	}
	return encoded
}

func echo(c call) (answer, error) {
	if len(c.body) > maxEcho {
		return answer{}, refused{413, tooLong}
	}
	return answer{status: 200, mime: "application/octet-stream", body: c.body}, nil
}

func tableBytes(c call) (answer, error) {
	n, err := number(strings.Split(c.path, "/")[2], 0, maxBytes)
	if err != nil {
		return answer{}, err
	}
	if form, given := parameter(c.query, "form"); given && form != "list" && form != "gen" {
		return answer{}, refused{400, "expected form=list or form=gen"}
	}
	return answer{status: 200, mime: "application/octet-stream", body: tableFrom(n)}, nil
}

func stream(c call) (answer, error) {
	count, err := numberOf(c.query, "n", 10, 0, maxBytes)
	if err != nil {
		return answer{}, err
	}
	size, err := numberOf(c.query, "b", 64, 1, TableSize)
	if err != nil {
		return answer{}, err
	}
	if count*size > maxBytes {
		return answer{}, refused{400, fmt.Sprintf("expected n times b to be at most %d", maxBytes)}
	}
	return answer{status: 200, mime: "application/octet-stream", body: tableFrom(count * size), open: true}, nil
}

func sleep(c call) (answer, error) {
	ms, err := numberOf(c.query, "ms", 10, 0, 60000)
	return answer{status: 200, mime: "text/plain", body: fmt.Appendf(nil, "slept %d ms\n", ms)}, err
}

// cpu is FNV-1a, 32 bits, over the low bytes of 0, 1, 2, …
func cpu(c call) (answer, error) {
	iterations, err := numberOf(c.query, "iters", 1000, 0, 100000000)
	digest := uint32(0x811C9DC5)
	for i := range iterations {
		digest = (digest ^ uint32(i&0xFF)) * 0x01000193
	}
	return answer{status: 200, mime: "text/plain", body: fmt.Appendf(nil, "%08x\n", digest)}, err
}

func fillers(c call) (answer, error) {
	count, err := numberOf(c.query, "n", 10, 0, 200)
	if err != nil {
		return answer{}, err
	}
	size, err := numberOf(c.query, "size", 10, 0, 8000)
	body := fmt.Appendf(nil, "%d headers of %d bytes\n", count, size)
	return answer{status: 200, mime: "text/plain", body: body, extra: count, filler: size}, err
}

func statusCode(c call) (answer, error) {
	code, err := number(strings.Split(c.path, "/")[2], 200, 599)
	if code == 204 || code == 304 {
		return answer{status: code, open: true}, err
	}
	return answer{status: code, mime: "text/plain", body: fmt.Appendf(nil, "%d\n", code)}, err
}

// parameter returns the first value of that name, undecoded.
func parameter(query, name string) (string, bool) {
	for part := range strings.SplitSeq(query, "&") {
		if key, value, _ := strings.Cut(part, "="); key == name {
			return value, true
		}
	}
	return "", false
}

func numberOf(query, name string, preset, low, high int) (int, error) {
	text, given := parameter(query, name)
	if !given {
		return preset, nil
	}
	return number(text, low, high)
}

func number(text string, low, high int) (int, error) {
	digits := len(text) > 0 && len(text) <= 9 && strings.Trim(text, "0123456789") == ""
	n, err := strconv.Atoi(text)
	if !digits || err != nil || n < low || n > high {
		return 0, refused{400, fmt.Sprintf("expected a number from %d to %d", low, high)}
	}
	return n, nil
}
