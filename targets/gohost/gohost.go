// Package gohost answers: what does it cost to host WSGI from Go?
//
// One program with several modes. pool, the default, has persistent Python worker processes behind Unix sockets; cgi
// starts a process for each request, as the first web did; native answers in Go without Python: the ceiling.
// The package is a server to be measured: it measures nothing itself and knows nothing of scenarios or results.
package gohost

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

// A host serves one listener in one mode.
type host interface {
	// serve returns nil after shutdown or close, and otherwise why it cannot go on.
	serve(net.Listener) error
	// shutdown stops accepting and lets what is in flight finish until the context ends.
	shutdown(context.Context) error
	// close ends everything at once.
	close()
	// reload loads the application anew without refusing a connection.
	reload()
}

// Main is the whole program: it parses args (without the program's name), serves until TERM, INT or the end of ctx,
// and returns nil after an orderly stop. HUP reloads the application. stdout carries the access log, stderr the rest.
// The handler serves --mode native. Errors that are the command line's fault are ErrUsage.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer, native http.Handler) error {
	config, err := ParseFlags(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer signal.Stop(signals)
	return Serve(ctx, config, native, signals, stdout, stderr)
}

// Serve listens and serves as config says. The first TERM or INT, or the end of ctx, stops it gracefully; the next one
// at once.
func Serve(ctx context.Context, config Config, native http.Handler, signals <-chan os.Signal, stdout, stderr io.Writer) error {
	listener, err := listen(config.Bind, config.Backlog)
	if err != nil {
		return err
	}
	defer listener.Close()
	log := newLogger(stderr)
	access, err := openAccessLog(config.AccessLog, stdout)
	if err != nil {
		return err
	}
	defer access.close()
	server, err := newHost(ctx, config, native, log, access, stdout)
	if err != nil {
		return err
	}
	log.printf("serving %s on %s", config.describe(), config.Bind)
	return supervise(ctx, server, listener, signals, config, log)
}

func newHost(ctx context.Context, config Config, native http.Handler, log *logger, access *accessLog, stdout io.Writer) (host, error) {
	switch config.Mode {
	case ModeCGI:
		return newCGI(config, log, access)
	case ModeNative:
		if native == nil {
			return nil, errors.New("mode native: this program was built without the native application")
		}
		return newHTTPHost(config, native, log, access), nil
	}
	config, err := pythonConfig(config)
	if err != nil {
		return nil, fmt.Errorf("mode pool: %w", err)
	}
	return newPool(ctx, config, python, log, access, stdout)
}

// supervise runs the host and turns signals into calls.
func supervise(ctx context.Context, server host, listener net.Listener, signals <-chan os.Signal, config Config, log *logger) error {
	ended := make(chan error, 1)
	go func() { ended <- server.serve(listener) }()
	stopped := make(chan error, 1)
	done, stopping := ctx.Done(), false
	grace, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := func() {
		if stopping {
			log.printf("stopping at once")
			server.close()
			return
		}
		stopping, done = true, nil
		log.printf("stopping: what is in flight has %v", config.Graceful)
		limit, end := context.WithTimeout(grace, config.Graceful)
		go func() {
			defer end()
			stopped <- server.shutdown(limit)
		}()
	}
	for {
		select {
		case err := <-ended:
			if !stopping || err != nil {
				server.close()
				return err
			}
			ended = nil // the rest is shutdown's
		case err := <-stopped:
			server.close()
			if err != nil {
				log.printf("stopped before everything in flight was finished: %v", err)
			}
			return nil
		case <-done:
			stop()
		case s := <-signals:
			if s == syscall.SIGHUP {
				server.reload()
			} else {
				stop()
			}
		}
	}
}
