// Package gohost answers: what does it cost to host WSGI from Go?
//
// One program with several modes. pool, the default, has persistent Python worker processes behind Unix sockets; embed
// has Python inside its own processes; cgi starts a process for each request, as the first web did; native answers in Go
// without Python: the ceiling.
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
	"runtime"
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
// Both may be written to by several processes and goroutines at once. The handler serves --mode native. Errors that are the command line's fault are ErrUsage.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer, native http.Handler) error {
	config, err := ParseFlags(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if config.Mode == ModePool {
		tune(newLogger(stderr))
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer signal.Stop(signals)
	return Serve(ctx, config, native, signals, stdout, stderr)
}

// tune gives way to the workers, which do most of the work: the Go half gets half of the CPUs. On two, one cost 12 % less
// CPU time per request than both; larger machines have not been measured. GOMAXPROCS in the environment overrules it.
func tune(log *logger) {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS((runtime.GOMAXPROCS(0) + 1) / 2)
	}
	if err := batch(); err != nil {
		log.printf("requests will cost more CPU: %v", err)
	}
}

// Serve listens and serves as config says. The first TERM or INT, or the end of ctx, stops it gracefully; the next one
// at once.
func Serve(ctx context.Context, config Config, native http.Handler, signals <-chan os.Signal, stdout, stderr io.Writer) error {
	listener, err := listen(config.Bind, config.Backlog, config.Mode == ModeEmbed)
	if err != nil {
		return err
	}
	defer listener.Close()
	if listener.Addr().Network() == "tcp" {
		config.Bind = listener.Addr().String() // port 0 has become another
	}
	log := newLogger(stderr)
	access, err := openAccessLog(config.AccessLog, stdout)
	if err != nil {
		return err
	}
	defer access.close()
	server, err := startHost(ctx, signals, func(ctx context.Context) (host, error) {
		return newHost(ctx, config, native, listener, log, access, stdout)
	})
	if err != nil || server == nil {
		return err
	}
	return supervise(ctx, server, listener, signals, config, log)
}

// startHost returns nothing at all when it is asked to stop before the host is ready.
func startHost(ctx context.Context, signals <-chan os.Signal, start func(context.Context) (host, error)) (host, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var server host
	var err error
	ready := make(chan struct{})
	go func() {
		defer close(ready)
		server, err = start(ctx)
	}()
	for {
		select {
		case <-ready:
			if ctx.Err() != nil && err != nil {
				return nil, nil
			}
			return server, err
		case s := <-signals:
			if s != syscall.SIGHUP { // what is being loaded is the newest there is
				cancel()
			}
		}
	}
}

func newHost(ctx context.Context, config Config, native http.Handler, listener net.Listener, log *logger, access *accessLog, stdout io.Writer) (host, error) {
	switch config.Mode {
	case ModeCGI:
		return newCGI(config, log, access)
	case ModeEmbed:
		return newEmbedded(ctx, config, listener, log, stdout)
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
	log.printf("serving %s on %s", config.describe(), config.Bind)
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
