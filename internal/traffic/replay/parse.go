package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// An entry is one line of a log.
type entry struct {
	at           int64 // ns since 1970
	method, path string
	status       int // 0: not logged
}

func parse(line []byte) (entry, error) {
	if line[0] == '{' {
		return parseJSON(line)
	}
	return parseCommon(string(line))
}

// clfTime is the time of the common log format.
const clfTime = "02/Jan/2006:15:04:05 -0700"

// parseCommon reads the common log format of NCSA httpd, and the combined one, which has more at the end:
//
//	127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326 "referer" "agent"
func parseCommon(line string) (e entry, err error) {
	_, rest, ok := strings.Cut(line, "[")
	stamp, rest, ok2 := strings.Cut(rest, "] \"")
	if !ok || !ok2 {
		return e, errors.New("neither JSON nor [time] \"request\"")
	}
	t, err := time.Parse(clfTime, stamp)
	if err != nil {
		return e, fmt.Errorf("time %q: want one like %s", stamp, clfTime)
	}
	e.at = t.UnixNano()
	request, rest, ok := strings.Cut(rest, "\" ")
	if !ok {
		return e, errors.New("the request has no closing quote")
	}
	if err := e.request(request); err != nil {
		return e, err
	}
	status, _, _ := strings.Cut(rest, " ")
	e.status = statusOf(status)
	return e, nil
}

// request reads "GET /a HTTP/1.1".
func (e *entry) request(line string) error {
	f := strings.Fields(line)
	if len(f) < 2 || len(f) > 3 {
		return fmt.Errorf("request %q: want METHOD /path HTTP/1.1", line)
	}
	return e.target(f[0], f[1])
}

// target checks a method and a path, and makes a path of an absolute URL.
func (e *entry) target(method, path string) error {
	if scheme, rest, ok := strings.Cut(path, "://"); ok && !strings.Contains(scheme, "/") {
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			path = rest[i:]
		} else {
			path = "/"
		}
	}
	path, _, _ = strings.Cut(path, "#")
	if !strings.HasPrefix(path, "/") {
		return fmt.Errorf("path %q: want one that begins with /", path)
	}
	for i := range len(path) {
		if path[i] <= ' ' || path[i] == 0x7f {
			return fmt.Errorf("path %q holds a space or a control character", path)
		}
	}
	for _, c := range method {
		if c < 'A' || c > 'Z' {
			return fmt.Errorf("method %q: want capital letters", method)
		}
	}
	if method == "" {
		return errors.New("no method")
	}
	e.method, e.path = method, path
	return nil
}

func statusOf(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 200 || n > 599 {
		return 0
	}
	return n
}

// parseJSON reads an object with a time, and a method and a path or the whole request line, under the names that nginx,
// Caddy, gunicorn and others give them; Caddy's "request" is an object of its own.
func parseJSON(line []byte) (e entry, err error) {
	var m map[string]any
	if err := json.Unmarshal(line, &m); err != nil {
		return e, fmt.Errorf("not JSON: %w", err)
	}
	if inner, ok := m["request"].(map[string]any); ok {
		for k, v := range inner {
			m[k] = v
		}
		delete(m, "request")
	}
	if e.at, err = jsonTime(first(m, "time", "ts", "timestamp", "@timestamp", "time_iso8601", "time_local", "msec")); err != nil {
		return e, err
	}
	e.status = statusOf(fmt.Sprint(first(m, "status", "status_code", "code")))
	if line, ok := m["request"].(string); ok {
		return e, e.request(line)
	}
	method, _ := first(m, "method", "request_method", "verb").(string)
	path, _ := first(m, "path", "uri", "request_uri", "url", "target").(string)
	return e, e.target(method, path)
}

func first(m map[string]any, keys ...string) any {
	for _, k := range keys {
		if v, ok := m[k]; ok {
			return v
		}
	}
	return nil
}

// jsonTime reads seconds since 1970, as a number or a text of one, RFC 3339, or the common log format's time.
func jsonTime(v any) (int64, error) {
	switch v := v.(type) {
	case float64:
		return epoch(v)
	case string:
		for _, layout := range []string{time.RFC3339Nano, clfTime} {
			if t, err := time.Parse(layout, v); err == nil {
				return t.UnixNano(), nil
			}
		}
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return epoch(f)
		}
		return 0, fmt.Errorf("time %q: want RFC 3339 or seconds since 1970", v)
	}
	return 0, errors.New("no time: want one under time, ts or timestamp")
}

func epoch(s float64) (int64, error) {
	if !(math.Abs(s) < 9e9) {
		return 0, fmt.Errorf("time %g: want seconds since 1970", s)
	}
	return int64(math.Round(s*1e6)) * 1000, nil // a float64 holds no more than microseconds
}
