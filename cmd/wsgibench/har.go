package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A harEntry is what is read of an entry of an HTTP archive (HAR 1.2, W3C draft of 2012-08-14).
type harEntry struct {
	Started time.Time `json:"startedDateTime"`
	Time    float64   `json:"time"` // ms
	Request struct {
		Method   string    `json:"method"`
		URL      string    `json:"url"`
		Headers  []harPair `json:"headers"`
		PostData *struct {
			MimeType string    `json:"mimeType"`
			Text     string    `json:"text"`
			Params   []harPair `json:"params"`
		} `json:"postData"`
	} `json:"request"`
	Response struct {
		Status int `json:"status"`
	} `json:"response"`

	url *url.URL
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// maxHAR bounds what is read of an archive, in bytes. Archives hold the bodies of all answers.
const maxHAR = 512 << 20

// readHAR returns the entries that were requests over HTTP, in the order in which they were started.
func readHAR(r io.Reader) ([]harEntry, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxHAR+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxHAR {
		return nil, fmt.Errorf("more than %d MiB: save it without the content of the answers", maxHAR>>20)
	}
	var archive struct {
		Log *struct{ Entries []harEntry } `json:"log"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &archive); err != nil {
		return nil, fmt.Errorf("not an HTTP archive: %w", err)
	}
	if archive.Log == nil {
		return nil, errors.New(`not an HTTP archive: it has no "log"; save one with "Save all as HAR" in the browser's network panel`)
	}
	var all []harEntry
	for _, e := range archive.Log.Entries {
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || !harMethod.MatchString(e.Request.Method) || e.Request.Method == "CONNECT" {
			continue // data:, blob:, web sockets
		}
		e.url = u
		all = append(all, e)
	}
	if len(all) == 0 {
		return nil, errors.New("there is no request over HTTP in it")
	}
	slices.SortStableFunc(all, func(a, b harEntry) int { return a.Started.Compare(b.Started) })
	return all, nil
}

var harMethod = regexp.MustCompile(`^[A-Z][A-Z-]*$`)

// A recording is the requests to one host, and what was left out of it.
type recording struct {
	origin  *url.URL // of the first request
	calls   []harCall
	others  int      // requests to other hosts
	dropped []string // header fields that were left out because they carry secrets, sorted
	lost    int      // bodies that were not recorded
}

// A harCall is a request as the scenario says it.
type harCall struct {
	method, path string
	header       []harPair
	body         string
	hasBody      bool
	status       int           // expected; 0: not said
	think        time.Duration // until the next one
}

// selectHost keeps the requests to one host; empty: that of the first.
func selectHost(all []harEntry, host string) (*recording, error) {
	if host == "" {
		host = all[0].url.Host
	}
	r := &recording{}
	var hosts []string
	var ends time.Time
	for i := range all {
		e := &all[i]
		if e.url.Host != host && e.url.Hostname() != host {
			r.others++
			if !slices.Contains(hosts, e.url.Host) {
				hosts = append(hosts, e.url.Host)
			}
			continue
		}
		if r.origin == nil {
			r.origin = e.url
		} else {
			r.calls[len(r.calls)-1].think = roundPause(e.Started.Sub(ends))
		}
		r.calls = append(r.calls, r.call(e))
		if end := e.Started.Add(time.Duration(e.Time * float64(time.Millisecond))); end.After(ends) {
			ends = end
		}
	}
	if r.origin == nil {
		return nil, fmt.Errorf("there is no request to %s in it; there are requests to %s", host, strings.Join(hosts, ", "))
	}
	slices.Sort(r.dropped)
	r.dropped = slices.Compact(r.dropped)
	return r, nil
}

// roundPause rounds to two digits or so: nobody pauses to the millisecond. What is too short to be a person's is none.
func roundPause(d time.Duration) time.Duration {
	const longest = time.Hour
	switch {
	case d < 10*time.Millisecond:
		return 0
	case d < time.Second:
		return d.Round(10 * time.Millisecond)
	case d < 10*time.Second:
		return d.Round(100 * time.Millisecond)
	}
	return min(d.Round(time.Second), longest)
}

func (r *recording) call(e *harEntry) harCall {
	c := harCall{method: e.Request.Method, path: requestTarget(e.url), status: e.Response.Status}
	if c.status == 304 || c.status < 200 || c.status > 599 {
		c.status = 0 // without the browser's cache there would have been another
	}
	for _, h := range e.Request.Headers {
		name := strings.ToLower(h.Name)
		switch {
		case !headerName.MatchString(h.Name) || notSent.MatchString(name):
		case secretHeader.MatchString(name):
			r.dropped = append(r.dropped, name)
		case strings.ContainsFunc(h.Value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }):
		default:
			c.header = append(c.header, harPair{h.Name, h.Value})
		}
	}
	slices.SortStableFunc(c.header, func(a, b harPair) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	c.header = slices.CompactFunc(c.header, func(a, b harPair) bool { return strings.EqualFold(a.Name, b.Name) })
	post := e.Request.PostData
	switch {
	case post == nil:
	case post.Text != "":
		c.body, c.hasBody = post.Text, true
	case len(post.Params) > 0 && strings.HasPrefix(post.MimeType, "application/x-www-form-urlencoded"):
		c.body, c.hasBody = formBody(post.Params), true
	case len(post.Params) > 0:
		r.lost++
	}
	return c
}

var (
	headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	// secretHeader are fields that let somebody in, by the names that they usually have.
	secretHeader = regexp.MustCompile(`^(cookie|(proxy-)?authorization)$|auth|token|api-?key|secret|session|csrf|xsrf|credential|password`)
	// notSent are fields that are not the request's own: of the connection, of the other host, of the browser and its cache.
	notSent = regexp.MustCompile(`^(:.*|host|content-length|connection|transfer-encoding|keep-alive|proxy-connection|te|trailer|upgrade|expect|` +
		`referer|origin|user-agent|dnt|priority|upgrade-insecure-requests|cache-control|pragma|if-(none-match|modified-since|match|unmodified-since|range)|sec-.*)$`)
)

// requestTarget is path and query, with everything encoded that may not stand in them.
func requestTarget(u *url.URL) string {
	target := u.EscapedPath()
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	var b strings.Builder
	for i := range len(target) {
		if c := target[i]; c <= ' ' || c == '#' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// formBody encodes the fields of a form, in their order.
func formBody(params []harPair) string {
	fields := make([]string, len(params))
	for i, p := range params {
		fields[i] = url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
	}
	return strings.Join(fields, "&")
}
