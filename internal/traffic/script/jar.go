package script

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Jar keeps the cookies of one session: RFC 6265, sections 5.2 to 5.4, for a single host. The Domain attribute is
// therefore not looked at. Secure cookies are sent too: the server is on this machine, which browsers trust as well.
type Jar struct {
	cookies []cookie
	made    int // cookies so far, for their order
}

type cookie struct {
	name, value, path string
	expires           time.Time // zero: with the session
	gone              bool      // told to go
	order             int
}

// maxCookies bounds a jar, as section 6.1 lets every user agent do: the oldest goes first.
const maxCookies = 300

// Keep takes the Set-Cookie fields of an answer to a request for path, with or without query.
func (j *Jar) Keep(header [][2]string, path string, now time.Time) {
	for _, h := range header {
		c, ok := parseCookie(h, now)
		if !ok {
			continue
		}
		if c.path == "" {
			c.path = defaultPath(path)
		}
		c.order = j.made
		j.made++
		if i := slices.IndexFunc(j.cookies, func(o cookie) bool { return o.name == c.name && o.path == c.path }); i >= 0 {
			c.order = j.cookies[i].order // section 5.3, 11.3: an update keeps the creation time
			j.cookies = slices.Delete(j.cookies, i, i+1)
		}
		if !c.over(now) {
			j.cookies = append(j.cookies, c)
		}
		if len(j.cookies) > maxCookies {
			j.cookies = slices.Delete(j.cookies, 0, 1)
		}
	}
}

func (c *cookie) over(now time.Time) bool {
	return c.gone || !c.expires.IsZero() && !c.expires.After(now)
}

// Field is the value of the Cookie field for a request: longer paths first, then older cookies; empty: none is sent.
func (j *Jar) Field(path string, now time.Time) string {
	path, _, _ = strings.Cut(path, "?")
	var send []cookie
	for _, c := range j.cookies {
		if !c.over(now) && matchesPath(path, c.path) {
			send = append(send, c)
		}
	}
	slices.SortStableFunc(send, func(a, b cookie) int {
		return cmp.Or(cmp.Compare(len(b.path), len(a.path)), cmp.Compare(a.order, b.order))
	})
	var b strings.Builder
	for i, c := range send {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(c.name + "=" + c.value)
	}
	return b.String()
}

// parseCookie reads a Set-Cookie field (section 5.2), received now. Max-Age wins over Expires.
func parseCookie(h [2]string, now time.Time) (c cookie, ok bool) {
	if !strings.EqualFold(h[0], "Set-Cookie") {
		return cookie{}, false
	}
	pair, attributes, _ := strings.Cut(h[1], ";")
	name, value, ok := strings.Cut(pair, "=")
	c.name, c.value = strings.Trim(name, " \t"), strings.Trim(value, " \t")
	if !ok || c.name == "" {
		return cookie{}, false
	}
	hasAge := false
	for attribute := range strings.SplitSeq(attributes, ";") {
		key, val, _ := strings.Cut(attribute, "=")
		val = strings.Trim(val, " \t")
		switch strings.ToLower(strings.Trim(key, " \t")) {
		case "path":
			c.path = ""
			if strings.HasPrefix(val, "/") {
				c.path = val
			}
		case "expires":
			if t, ok := parseExpires(val); ok && !hasAge {
				c.expires = t
			}
		case "max-age":
			if age, err := strconv.ParseInt(val, 10, 64); err == nil {
				hasAge, c.gone = true, age <= 0
				c.expires = now.Add(time.Duration(min(age, maxAge)) * time.Second)
			}
		}
	}
	return c, true
}

// maxAge is the longest life of a cookie that is told apart, in seconds: a year.
const maxAge = 365 * 24 * 3600

// parseExpires reads the two forms of a date that servers write.
func parseExpires(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC1123, "Mon, 02-Jan-2006 15:04:05 MST"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// defaultPath is that of a cookie without one (section 5.1.4): the request's, up to its last slash.
func defaultPath(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if i := strings.LastIndexByte(path, '/'); i > 0 && path[0] == '/' {
		return path[:i]
	}
	return "/"
}

// matchesPath says whether a request's path is at or below a cookie's (section 5.1.4).
func matchesPath(path, of string) bool {
	rest, ok := strings.CutPrefix(path, of)
	return ok && (rest == "" || rest[0] == '/' || strings.HasSuffix(of, "/"))
}
