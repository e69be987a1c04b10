package pyapps

import (
	"net/http"
	"slices"
	"strings"
)

// expectVariant is what the reference answers, where a framework's variant has the endpoint and the parameters. How a
// framework says no is its own affair.
func expectVariant(r Request) Expected {
	c := newCall(r)
	e, found := route(c.path)
	x := expectReference(r)
	if !found || !takes(e.path, c.query) || r.Method != http.MethodGet && r.Method != http.MethodPost || x.Status != http.StatusOK {
		return Expected{}
	}
	return x
}

// takes tells whether the variants have the endpoint with these parameters.
func takes(path, query string) bool {
	parameters, ok := contract()[path]
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		ok = ok && (name == "" || slices.Contains(parameters, name))
	}
	return ok
}

// contract lists the endpoints that the variants have, each with the parameters that it takes.
func contract() map[string][]string {
	parameters := map[string][]string{}
	for _, e := range endpointsOf("frameworks") {
		path, query, _ := strings.Cut(e.Path, "?")
		parameters[path] = nil
		for part := range strings.SplitSeq(query, "&") {
			name, _, _ := strings.Cut(part, "=")
			parameters[path] = append(parameters[path], name)
		}
	}
	return parameters
}

// expectHello is for applications that greet whatever they are asked.
func expectHello(r Request) Expected {
	x := Expected{Status: http.StatusOK, HasBody: true}
	if r.Method != http.MethodHead {
		x.Body = []byte("Hello, World!\n")
	}
	return x
}

func expectAnything(Request) Expected { return Expected{Status: http.StatusOK} }
