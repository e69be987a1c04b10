package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"

	"github.com/wsgibench/wsgibench/internal/bars"
)

// A child is a process of the bench. It ends by itself when its stdin ends, or when its work is done.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(ctx context.Context, role string, j job) (*child, error) {
	cmd, err := bars.Self(ctx, role, j)
	if err != nil {
		return nil, err
	}
	c := &child{cmd: cmd}
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewReader(out)
	return c, c.cmd.Start()
}

func (c *child) stop() error {
	_ = c.in.Close() // it may have ended already, and its pipe with it
	if err := c.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", c.cmd.Args[2], err)
	}
	return nil
}
