//go:build real

package gohost

import (
	"encoding/json"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

func probeConfig(t *testing.T) Config {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Fatalf("this test needs the program python3: %v", err)
	}
	mode := ModePool
	if strings.HasPrefix(t.Name(), "TestRealEmbed/") {
		mode = ModeEmbed
	}
	return Config{
		Mode: mode, App: "probe:application", Workers: 1, Threads: 4, Dir: "testdata", Python: "python3", Backlog: 128,
		KeepAlive: time.Minute, Timeout: time.Minute, MaxBody: 64 << 20, MaxConns: 256, Graceful: 20 * time.Second,
	}
}

func TestRealAnswers(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	for _, test := range []struct {
		path   string
		status int
		body   string
	}{
		{"/", 200, "hello"},
		{"/lazy", 200, "late"},
		{"/excinfo/before", 500, "replaced"},
		{"/twice", 500, "500 Internal Server Error: the application failed\n"},
		{"/fails/before", 500, "500 Internal Server Error: the application failed\n"},
		{"/fails/no-start", 500, "500 Internal Server Error: the application failed\n"},
		{"/fails/first", 500, "500 Internal Server Error: the application failed\n"},
		{"/fails/str-first", 500, "500 Internal Server Error: the application failed\n"},
		{"/fails/list-str", 500, "500 Internal Server Error: the application failed\n"},
		{"/die/sys-exit", 500, "500 Internal Server Error: the application failed\n"},
		{"/length/exact", 200, "12345"},
		{"/length/long", 200, "12345"},
		{"/length/long-one", 200, "12345"},
		{"/status/204", 204, ""},
		{"/status/304", 304, ""},
		{"/big/3000000", 200, strings.Repeat("y", 3000000)},
		{"/big/0", 200, ""},
		{"/bare", 200, ""},
		{"/errors", 200, "ok"},
	} {
		h.get(test.path).check(t, test.path, test.status, test.body)
	}
	for what := range strings.FieldsSeq(`status-int status-short status-bare status-crlf status-1xx status-bytes value-crlf value-nul
		value-bytes value-int value-euro name-space name-empty name-crlf hop hop-close tuple pair length lengths huge`) {
		h.get("/bad/"+what).check(t, what, 500, "500 Internal Server Error: the application failed\n")
	}
	if got := h.get("/excinfo/before"); got.Header.Get("X-First") != "" || got.Header.Get("Content-Type") != "text/html" || got.Status != "500 Replaced" {
		t.Errorf("exc_info before the headers: got %s %v, want only what replaced them", got.Status, got.Header)
	}
	if got := h.get("/reason").Status; got != "299 Any R\xe9ason" {
		t.Errorf("reason phrase: got %q", got)
	}
	if got := h.get("/cookies").Header["Set-Cookie"]; len(got) != 2 || got[0] != "a=1" || got[1] != "b=2" {
		t.Errorf("repeated header: got %q", got)
	}
	h.await("€ \\ud800\nab\n")
}

func TestRealTruncationIsVisible(t *testing.T) {
	for _, bind := range []string{"", "127.0.0.1:0"} {
		config := probeConfig(t)
		config.Bind = bind
		h := runHost(t, config, nil)
		for _, path := range []string{"/fails/mid", "/fails/mid-length", "/fails/str", "/excinfo/after", "/length/short", "/length/short-one"} {
			if got := h.get(path); got.err == nil || got.StatusCode != 200 {
				t.Errorf("%s: got %d %q with a clean end, want a visible truncation", path, got.StatusCode, got.body)
			}
		}
		for key := range strings.FieldsSeq("fails-mid fails-str fails-first fails-mid-length") {
			h.get("/fails/" + strings.TrimPrefix(key, "fails-"))
		}
		h.get("/closed/fails-mid?2").check(t, "close after an error", 200, "2")
		h.get("/closed/fails-first").check(t, "close after an error before the head", 200, "1")
		if bind != "" {
			p := h.dial().send("GET /fails/mid HTTP/1.0\n\n")
			if got := p.receive("GET"); got.err == nil {
				t.Errorf("HTTP/1.0: got %q with a clean end, want a reset", got.body)
			}
		}
		h.stop()
	}
}

func TestRealHeadHasNoBody(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	p := h.dial()
	for _, path := range []string{"/big/10", "/stream/none", "/length/exact", "/length/short", "/status/204", "/bare", "/lazy"} {
		if path == "/stream/none" {
			for _, gate := range []string{"/release/none/1", "/release/none/2"} {
				h.get(gate)
			}
		}
		p.send("HEAD %s HTTP/1.1\nHost: h\n\n", path)
		if got := p.receive("HEAD"); got.err != nil || got.body != "" || got.Close {
			t.Errorf("HEAD %s: got %q, %v, close %v", path, got.body, got.err, got.Close)
		}
	}
	p.send("GET / HTTP/1.1\nHost: h\n\n").receive("GET").check(t, "after the HEADs", 200, "hello")
}

func TestRealInput(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	want := map[string]string{
		"sizes":     `[b'li', b'', b'ne1\nline2\nend', b'', b'']`,
		"all":       `[b'line1\nline2\nend', b'', b'']`,
		"minus":     `[b'line1\nline2\nend', b'']`,
		"lines":     `[b'line1\n', b'line2\n', b'end', b'']`,
		"limited":   `[b'li', b'ne1\n', b'lin', b'e2\n']`,
		"readlines": `[[b'line1\n', b'line2\n', b'end'], []]`,
		"hint":      `[[b'line1\n'], [b'line2\n', b'end']]`,
		"iter":      `[[b'line1\n', b'line2\n', b'end'], b'']`,
		"mixed":     `[b'line1\n', b'lin', b'e2\n', b'end']`,
		"none":      `[]`,
	}
	const text = "line1\r\nline2\r\nend"
	body := strings.ReplaceAll(text, "\r\n", "\n")
	for _, form := range []string{"length", "chunked", "expect", "slow"} {
		p := h.dial() // kept alive: a closed connection would hide reads past the end
		for how, wanted := range want {
			head := "POST /read/" + how + " HTTP/1.1\r\nHost: h\r\n"
			switch form {
			case "length":
				p.Write([]byte(head + "Content-Length: 15\r\n\r\n" + body))
			case "chunked":
				p.Write([]byte(head + "Transfer-Encoding: chunked\r\n\r\n4\r\nline\r\nb;x=y\r\n1\nline2\nend\r\n0\r\nT: r\r\n\r\n"))
			case "expect":
				p.Write([]byte(head + "Content-Length: 15\r\nExpect: 100-continue\r\n\r\n"))
				if how == "none" {
					break
				}
				p.expectText("HTTP/1.1 100 Continue\r\n\r\n")
				p.Write([]byte(body))
			case "slow":
				p.Write([]byte(head + "Content-Length: 15\r\n\r\n"))
				for i := range body {
					p.Write([]byte{body[i]})
				}
			}
			got := p.receive("POST")
			got.check(t, form+" "+how, 200, wanted)
			if form == "expect" && how == "none" {
				if !got.Close {
					t.Error("the body was neither asked for nor refused, and the connection stays")
				}
				p = h.dial()
			}
		}
	}
	h.dial().send("GET /read/all HTTP/1.1\nHost: h\n\n").receive("GET").check(t, "no body", 200, "[b'', b'', b'']")
}

func TestRealUploads(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	p := h.dial()
	for _, size := range []int{0, 1, bodyBuffer - 1, bodyBuffer, bodyBuffer + 1, 5 << 20} {
		body := strings.Repeat("z", size)
		p.send("POST /count HTTP/1.1\nHost: h\nContent-Length: %d\n\n", size)
		p.Write([]byte(body))
		p.receive("POST").check(t, "length", 200, strconv.Itoa(size))
		p.send("POST /count HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n")
		for rest := body; rest != ""; {
			n := min(len(rest), 100000)
			p.send("%x\n%s\n", n, rest[:n])
			rest = rest[n:]
		}
		p.send("0\n\n").receive("POST").check(t, "chunked", 200, strconv.Itoa(size))
	}
	// A body that the application leaves unread must not become the next request.
	smuggled := "GET /smuggled HTTP/1.1\nHost: h\n\n"
	p.send("POST / HTTP/1.1\nHost: h\nContent-Length: %d\n\n"+smuggled, len(smuggled)+strings.Count(smuggled, "\n"))
	p.send("GET /lazy HTTP/1.1\nHost: h\n\n")
	p.receive("POST").check(t, "unread", 200, "hello")
	p.receive("GET").check(t, "behind the unread", 200, "late")
}

func TestRealBrokenUploads(t *testing.T) {
	config := probeConfig(t)
	config.MaxBody = 100 << 10
	h := runHost(t, config, nil)
	for _, test := range []struct {
		what, request string
		status        int
	}{
		{"short", "POST /read/all HTTP/1.1\nHost: h\nContent-Length: 10\n\nabc", 400},
		{"short and long", "POST /count HTTP/1.1\nHost: h\nContent-Length: 90000\n\n" + strings.Repeat("x", 80000), 400},
		{"short chunk", "POST /read/all HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n5\nabc", 400},
		{"no last chunk", "POST /read/all HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\nabc\n", 400},
		{"bad chunk", "POST /read/all HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n0x3\nabc\n0\n\n", 400},
		{"bad late chunk", "POST /count HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n13880\n" + strings.Repeat("x", 80000) + "\n+1\n", 400},
		{"too long", "POST /count HTTP/1.1\nHost: h\nContent-Length: 102401\n\n", 413},
		{"too long in chunks", "POST /count HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n19001\n" + strings.Repeat("x", 102401) + "\n0\n\n", 413},
	} {
		p := h.dial()
		p.send("%s", strings.ReplaceAll(test.request, "\n", "\r\n"))
		p.Conn.(interface{ CloseWrite() error }).CloseWrite()
		if got := p.receive("POST"); got.StatusCode != test.status || got.err != nil {
			t.Errorf("%s: got %d %q %v, want %d", test.what, got.StatusCode, got.body, got.err, test.status)
		}
	}
	h.get("/").check(t, "after all that", 200, "hello")
}

func TestRealEnviron(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {2, 1}, {1, 3}} {
		config := probeConfig(t)
		config.Workers, config.Threads = size[0], size[1]
		h := runHost(t, config, nil)
		p := h.dial()
		for range 2 {
			p.send("PUT /environ/caf%%C3%%A9%%ff%%2F//../x;p?q=%%C3%%A9&x HTTP/1.1\nHost: h:1\nX-Dup: 1\nCookie: a=1\nx-dup: 2\nCookie: b=2\n"+
				"X_Under: evil\nX-Under: good\nProxy: evil\nX-Latin: caf\xe9\nContent-Type: a/b\nContent-Length: 0\n\n%s", "")
			var got map[string]any
			if err := json.Unmarshal([]byte(p.receive("PUT").body), &got); err != nil {
				t.Fatal(err)
			}
			for key, want := range map[string]any{
				"REQUEST_METHOD": "PUT", "SCRIPT_NAME": "", "PATH_INFO": "/environ/caf\u00c3\u00a9\u00ff///../x;p", "QUERY_STRING": "q=%C3%A9&x",
				"SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "h:1", "HTTP_X_DUP": "1,2", "HTTP_COOKIE": "a=1; b=2", "HTTP_X_UNDER": "good",
				"HTTP_PROXY": nil, "HTTP_X_LATIN": "café", "CONTENT_TYPE": "a/b", "CONTENT_LENGTH": "0", "HTTP_CONTENT_TYPE": nil,
				"HTTP_CONTENT_LENGTH": nil, "wsgi.url_scheme": "http", "wsgi.multithread": size[1] > 1, "wsgi.multiprocess": size[0] > 1,
				"wsgi.run_once": false, "wsgi.input_terminated": true, "SERVER_NAME": "localhost", "SERVER_PORT": "80", "dict": true, "marked": "",
			} {
				if got[key] != want {
					t.Errorf("%v: %s: got %v, want %v", size, key, got[key], want)
				}
			}
			if wrong := got["wrong"].(map[string]any); len(wrong) > 0 {
				t.Errorf("values that are no latin-1 str: %v", wrong)
			}
		}
	}
}
