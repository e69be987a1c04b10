package gohost

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"time"
)

const (
	headTimeout = 10 * time.Second // for the whole head of a request
	maxHead     = 64 << 10         // bytes of a head
)

// An httpHost is net/http's server around a handler: what native and cgi run on.
type httpHost struct {
	server *http.Server
	config Config
}

var _ host = (*httpHost)(nil)

func newHTTPHost(config Config, handler http.Handler, messages *logger, access *accessLog) *httpHost {
	if access != nil {
		handler = logged(handler, access)
	}
	server := &http.Server{
		Handler:                      limitBody(handler, config.MaxBody),
		ReadHeaderTimeout:            headTimeout,
		IdleTimeout:                  config.KeepAlive,
		MaxHeaderBytes:               maxHead,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     newStdLogger(logWriter{messages}),
	}
	server.SetKeepAlivesEnabled(config.KeepAlive > 0)
	return &httpHost{server, config}
}

func (h *httpHost) serve(listener net.Listener) error {
	err := h.server.Serve(newCapped(listener, h.config.MaxConns))
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func (h *httpHost) shutdown(ctx context.Context) error { return h.server.Shutdown(ctx) }
func (h *httpHost) close()                             { h.server.Close() }
func (h *httpHost) reload()                            {} // nothing of the application is kept between requests

// limitBody refuses a body that says it is too long, and cuts off one that turns out to be.
func limitBody(handler http.Handler, most int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > most {
			w.Header().Set("Connection", "close")
			http.Error(w, "413 Content Too Large", http.StatusRequestEntityTooLarge)
			return
		}
		if r.ContentLength < 0 {
			r.Body = http.MaxBytesReader(w, r.Body, most)
		}
		handler.ServeHTTP(w, r)
	})
}

func newStdLogger(out logWriter) *log.Logger { return log.New(out, "", 0) }

type logWriter struct{ log *logger }

func (w logWriter) Write(line []byte) (int, error) {
	w.log.printf("%s", trimNewline(line))
	return len(line), nil
}

func trimNewline(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		return line[:n-1]
	}
	return line
}

func logged(handler http.Handler, access *accessLog) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &watched{ResponseWriter: w, status: http.StatusOK}
		start := time.Now()
		handler.ServeHTTP(seen, r)
		remote, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			remote = r.RemoteAddr
		}
		access.write(entry{remote, r.Method, r.RequestURI, r.Proto, seen.status, seen.bytes, start})
	})
}

// watched remembers what the access log tells.
type watched struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *watched) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
