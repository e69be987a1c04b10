package gohost

import (
	_ "embed"
	"fmt"
	"net"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

//go:embed cgi.py
var cgiScript string

// newCGI starts a Python process for each request, at most config.Workers at once: more wait for their turn, as they
// would with the process limit of a web server. An application that takes longer than config.Timeout is ended.
func newCGI(config Config, messages *logger, access *accessLog) (host, error) {
	python, err := exec.LookPath(config.Python)
	if err != nil {
		return nil, fmt.Errorf("mode cgi: find the interpreter: %w (name another with --python)", err)
	}
	if python, err = filepath.Abs(python); err != nil {
		return nil, err
	}
	dir, err := workingDir(config.Dir)
	if err != nil {
		return nil, err
	}
	script := &cgi.Handler{
		Path:   python,
		Args:   []string{"-c", cgiScript, config.App, strconv.FormatFloat(config.Timeout.Seconds(), 'f', -1, 64)},
		Dir:    dir,
		Env:    inheritable(os.Environ()),
		Stderr: messages.out,
		Logger: newStdLogger(logWriter{messages}),
	}
	turns := make(chan struct{}, config.Workers)
	handler := func(w http.ResponseWriter, r *http.Request) {
		select {
		case turns <- struct{}{}:
			defer func() { <-turns }()
			script.ServeHTTP(w, withLocalAddr(r))
		case <-r.Context().Done(): // the client has gone
		}
	}
	return newHTTPHost(config, http.HandlerFunc(handler), messages, access), nil
}

// inheritable leaves out what the application would take for part of the request: HTTP_PROXY would be a Proxy header.
func inheritable(environ []string) []string {
	return slices.DeleteFunc(environ, func(pair string) bool {
		for _, prefix := range []string{"HTTP_", "REQUEST_", "REMOTE_", "SERVER_", "CONTENT_", "PATH_INFO=", "QUERY_STRING=", "SCRIPT_NAME=", "HTTPS="} {
			if strings.HasPrefix(pair, prefix) {
				return true
			}
		}
		return false
	})
}

// withLocalAddr gives net/http/cgi a Host to take SERVER_NAME and SERVER_PORT from where HTTP/1.0 sent none.
func withLocalAddr(r *http.Request) *http.Request {
	if r.Host == "" {
		r.Host = "localhost"
		if addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && addr.Network() == "tcp" {
			r.Host = addr.String()
		}
	}
	if r.RemoteAddr == "@" { // Go's name for the other end of a Unix socket
		r.RemoteAddr = ""
	}
	return r
}

func workingDir(dir string) (string, error) {
	dir, err := filepath.Abs(dir) // "" is the current one
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("--chdir %s: expected a directory", dir)
	}
	return dir, nil
}
