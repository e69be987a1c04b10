//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

var wrkRequests = regexp.MustCompile(`(\d+) requests in `)

// runWrk runs wrk with one thread. Its CPU time is that of the whole process, as it says nothing itself.
func runWrk(ctx context.Context, cpu int, addr string, clients int, length time.Duration) (requests int64, used time.Duration, err error) {
	path, err := exec.LookPath("wrk")
	if err != nil {
		return 0, 0, errors.New("wrk is missing: apt-get install wrk")
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, path, "-t1", "-c"+strconv.Itoa(clients), "-d"+strconv.Itoa(int(length.Seconds()))+"s", "http://"+addr+"/")
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := pinned(cmd, cpu); err != nil {
		return 0, 0, err
	}
	if err := cmd.Wait(); err != nil {
		return 0, 0, fmt.Errorf("wrk: %w: %s", err, out.String())
	}
	m := wrkRequests.FindSubmatch(out.Bytes())
	if m == nil {
		return 0, 0, fmt.Errorf("wrk: no number of requests in its output: %s", out.String())
	}
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	return n, cpuOf(cmd), err
}
