package calibrate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
	"github.com/wsgibench/wsgibench/targets/process"
)

// body is the null server's answer to everything: 12 bytes.
const body = "Hello, World"

// serverEnv tells this program that it is to be the null server, and where to listen.
const serverEnv = "WSGIBENCH_NULL_SERVER"

// ServerMain must be called in main behind process.KeeperMain, and in the TestMain of tests that call Measure: if this
// process was re-executed as the null server it serves until it is told to stop, and never returns; otherwise it does
// nothing.
func ServerMain() {
	addr := os.Getenv(serverEnv)
	if addr == "" {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, addr, os.Getenv(streamsEnv)); err != nil {
		fmt.Fprintln(os.Stderr, "null server:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serve answers with internal/traffic's server of known law, which costs a read, a write and a share of an epoll_wait
// per request. The known streams are served before it answers.
func serve(ctx context.Context, addr, streams string) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	if err := serveStreams(ctx, streams, fail); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if err := (&truth.Server{Law: truth.Null{}, Body: []byte(body)}).Serve(ctx, ln); err != nil {
		return err
	}
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// A server is the null server's process.
type server struct {
	process *process.Process
	addr    traffic.Address
	streams []knownStreams
}

func startServer(ctx context.Context, cpus []int, streams []Stream) (*server, error) {
	if os.Getenv(serverEnv) != "" {
		return nil, errors.New("start the null server: this process is one that did not become it: main must call calibrate.ServerMain first")
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	port, err := process.FreePort()
	if err != nil {
		return nil, fmt.Errorf("start the null server: %w", err)
	}
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	served, err := servedBy(streams)
	if err != nil {
		return nil, err
	}
	orders, err := json.Marshal(served)
	if err != nil {
		return nil, fmt.Errorf("start the null server: %w", err)
	}
	p, err := process.Start(ctx, process.Spec{
		Argv: []string{exe}, Env: append(os.Environ(), serverEnv+"="+addr, streamsEnv+"="+string(orders), "GOMAXPROCS=1"), CPUs: cpus, Grace: time.Second,
	})
	if err != nil {
		return nil, fmt.Errorf("start the null server: %w", err)
	}
	s := &server{p, traffic.Address{Network: "tcp", Addr: addr}, served}
	if _, err := process.Await(ctx, p, process.Probe{Network: "tcp", Addr: addr, Path: "/", Timeout: 10 * time.Second, Check: rightBody}); err != nil {
		return nil, errors.Join(fmt.Errorf("start the null server: %w", err), s.stop())
	}
	return s, nil
}

func rightBody(status int, got []byte) error {
	if status != 200 || string(got) != body {
		return fmt.Errorf("got status %d and %q, want 200 and %q", status, got, body)
	}
	return nil
}

// stop runs without the calibration's context: what is interrupted must stop its server all the same.
func (s *server) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := s.process.Stop(ctx); err != nil {
		return fmt.Errorf("stop the null server: %w", err)
	}
	return nil
}
