package replay

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// arrival is one replayed request, in words that a table can hold.
type arrival struct {
	At     time.Duration
	Name   string
	Status int
}

func arrivals(l *Log, speed float64) (as []arrival) {
	s := l.Schedule(speed)
	for n := uint64(0); ; n++ {
		at, ok := s.At(n)
		if !ok {
			return as
		}
		r := l.Requests()[l.Which(n)]
		as = append(as, arrival{at, r.Name, r.Expect.Status})
	}
}

func TestRead(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name  string
		text  string
		speed float64
		want  []arrival
		left  [2]int // no body, malformed
	}{
		{"common", `127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a?x=1 HTTP/1.0" 200 2326
127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "HEAD /b HTTP/1.1" 404 -
::1 - - [10/Oct/2000:22:55:38 +0200] "GET /a?x=1 HTTP/1.0" 200 2326
`, 1, []arrival{{0, "GET /a?x=1", 200}, {500 * ms, "HEAD /b", 404}, {2000 * ms, "GET /a?x=1", 200}}, [2]int{}},
		{"combined, twice as fast", `h - - [10/Oct/2000:13:55:36 +0000] "GET /a HTTP/1.0" 200 2 "http://e/\"" "Mozilla [x] \"y\""
h - - [10/Oct/2000:13:55:37 +0000] "GET http://example.com/b#c HTTP/1.0" 304 2 "-" "-"
`, 2, []arrival{{0, "GET /a", 200}, {500 * ms, "GET /b", 304}}, [2]int{}},
		{"out of order, and left out", `h - - [10/Oct/2000:13:55:38 +0000] "GET /late HTTP/1.0" 200 2
h - - [10/Oct/2000:13:55:36 +0000] "POST /a HTTP/1.0" 200 2
hello
h - - [10/Oct/2000:13:55:36 +0000] "\x16\x03" 400 2

h - - [10/Oct/2000:13:55:36 +0000] "GET /a" 200 2
`, 1, []arrival{{0, "GET /a", 200}, {2000 * ms, "GET /late", 200}}, [2]int{1, 2}},
		{"JSON lines", `{"time":"2024-05-01T10:00:00.25Z","method":"GET","path":"/a","status":200}
{"ts":1714557600.5,"request":{"method":"GET","uri":"/b","headers":{}},"status":201}
{"@timestamp":"1714557600.75","request":"DELETE /c HTTP/1.1","status":"204"}
{"time_local":"01/May/2024:10:00:01 +0000","request_method":"GET","request_uri":"/d"}
`, 1, []arrival{{0, "GET /a", 200}, {250 * ms, "GET /b", 201}, {500 * ms, "DELETE /c", 204}, {750 * ms, "GET /d", 0}}, [2]int{}},
	}
	for _, tt := range tests {
		l, err := Read(strings.NewReader(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if d := cmp.Diff(tt.want, arrivals(l, tt.speed)); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, d)
		}
		if got := [2]int{l.NoBody, l.Malformed}; got != tt.left || l.Len() != len(tt.want) || (l.Example == "") != (tt.left[1] == 0) {
			t.Errorf("%s: %v left out (%q), %d read; want %v, %d", tt.name, got, l.Example, l.Len(), tt.left, len(tt.want))
		}
		if last := tt.want[len(tt.want)-1]; l.Length() != time.Duration(float64(last.At)*tt.speed)+1 {
			t.Errorf("%s: length %v, last arrival at %v at %g times the speed", tt.name, l.Length(), last.At, tt.speed)
		}
	}
}

func TestReadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "holds no request",
		"hello\n":                            "line 1: neither JSON nor",
		`{"method":"GET","path":"/"}` + "\n": "no time",
		`{"time":"yesterday","method":"GET","path":"/"}` + "\n": `time "yesterday"`,
		`{"time":1e300,"method":"GET","path":"/"}` + "\n":       "seconds since 1970",
		`{"time":1,"method":"GET","path":"x"}` + "\n":           "begins with /",
		`{"time":1,"method":"get","path":"/"}` + "\n":           "capital letters",
		"{\n": "not JSON",
		`h - - [32/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1` + "\n":      "time",
		`h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0` + "\n":             "closing quote",
		`h - - [10/Oct/2000:13:55:36 -0700] "POST / HTTP/1.0" 200 1` + "\n":     "want GET",
		`h - - [10/Oct/2000:13:55:36 -0700] "GET /a b c HTTP/1.0" 200 1` + "\n": "want METHOD",
		strings.Repeat("x", maxLine+1):                                          "too long",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want %q in it", text, err, want)
		}
	}
}

// FuzzRead: whatever a log holds, what is replayed are requests that can be sent, in order.
func FuzzRead(f *testing.F) {
	f.Add(`h - - [10/Oct/2000:13:55:36 +0000] "GET /a HTTP/1.0" 200 2` + "\n" + `{"ts":1,"request":{"method":"GET","uri":"/b"}}`)
	f.Add(`{"time":"2024-05-01T10:00:00.25Z","method":"GET","path":"http://h","status":200}`)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		var before time.Duration
		for _, a := range arrivals(l, 1) {
			if a.At < before || a.At > l.Length() {
				t.Fatalf("arrival at %v after one at %v, length %v", a.At, before, l.Length())
			}
			before = a.At
		}
		for _, r := range l.Requests() {
			if !strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, " \r\n\t\x00") || r.Method == "" {
				t.Fatalf("request %q %q cannot be sent", r.Method, r.Path)
			}
		}
	})
}
