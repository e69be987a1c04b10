//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/wsgibench/wsgibench/internal/bars"
	"github.com/wsgibench/wsgibench/internal/traffic/truth"
)

// pinned starts a command on one CPU: a child inherits the affinity of the thread that forks it.
func pinned(cmd *exec.Cmd, cpu int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var old, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &old); err != nil {
		return fmt.Errorf("read the CPU affinity: %w", err)
	}
	one.Set(cpu)
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		return fmt.Errorf("pin to CPU %d: %w; choose others with -load-cpu and -server-cpu", cpu, err)
	}
	err := cmd.Start()
	if back := unix.SchedSetaffinity(0, &old); back != nil {
		return errors.Join(err, fmt.Errorf("undo the CPU affinity: %w", back))
	}
	return err
}

// A server is a running server process.
type server struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	addr string
}

func startServer(ctx context.Context, cpu int, j job) (*server, error) {
	return startRole(ctx, cpu, "truth", j)
}

// startRole starts one of the servers.
func startRole(ctx context.Context, cpu int, role string, j any) (*server, error) {
	cmd, err := bars.Self(ctx, role, j)
	if err != nil {
		return nil, err
	}
	s := &server{cmd: cmd}
	if s.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	if err := pinned(cmd, cpu); err != nil {
		return nil, err
	}
	line, err := s.out.ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the server said no address: %w", err), cmd.Wait())
	}
	s.addr = strings.TrimSpace(line)
	return s, nil
}

// stop ends the server and returns its log.
func (s *server) stop() ([]truth.Entry, error) {
	if err := s.in.Close(); err != nil {
		return nil, err
	}
	var es []truth.Entry
	for {
		var a, b int64
		if _, err := fmt.Fscanln(s.out, &a, &b); err != nil {
			break
		}
		es = append(es, truth.Entry{Arrived: time.Duration(a), Answered: time.Duration(b)})
	}
	return es, s.cmd.Wait()
}

// generate runs a generator of ours to its end, and returns what it said.
func generate[Said any](ctx context.Context, cpu int, role string, j any) (o Said, err error) {
	cmd, err := bars.Self(ctx, role, j)
	if err != nil {
		return o, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return o, err
	}
	if err := pinned(cmd, cpu); err != nil {
		return o, err
	}
	decodeErr := json.NewDecoder(out).Decode(&o)
	if err := cmd.Wait(); err != nil {
		return o, fmt.Errorf("%s: %w", role, err)
	}
	return o, decodeErr
}

// cpuOf is what a process that has ended had used.
func cpuOf(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
