package scenarios

import (
	"fmt"
	"strings"
)

// The request methods that have a key of their own.
var methodKeys = []string{"get", "post", "put", "patch", "delete", "head", "options"}

func (r *resolver) requests() []Request {
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

func (r *resolver) request(f *requestForm) Request {
	q := Request{Name: f.Name.s, Weight: 1, Header: r.headers(&f.Headers, true)}
	if f.bad {
		return q
	}
	q.Method, q.Path = r.methodAndPath(f)
	if q.Name == "" && q.Path != "" {
		q.Name = q.Method + " " + q.Path
	}
	if f.has("weight") {
		q.Weight = int(f.Weight.n)
	}
	q.Body = r.body(&f.Body)
	q.Expect = r.expect(&f.Expect)
	if q.Method == "HEAD" && (f.Expect.Body.s != "" || f.Expect.has("sha256") || q.Expect.Length != nil && *q.Expect.Length > 0) {
		r.add(f.key("expect"), "check status and headers", "the answer to HEAD has no body to compare")
	}
	return q
}

// methodAndPath finds the one key that says what is requested.
func (r *resolver) methodAndPath(f *requestForm) (method, path string) {
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
	return Body{Text: f.Text.s, Size: f.Size.n, Chunked: f.Chunked.b}
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

func (r *resolver) traffic() []Phase {
	var all []Phase
	names := r.phaseNames()
	seen := map[string]place{}
	measured := false
	for i := range r.f.Traffic {
		f := &r.f.Traffic[i]
		p := Phase{Name: names[i], Warmup: f.Warmup.b, Clients: int(f.Clients.n), For: f.For.d}
		if f.bad {
			measured = true // it may have been meant so
			continue
		}
		measured = measured || !p.Warmup
		if first, ok := seen[p.Name]; ok {
			r.add(f.val("name"), "", "two phases are called %s; the first is %s", quote(p.Name), first)
		}
		seen[p.Name] = f.at
		if f.has("for") && (p.For <= 0 || p.For > maxPhase) && !r.reported(f.For.at) {
			r.add(f.For.at, "", "a phase must last more than 0 and at most %v", maxPhase)
		}
		p.Rate = r.schedule(f)
		all = append(all, p)
	}
	if !measured && len(r.f.Traffic) > 0 {
		r.add(r.f.key("traffic"), "add a phase without warmup", "every phase is a warm-up: nothing would be measured")
	}
	return all
}

// phaseNames fills in names for phases that have none: "warmup", "warmup-2", "phase-1".
func (r *resolver) phaseNames() []string {
	names := make([]string, len(r.f.Traffic))
	warmups, phases := 0, 0
	for i := range r.f.Traffic {
		f := &r.f.Traffic[i]
		switch {
		case f.Warmup.b:
			if warmups++; warmups > 1 {
				names[i] = fmt.Sprintf("warmup-%d", warmups)
			} else {
				names[i] = "warmup"
			}
		default:
			phases++
			names[i] = fmt.Sprintf("phase-%d", phases)
		}
		if f.Name.s != "" {
			names[i] = f.Name.s
		}
	}
	return names
}

// schedule checks the load model of a phase: a rate (open) or clients (closed), never both.
func (r *resolver) schedule(f *phaseForm) *Rate {
	switch {
	case f.has("rate") && f.has("clients"):
		r.add(f.key("clients"), "write two phases", "rate (open model) and clients (closed model) exclude each other")
	case !f.has("rate") && !f.has("clients"):
		r.add(f.at, "write rate: 200/s or clients: 32", "expected the key rate (open model) or clients (closed model)")
	}
	if f.has("arrivals") && !f.has("rate") {
		r.add(f.key("arrivals"), "leave it out", "arrivals belongs to rate: clients send when they have an answer")
	}
	if !f.has("rate") {
		return nil
	}
	rate := &Rate{From: f.Rate.Fixed.f, To: f.Rate.Fixed.f, Arrivals: "constant"}
	if f.Rate.keys != nil {
		rate.From, rate.To = f.Rate.From.f, f.Rate.To.f
	}
	if f.Arrivals.s != "" {
		rate.Arrivals = f.Arrivals.s
	}
	if most := max(rate.From, rate.To); (most <= 0 || most > maxRate) && !r.reported(f.Rate.at) && !r.reported(f.Rate.From.at) && !r.reported(f.Rate.To.at) {
		r.add(f.Rate.at, "", "the rate must be more than 0/s and at most %s", formatRate(maxRate))
	}
	return rate
}
