package http1

import (
	"bytes"
	"strings"
	"testing"

	"github.com/wsgibench/wsgibench/internal/golden"
)

// every form of a request, by what is special about it.
var forms = []struct {
	name string
	spec Spec
}{
	{"get", Spec{Host: "127.0.0.1:8000", Path: "/hello?name=x"}},
	{"head", Spec{Method: "HEAD", Host: "localhost"}},
	{"own host and agent", Spec{Host: "localhost", Header: [][2]string{{"host", "shop.example"}, {"User-Agent", "me"}}}},
	{"options *", Spec{Method: "OPTIONS", Host: "localhost", Path: "*"}},
	{"post without a body", Spec{Method: "POST", Host: "localhost", Path: "/"}},
	{"post with a length", Spec{Method: "POST", Host: "localhost", Path: "/echo", Body: []byte("a=1"), Header: [][2]string{{"Content-Type", "application/x-www-form-urlencoded"}}}},
	{"put chunked", Spec{Method: "PUT", Host: "localhost", Path: "/echo", Body: []byte("hello"), Chunked: true}},
	{"chunked and empty", Spec{Method: "PUT", Host: "localhost", Path: "/echo", Chunked: true}},
	{"expect 100-continue", Spec{Method: "PUT", Host: "localhost", Path: "/echo", Body: []byte("hello"), Header: [][2]string{{"Expect", "100-continue"}}}},
	{"connection close", Spec{Host: "localhost", Header: [][2]string{{"Connection", "close"}}}},
	{"length of its own", Spec{Method: "POST", Host: "localhost", Body: []byte("hello"), Header: [][2]string{{"Content-Length", "3"}}}},
	{"delete with a body", Spec{Method: "DELETE", Host: "localhost", Body: []byte("x")}},
}

func TestWire(t *testing.T) {
	var b bytes.Buffer
	for _, f := range forms {
		m, err := Compile(f.spec)
		if err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		for i, last := range []bool{false, true} {
			b.WriteString("== " + f.name + []string{"", ", last on its connection"}[i] + "\n")
			b.WriteString(strings.ReplaceAll(string(m.Wire(last)), "\r\n", "\\r\\n\n") + "\n")
		}
	}
	golden.Check(t, "testdata/wire.golden", b.String())
}

func TestWireLong(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789abcdef"), 5000)
	for _, chunk := range []bool{false, true} {
		m, err := Compile(Spec{Method: "POST", Host: "h", Body: body, Chunked: chunk})
		if err != nil {
			t.Fatal(err)
		}
		_, sent, _ := bytes.Cut(m.Wire(false), headEndBytes)
		if chunk {
			sent = dechunk(t, sent)
		}
		if !bytes.Equal(sent, body) {
			t.Errorf("chunked=%v: %d bytes of body on the wire differ from the %d given", chunk, len(sent), len(body))
		}
	}
}

var headEndBytes = []byte("\r\n\r\n")

// dechunk decodes with the response parser, which is tested against net/http's.
func dechunk(t *testing.T, b []byte) (body []byte) {
	t.Helper()
	for {
		line, rest, _ := bytes.Cut(b, []byte("\r\n"))
		n, f := chunkSizeOf(line)
		if f.Kind != "" {
			t.Fatalf("chunk line %q: %v", line, f)
		}
		if n == 0 {
			return body
		}
		body = append(body, rest[:n]...)
		b = rest[n+2:]
	}
}

func TestCompileErrors(t *testing.T) {
	tests := []struct {
		spec Spec
		want string
	}{
		{Spec{Method: "GE T"}, `method "GE T"`},
		{Spec{Method: "CONNECT"}, "tunnels"},
		{Spec{Path: "hello"}, "begins with /"},
		{Spec{Path: "/a b"}, "byte 3 must be percent-encoded (%20)"},
		{Spec{Path: "/a\r\nX: y"}, "percent-encoded"},
		{Spec{Host: "a\r\nb"}, "host"},
		{Spec{Header: [][2]string{{"A b", "c"}}}, `header name "A b"`},
		{Spec{Header: [][2]string{{"A", "c\r\nd: e"}}}, "header A"},
		{Spec{Expect: Expect{SHA256: "xyz"}}, "64 hexadecimal digits"},
		{Spec{Expect: Expect{Header: [][2]string{{"", "x"}}}}, "expected header name"},
	}
	for _, tt := range tests {
		if _, err := Compile(tt.spec); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: error %v, want one with %q", tt.spec, err, tt.want)
		}
	}
}
