//go:build real

package gohost

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

func TestRealFileWrapper(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	all := content()
	for _, kind := range []string{"fd", "bytesio"} {
		h.get("/file/"+kind+"?0&0").check(t, kind, 200, all)
		h.get("/file/"+kind+"?5&0").check(t, kind+" from 5", 200, all[5:])
		h.get("/file/"+kind+"?5&7").check(t, kind+" 7 from 5", 200, all[5:12])
		h.get("/file/"+kind+"?5&150000").check(t, kind+" most", 200, all[5:150005])
	}
	h.get("/closed/file?8").check(t, "closed", 200, "8")
}

func TestRealFilesAreSentByTheHost(t *testing.T) {
	all := content()
	for _, bind := range []string{"", "127.0.0.1:0"} {
		config := probeConfig(t)
		config.Bind = bind
		h := runHost(t, config, nil)
		for _, test := range []struct{ offset, length, end, moved int }{
			{0, 0, 210000, 0}, {5, 0, 210000, 5}, {5, 150000, 150005, 5}, {5, 7, 12, 5},
			{200000, 0, 210000, 210000}, // not worth it: read to its end
		} {
			path := fmt.Sprintf("/plain-file?%d&%d", test.offset, test.length)
			got := h.get(path)
			got.check(t, path, 200, all[test.offset:test.end])
			if test.moved < 210000 && got.ContentLength != int64(test.end-test.offset) {
				t.Errorf("%s: got Content-Length %d, want %d", path, got.ContentLength, test.end-test.offset)
			}
			h.get("/moved").check(t, path+": where the application's descriptor stands", 200, strconv.Itoa(test.moved))
		}
		p := h.dial().send("HEAD /plain-file?0&0 HTTP/1.1\nHost: h\n\nGET / HTTP/1.1\nHost: h\n\n")
		p.receive("HEAD").check(t, "HEAD of a file", 200, "")
		p.receive("GET").check(t, "behind it", 200, "hello")
		p = h.dial().send("GET /plain-file?0&300000 HTTP/1.1\nHost: h\n\n")
		if got := p.receive("GET"); got.err == nil || got.body != all {
			t.Errorf("a file shorter than its Content-Length: got %d bytes and %v, want them and a visible end", len(got.body), got.err)
		}
		h.stop()
	}
}

// content is that of the probe's files.
func content() string {
	var text strings.Builder
	for i := range 30000 {
		fmt.Fprintf(&text, "%06d\n", i)
	}
	return text.String()
}

func TestRealCallables(t *testing.T) {
	for app, want := range map[string]string{
		"probe:lazy": "late", "probe:Form": "class", "probe:Nested.form": "class", "forms:method": "method", "forms:partial": "late",
		"forms:instance": "instance",
	} {
		config := probeConfig(t)
		config.App = app
		runHost(t, config, nil).get("/").check(t, app, 200, want)
	}
}

func TestRealUnderTheValidator(t *testing.T) {
	config := probeConfig(t)
	config.App = "forms:validated"
	h := runHost(t, config, nil)
	h.get("/a%20b").check(t, "GET", 200, "written read ")
	p := h.dial().send("POST / HTTP/1.1\nHost: h\nContent-Type: text/plain\nContent-Length: 3\n\nabc")
	p.receive("POST").check(t, "POST", 200, "written read abc")
	if log := h.log.String(); strings.Contains(log, "Error") {
		t.Errorf("the validator complained: %s", log)
	}
}

func TestRealFlagsAreTruthful(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	one, two := h.dial(), h.dial()
	one.send("GET /meet HTTP/1.1\nHost: h\n\n")
	two.send("GET /meet HTTP/1.1\nHost: h\n\n")
	first, second := one.receive("GET").body, two.receive("GET").body
	if !strings.HasPrefix(first, "True ") || !strings.HasPrefix(second, "True ") || first == second {
		t.Errorf("two requests met in one process: got %q and %q, want two threads and multithread True", first, second)
	}
}

func TestRealPipelining(t *testing.T) {
	h := runHost(t, probeConfig(t), nil)
	p := h.dial()
	p.send(strings.Repeat("GET /lazy HTTP/1.1\nHost: h\n\nPOST /read/all HTTP/1.1\nHost: h\nContent-Length: 3\n\nabcHEAD / HTTP/1.1\nHost: h\n\n", 20))
	for range 20 {
		p.receive("GET").check(t, "pipelined", 200, "late")
		p.receive("POST").check(t, "pipelined", 200, "[b'abc', b'', b'']")
		p.receive("HEAD").check(t, "pipelined", 200, "")
	}
	q := h.dial()
	for _, c := range "GET /read/all HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab" {
		q.Write([]byte(string(c)))
	}
	q.receive("GET").check(t, "byte by byte", 200, "[b'ab', b'', b'']")
}
