package scenarios

import (
	"fmt"
	"slices"
	"strings"
)

// data resolves the tables of variables.
func (r *resolver) data() []Data {
	if r.f.has("data") && !r.f.has("sessions") {
		r.add(r.f.key("data"), "write sessions", "data belongs to sessions: requests have no variables")
	}
	var all []Data
	for _, e := range r.f.Data.list {
		if !variableMatch.MatchString(e.key) {
			r.add(e.at, "letters, digits and _", "%s is not the name of a set of variables", quote(e.key))
		}
		d := Data{Name: e.key, Pick: "sequential"}
		if e.val.CSV.s != "" {
			d.CSV = r.absolute(e.val.CSV.s)
		}
		if e.val.Pick.s != "" {
			d.Pick = e.val.Pick.s
		}
		all = append(all, d)
	}
	return all
}

func (r *resolver) sessions(data []Data) []Session {
	var all []Session
	names, steps := map[string]place{}, map[string]place{}
	for i := range r.f.Sessions {
		f := &r.f.Sessions[i]
		s := Session{Name: f.Name.s, Weight: 1, Cookies: !f.has("cookies") || f.Cookies.b}
		if s.Name == "" {
			s.Name = fmt.Sprintf("session-%d", i+1)
		}
		if f.has("weight") {
			s.Weight = int(f.Weight.n)
		}
		if first, ok := names[s.Name]; ok {
			r.add(f.val("name"), "", "two sessions are called %s; the first is %s", quote(s.Name), first)
		}
		names[s.Name] = f.at
		v := variables{resolver: r, data: data}
		for j := range f.Steps {
			step := v.step(&f.Steps[j])
			r.nameStep(&f.Steps[j], &step, s.Name, steps)
			s.Steps = append(s.Steps, step)
		}
		all = append(all, s)
	}
	return all
}

// nameStep makes the name of a step unique: with that of its session where there are several, and with a number where
// the session asks for the same thing twice. A name that was given is left as it is.
func (r *resolver) nameStep(f *stepForm, s *Step, session string, taken map[string]place) {
	if f.bad || s.Path == "" && s.Name == "" {
		return
	}
	if first, ok := taken[s.Name]; ok && s.Name != "" {
		r.add(f.at, "give each a name of its own", "two steps are called %s; the first is %s", quote(s.Name), first)
	}
	if s.Name == "" {
		base := s.Method + " " + s.Path
		if len(r.f.Sessions) > 1 {
			base = session + " " + base
		}
		s.Name = base
		for n := 2; taken[s.Name] != (place{}); n++ {
			s.Name = fmt.Sprintf("%s #%d", base, n)
		}
	}
	taken[s.Name] = f.at
}

// variables are what the steps of one session can refer to, so far.
type variables struct {
	*resolver
	data     []Data
	captured []string
}

func (v *variables) step(f *stepForm) Step {
	s := Step{Name: f.Name.s, Header: v.headers(&f.Headers, true)}
	if f.bad {
		return s
	}
	s.Method, s.Path = methodAndPath(v.resolver, &f.callForm)
	s.Body = v.body(&f.Body)
	s.Expect = v.expect(&f.Expect.expectForm)
	for _, e := range f.Expect.JSON.list {
		if !whole(pointerPattern).MatchString(e.key) {
			v.add(e.at, "for example /data/id", "%s is not a JSON pointer (RFC 6901)", quote(e.key))
		}
		s.JSON = append(s.JSON, JSONValue{e.key, e.val.s})
		v.uses(e.val.at, e.val.s)
	}
	if s.Method == "HEAD" && (f.Expect.has("body") || f.Expect.has("sha256") || f.Expect.has("json") || s.Expect.Length != nil && *s.Expect.Length > 0) {
		v.add(f.key("expect"), "check status and headers", "the answer to HEAD has no body to compare")
	}
	v.uses(v.pathPlace(f), s.Path)
	for i, e := range f.Headers.list {
		v.uses(e.val.at, s.Header[i].Value)
	}
	v.uses(f.Body.at, s.Body.Text)
	if s.Expect.Body != nil {
		v.uses(f.Expect.Body.at, *s.Expect.Body)
	}
	s.Capture = v.captures(f, s.Method)
	s.Think = v.think(&f.Think)
	return s
}

// pathPlace is where the path of a step stands.
func (v *variables) pathPlace(f *stepForm) place {
	for _, key := range append(slices.Clone(methodKeys), "path") {
		if f.has(key) {
			return f.val(key)
		}
	}
	return f.at
}

func (v *variables) captures(f *stepForm, method string) []Capture {
	var all []Capture
	for _, e := range f.Capture.list {
		c := Capture{Name: e.key, Regex: e.val.Regex.s, Header: e.val.Header.s, Cookie: e.val.Cookie.s}
		if !variableMatch.MatchString(e.key) {
			v.add(e.at, "letters, digits and _", "%s is not the name of a variable", quote(e.key))
		}
		if e.val.has("json") {
			c.JSON = &e.val.JSON.s
		}
		var kinds []string
		for _, key := range []string{"json", "regex", "header", "cookie"} {
			if e.val.has(key) {
				kinds = append(kinds, key)
			}
		}
		switch {
		case e.val.bad:
		case len(kinds) == 0:
			v.add(e.val.at, `write {json: /data/token}, {regex: "..."}, {header: X-Id} or {cookie: sid}`, "expected the key json, regex, header or cookie")
		case len(kinds) > 1:
			v.add(e.val.key(kinds[1]), "write two captures", "%s exclude each other", strings.Join(kinds, " and "))
		case method == "HEAD" && (kinds[0] == "json" || kinds[0] == "regex"):
			v.add(e.val.key(kinds[0]), "capture a header or a cookie", "the answer to HEAD has no body to capture from")
		}
		all = append(all, c)
		if !slices.Contains(v.captured, e.key) {
			v.captured = append(v.captured, e.key)
		}
	}
	return all
}

// uses reports references in a template to what there is not (yet).
func (v *variables) uses(at place, template string) {
	refs, err := references(template)
	if err != nil {
		v.add(at, "write $${ for ${ itself", "%v", err)
		return
	}
	for _, ref := range refs {
		name, escape, escaped := strings.Cut(ref, "|")
		set, column, isData := strings.Cut(name, ".")
		known := slices.Clone(v.captured)
		for _, d := range v.data {
			known = append(known, d.Name+".COLUMN")
		}
		switch {
		case escaped && escape != "url" && escape != "json":
			v.add(at, "write ${"+name+"|url} or ${"+name+"|json}", "unknown escape %s", quote(escape))
		case isData && !slices.ContainsFunc(v.data, func(d Data) bool { return d.Name == set }):
			v.add(at, didYouMean(name, known), "unknown set of variables %s", quote(set))
		case isData && column == "":
			v.add(at, "", "${%s} names no column", name)
		case !isData && !slices.Contains(v.captured, name):
			v.add(at, didYouMean(name, known), "no step before this one captures %s", quote(name))
		}
	}
}

// references lists what stands between ${ and } in a template.
func references(template string) ([]string, error) {
	var all []string
	for rest := template; ; {
		i := strings.Index(rest, "${")
		if i < 0 {
			return all, nil
		}
		if i > 0 && rest[i-1] == '$' {
			rest = rest[i+2:]
			continue
		}
		end := strings.IndexByte(rest[i:], '}')
		if end < 0 {
			return nil, fmt.Errorf("${ is not closed in %s", quote(template))
		}
		all = append(all, rest[i+2:i+end])
		rest = rest[i+end+1:]
	}
}
