package pyapps

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Handler serves the reference application from Go, without Python: what a WSGI server costs beyond this is the price
// of Python and of the way to it. /sleep sleeps, /pid is this process, /environ has the CGI variables and nothing of
// WSGI; what is about WSGI or needs a database is 501; every other answer is the one that Expected gives.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	c := call{method: r.Method, path: r.URL.Path, query: r.URL.RawQuery, header: fields(r)}
	var err error
	if c.body, err = readBody(r); err != nil {
		write(w, r, refuse(refused{413, err.Error()}))
		return
	}
	a, _, known := answerTo(c)
	if !known {
		a = ownAnswer(r)
	}
	if c.path == "/sleep" && a.status == http.StatusOK {
		ms, _ := numberOf(c.query, "ms", 10, 0, 60000)
		if !wait(r, time.Duration(ms)*time.Millisecond) {
			return
		}
	}
	if c.path == "/stream" && a.status == http.StatusOK && r.Method != http.MethodHead {
		size, _ := numberOf(c.query, "b", 64, 1, TableSize)
		writeBlocks(w, a, size)
		return
	}
	write(w, r, a)
}

// fields are those of the request that an answer may depend on.
func fields(r *http.Request) (all [][2]string) {
	for _, name := range []string{"Content-Type", "Cookie"} {
		for _, value := range r.Header[name] {
			all = append(all, [2]string{name, value})
		}
	}
	return all
}

// readBody reads a body only where an endpoint wants one; net/http discards the rest.
func readBody(r *http.Request) ([]byte, error) {
	e, _ := route(r.URL.Path)
	if r.ContentLength == 0 || !strings.Contains(e.methods, "POST") {
		return nil, nil
	}
	if r.ContentLength > maxBody {
		return nil, tooLong(maxBody)
	}
	if r.ContentLength > 0 {
		body := make([]byte, r.ContentLength)
		_, err := io.ReadFull(r.Body, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if len(body) > maxBody {
		err = tooLong(maxBody)
	}
	return body, err
}

func write(w http.ResponseWriter, r *http.Request, a answer) {
	header := w.Header()
	if a.mime != "" {
		header.Set("Content-Type", a.mime)
	}
	if !a.open {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	for _, field := range a.fields {
		header.Add(field[0], field[1])
	}
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		w.Write(a.body) // an error means that the client has gone: nobody to tell
	}
}

// writeBlocks delivers each block at once, as a WSGI server must.
func writeBlocks(w http.ResponseWriter, a answer, size int) {
	w.Header().Set("Content-Type", a.mime)
	w.WriteHeader(a.status)
	control := http.NewResponseController(w)
	for block := range slices.Chunk(a.body, size) {
		if _, err := w.Write(block); err != nil || control.Flush() != nil {
			return
		}
	}
}

func wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// ownAnswer is for the endpoints that tell about the server rather than the request.
func ownAnswer(r *http.Request) answer {
	a := answer{status: http.StatusOK, mime: "text/plain"}
	values := variables(r)
	switch r.URL.Path {
	case "/pid":
		a.body = strconv.AppendInt(nil, int64(os.Getpid()), 10)
	case "/environ":
		text := "Hello world!\n\n"
		for _, name := range slices.Sorted(maps.Keys(values)) {
			text += fmt.Sprintf("%s = '%s'\n", name, values[name])
		}
		a.body, a.open, a.mime = []byte(text), true, "text/plain; charset=utf-8"
	case "/environ.json":
		typed := map[string][2]string{}
		for name, value := range values {
			typed[name] = [2]string{"str", value}
		}
		a.body, a.mime = marshal(typed), inJSON
	default:
		return refuse(refused{501, "only Python answers this"})
	}
	return a
}

// variables are those of CGI (RFC 3875) that a Go handler knows.
func variables(r *http.Request) map[string]string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	values := map[string]string{
		"REQUEST_METHOD": r.Method, "SCRIPT_NAME": "", "PATH_INFO": r.URL.Path, "QUERY_STRING": r.URL.RawQuery,
		"SERVER_PROTOCOL": r.Proto, "REMOTE_ADDR": host, "HTTP_HOST": r.Host,
	}
	for name, fields := range r.Header {
		values["HTTP_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))] = strings.Join(fields, ",")
	}
	return values
}
