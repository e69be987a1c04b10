package main

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
)

// scenario writes the recording as a scenario file.
func (r *recording) scenario(file string, o harOptions) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Imported from %s: the requests to %s (%d).", strconv.QuoteToASCII(file), strconv.QuoteToASCII(r.origin.Host), len(r.calls))
	if r.others > 0 {
		line("# Requests to other hosts were left out (%d).", r.others)
	}
	if len(r.dropped) > 0 {
		line("# Left out because they let somebody in: %s.", strings.Join(r.dropped, ", "))
		if !o.mix {
			line("# A session keeps the cookies that the server sets; what else it needs, it can capture from an answer.")
		}
	}
	if r.lost > 0 {
		line("# Bodies of uploaded files were not recorded and are missing (%d).", r.lost)
	}
	line("# Paths and bodies are as they were recorded: look through them for passwords and tokens.")
	r.target(line, o.app)
	if o.mix {
		r.mix(line)
	} else {
		r.session(line)
	}
	line("traffic:")
	line("  - {warmup: true, clients: 1, for: 2s}")
	line("  - {name: steady, clients: 4, for: 10s}")
	return b.String()
}

// target says what is asked: the application to be hosted, or the recorded server if it runs on this machine.
func (r *recording) target(line func(string, ...any), app string) {
	host := r.origin.Hostname()
	local := host == "localhost" || net.ParseIP(host).IsLoopback()
	if app == "" && local && r.origin.Scheme == "http" {
		line("targets:")
		line("  - {url: %s} # with app: {module: \"package.module:callable\"} servers can be listed here", strconv.QuoteToASCII("http://"+r.origin.Host))
		return
	}
	if app == "" {
		line("app: {module: \"wsgi:application\"} # write your own: package.module:callable, and dir and python where needed")
	} else {
		line("app: {module: %s}", strconv.QuoteToASCII(app))
	}
	line("targets:")
	line("  - gunicorn-gthread")
}

// session writes all calls as the steps of one session. A browser asks for several things at a time; a session asks for
// one after the other.
func (r *recording) session(line func(string, ...any)) {
	line("sessions:")
	line("  - steps:")
	for i := range r.calls {
		c := &r.calls[i]
		c.write(line, "      ", true, "")
		if c.think > 0 {
			line("        think: %s", c.think)
		}
	}
}

// mix writes every distinct call once, with how often it came as its weight.
func (r *recording) mix(line func(string, ...any)) {
	var distinct []*harCall
	weights := map[*harCall]int{}
	for i := range r.calls {
		c := &r.calls[i]
		j := slices.IndexFunc(distinct, c.same)
		if j < 0 {
			distinct = append(distinct, c)
			j = len(distinct) - 1
		}
		weights[distinct[j]]++
	}
	line("requests:")
	named := map[string]bool{}
	for _, c := range distinct {
		base, name := c.method+" "+c.path, ""
		for n := 2; named[base] && name == "" || named[name]; n++ {
			name = fmt.Sprintf("%s #%d", base, n)
		}
		named[base], named[name] = true, name != ""
		c.write(line, "  ", false, name)
		line("    weight: %d", weights[c])
	}
}

// same says whether two calls send the same thing.
func (c *harCall) same(o *harCall) bool {
	return c.method == o.method && c.path == o.path && c.body == o.body && slices.Equal(c.header, o.header)
}

// longestBody is the longest body that is written out, in bytes; a longer one is made up in its size.
const longestBody = 64 << 10

// write writes a call as a list entry; in a template, ${ has to be escaped.
func (c *harCall) write(line func(string, ...any), indent string, template bool, name string) {
	quote := func(s string) string {
		if template {
			s = strings.ReplaceAll(s, "${", "$${")
		}
		return strconv.QuoteToASCII(s)
	}
	switch c.method {
	case "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS":
		line("%s- %s: %s", indent, strings.ToLower(c.method), quote(c.path))
	default:
		line("%s- method: %s", indent, c.method)
		line("%s  path: %s", indent, quote(c.path))
	}
	if name != "" {
		line("%s  name: %s", indent, strconv.QuoteToASCII(name))
	}
	if len(c.header) > 0 {
		line("%s  headers:", indent)
		for _, h := range c.header {
			line("%s    %s: %s", indent, strconv.QuoteToASCII(h.Name), quote(h.Value))
		}
	}
	switch {
	case !c.hasBody:
	case len(c.body) > longestBody:
		line("%s  body: {size: %dB} # made up: what was recorded is too long to be written here", indent, len(c.body))
	default:
		line("%s  body: %s", indent, quote(c.body))
	}
	if c.status != 0 {
		line("%s  expect: {status: %d}", indent, c.status)
	}
}
