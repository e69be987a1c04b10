package scenarios

import "strings"

// The request methods that have a key of their own.
var methodKeys = []string{"get", "post", "put", "patch", "delete", "head", "options"}

func (r *resolver) requests() []Request {
	switch {
	case r.f.has("requests") && r.f.has("sessions"):
		r.add(r.f.key("sessions"), "write a session of one step for each request", "requests and sessions exclude each other")
	case !r.f.has("requests") && !r.f.has("sessions") && !r.onlyReplays():
		r.add(r.f.at, "write requests: [{get: /hello}]", "the key \"requests\" is missing")
	}
	var all []Request
	seen := map[string]place{}
	for i := range r.f.Requests {
		f := &r.f.Requests[i]
		q := r.request(f)
		if first, ok := seen[q.Name]; ok && q.Name != "" {
			r.add(f.at, "give each a name of its own", "two requests are called %s; the first is %s", quote(q.Name), first)
		} else {
			seen[q.Name] = f.at
		}
		all = append(all, q)
	}
	return all
}

// onlyReplays says whether all requests come from logs.
func (r *resolver) onlyReplays() bool {
	for i := range r.f.Traffic {
		if !r.f.Traffic[i].has("replay") {
			return false
		}
	}
	return len(r.f.Traffic) > 0
}

func (r *resolver) request(f *requestForm) Request {
	q := Request{Name: f.Name.s, Weight: 1, Header: r.headers(&f.Headers, true)}
	if f.bad {
		return q
	}
	q.Method, q.Path = methodAndPath(r, &f.callForm)
	if q.Name == "" && q.Path != "" {
		q.Name = q.Method + " " + q.Path
	}
	if f.has("weight") {
		q.Weight = int(f.Weight.n)
	}
	q.Body = r.body(&f.Body)
	q.Expect = r.expect(&f.Expect)
	q.Manner, q.Stream = r.manner(f), f.Stream.s
	if q.Method == "HEAD" && (f.Expect.Body.s != "" || f.Expect.has("sha256") || q.Expect.Length != nil && *q.Expect.Length > 0) {
		r.add(f.key("expect"), "check status and headers", "the answer to HEAD has no body to compare")
	}
	if q.Method == "HEAD" && q.Stream != "" {
		r.add(f.key("stream"), "write get:", "the answer to HEAD has no body that could be a stream")
	}
	return q
}

// methodAndPath finds the one key that says what is requested.
func methodAndPath[P matched](r *resolver, f *callForm[P]) (method, path string) {
	paths := map[string]string{
		"get": f.Get.s, "post": f.Post.s, "put": f.Put.s, "patch": f.Patch.s, "delete": f.Delete.s, "head": f.Head.s, "options": f.Options.s,
	}
	var found []string
	for _, key := range methodKeys {
		if f.has(key) {
			found = append(found, key)
			method, path = strings.ToUpper(key), paths[key]
		}
	}
	if f.has("method") || f.has("path") {
		found = append(found, "method")
		method, path = f.Method.s, f.Path.s
		if !f.has("path") || !f.has("method") {
			r.add(f.at, "write {method: PROPFIND, path: /files}", "method and path belong together")
		}
	}
	switch {
	case len(found) == 0:
		r.add(f.at, "write {get: /hello}", "expected one of the keys %s, or method and path", strings.Join(methodKeys, ", "))
	case len(found) > 1:
		r.add(f.key(found[1]), "write two requests", "%s and %s exclude each other", found[0], found[1])
	}
	return method, path
}

// Fields that the program writes itself, and how to ask for them.
var reservedHeaders = map[string]string{
	"content-length":    "it follows from body",
	"transfer-encoding": "write body: {size: 10KiB, chunked: true}",
	"connection":        "write connections: close at the top level",
}

const tokenCharacters = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" // RFC 9110, 5.6.2

func (r *resolver) headers(f *entries[scalar], sent bool) []Header {
	var all []Header
	for _, e := range f.list {
		hint, reserved := reservedHeaders[strings.ToLower(e.key)]
		switch {
		case e.key == "" || strings.Trim(e.key, tokenCharacters) != "":
			r.add(e.at, "", "%s is not the name of a header field", quote(e.key))
		case sent && reserved:
			r.add(e.at, hint, "the field %s is not set by hand", e.key)
		}
		all = append(all, Header{Name: e.key, Value: strings.TrimSpace(e.val.s)})
	}
	return all
}

func (r *resolver) body(f *bodyForm) Body {
	const most = 1 << 30
	if f.has("size") && (f.Size.n < 1 || f.Size.n > most) && !r.reported(f.Size.at) {
		r.add(f.Size.at, "", "the size of a body must be from 1B to 1GiB")
	}
	if f.has("chunk") && !f.Chunked.b {
		r.add(f.key("chunk"), "write chunked: true", "only a body that is sent in chunks has chunks of a size")
	}
	if f.has("chunk") && (f.Chunk.n < 1 || f.Chunk.n > most) && !r.reported(f.Chunk.at) {
		r.add(f.Chunk.at, "", "the size of a chunk must be from 1B to 1GiB")
	}
	return Body{Text: f.Text.s, Size: f.Size.n, Chunked: f.Chunked.b, Chunk: f.Chunk.n}
}

func (r *resolver) expect(f *expectForm) Expect {
	e := Expect{Status: int(f.Status.n), SHA256: strings.ToLower(f.SHA256.s), Headers: r.headers(&f.Headers, false)}
	if f.has("body") {
		e.Body = &f.Body.s
	}
	if f.has("length") {
		e.Length = &f.Length.n
	}
	if f.has("body") && f.has("sha256") {
		r.add(f.key("sha256"), "keep one of the two", "body and sha256 exclude each other")
	}
	if e.Body != nil && e.Length != nil && *e.Length != int64(len(*e.Body)) && !r.reported(f.Length.at) {
		r.add(f.Length.at, "leave length out", "the length %d contradicts body, which has %d bytes", *e.Length, len(*e.Body))
	}
	return e
}
