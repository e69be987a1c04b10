package process

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// DefaultProbeTimeout is how long a server may take to become ready, where the Probe does not say.
const DefaultProbeTimeout = 30 * time.Second

// maxBody bounds the answer to a probe, in bytes.
const maxBody = 16 << 20

// A Probe says how to recognise a server that is ready.
type Probe struct {
	Network string      // "tcp" or "unix"
	Addr    string      // "127.0.0.1:8000", or the path of a socket
	Path    string      // what to GET, with its query; empty: "/"
	Host    string      // Host header; empty: Addr, or "localhost" for a socket
	Header  [][2]string // further request headers

	// Check judges an answer; nil: any status below 400 will do. Its error says what came and what was expected.
	Check func(status int, body []byte) error

	Workers    int           // distinct worker processes wanted; 0: not checked
	WorkerPath string        // answers the pid of the worker as decimal text; empty: the leaves of the process tree are counted
	Timeout    time.Duration // for everything; 0: DefaultProbeTimeout

	settle time.Duration // how long a state must last to be believed final; 0: a second. For tests.
}

func (pr Probe) complete() Probe {
	if pr.Path == "" {
		pr.Path = "/"
	}
	if pr.Host == "" {
		pr.Host = pr.Addr
		if pr.Network == "unix" {
			pr.Host = "localhost"
		}
	}
	if pr.Check == nil {
		pr.Check = func(status int, _ []byte) error {
			if status >= 400 {
				return fmt.Errorf("got status %d, want one below 400", status)
			}
			return nil
		}
	}
	if pr.Timeout <= 0 {
		pr.Timeout = DefaultProbeTimeout
	}
	if pr.settle <= 0 {
		pr.settle = time.Second
	}
	return pr
}

// An answer is what one request brought.
type answer struct {
	status                 int
	body                   []byte
	server, framing, proto string
	closes                 bool // the server said that it will close the connection, or the end of the body was that
}

// A stage is how far a request came.
type stage int

const (
	stageConnect stage = iota
	stageHead          // waiting for the status line and the headers
	stageBody
	stageNotHTTP // something came, and it was not HTTP
)

// An askError is a request that brought no answer.
type askError struct {
	stage stage
	err   error
}

func (e *askError) Error() string { return e.err.Error() }
func (e *askError) Unwrap() error { return e.err }

// at reports whether err is a request that came exactly so far.
func at(err error, s stage) bool {
	ask := (*askError)(nil)
	return errors.As(err, &ask) && ask.stage == s
}

// errSelf is the kernel's joke: a connection to a port of the outgoing range where nobody listens may meet itself.
var errSelf = errors.New("the connection met itself: nothing listens there")

// dial opens a connection to the probe's address.
func (pr Probe) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, pr.Network, pr.Addr)
	if err != nil {
		return nil, &askError{stageConnect, err}
	}
	if pr.Network != "unix" && conn.LocalAddr().String() == conn.RemoteAddr().String() {
		conn.Close()
		return nil, &askError{stageConnect, errSelf}
	}
	return conn, nil
}

// ask sends one GET on an open connection and reads the whole answer; the end of ctx interrupts it. The next request on
// the connection needs the same reader.
func (pr Probe) ask(ctx context.Context, conn net.Conn, r *bufio.Reader, path string, last bool) (answer, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	req, err := pr.request(path, last)
	if err != nil {
		return answer{}, err
	}
	if err := req.Write(conn); err != nil {
		return answer{}, &askError{stageHead, err}
	}
	if _, err := r.Peek(1); err != nil {
		return answer{}, &askError{stageHead, err}
	}
	resp, err := readResponse(r, req)
	if err != nil {
		if ne := net.Error(nil); errors.As(err, &ne) {
			return answer{}, &askError{stageHead, err}
		}
		return answer{}, &askError{stageNotHTTP, err}
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, server: resp.Header.Get("Server"), proto: resp.Proto, closes: resp.Close, framing: framing(resp)}
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return a, &askError{stageBody, err}
	}
	return a, nil
}

func (pr Probe) request(path string, last bool) (*http.Request, error) {
	req, err := http.NewRequest(http.MethodGet, "http://"+pr.Host+path, nil)
	if err != nil {
		return nil, fmt.Errorf("probe %s: %w", path, err)
	}
	req.Header.Set("User-Agent", "wsgibench")
	for _, h := range pr.Header {
		if strings.EqualFold(h[0], "Host") {
			req.Host = h[1]
			continue
		}
		req.Header.Add(h[0], h[1])
	}
	req.Close = last
	return req, nil
}

// readResponse skips informational responses (RFC 9110, section 15.2).
func readResponse(r *bufio.Reader, req *http.Request) (*http.Response, error) {
	for range 5 {
		resp, err := http.ReadResponse(r, req)
		if err != nil || resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols {
			return resp, err
		}
	}
	return nil, errors.New("five informational responses in a row")
}

func framing(resp *http.Response) string {
	switch {
	case len(resp.TransferEncoding) > 0:
		return resp.TransferEncoding[0]
	case resp.ContentLength >= 0:
		return "content-length"
	default:
		return "close"
	}
}
