package process

import (
	"bytes"
	"errors"
	"strconv"
)

// A proc is one line of /proc/PID/stat, as far as it matters here. See proc_pid_stat(5).
type proc struct {
	pid, ppid, group, session, threads int
	state                              byte
	ticks                              uint64 // CPU time, user and system, in clock ticks
	start                              uint64 // clock ticks since boot: with the pid, the identity of a process
}

// dead reports whether the process only waits to be waited for.
func (p proc) dead() bool { return p.state == 'Z' || p.state == 'X' || p.state == 'x' }

var errStat = errors.New("not a line of /proc/PID/stat")

// parseStat reads a stat line. The command name in parentheses may hold anything, parentheses too: the last one counts.
func parseStat(line []byte) (proc, error) {
	open, end := bytes.IndexByte(line, '('), bytes.LastIndexByte(line, ')')
	if open < 1 || end < open {
		return proc{}, errStat
	}
	f := bytes.Fields(line[end+1:])
	if len(f) < 20 || len(f[0]) != 1 {
		return proc{}, errStat
	}
	p := proc{state: f[0][0]}
	var utime, stime uint64
	for _, v := range []struct {
		text []byte
		to   *int
	}{{bytes.TrimSpace(line[:open]), &p.pid}, {f[1], &p.ppid}, {f[2], &p.group}, {f[3], &p.session}, {f[17], &p.threads}} {
		n, err := strconv.Atoi(string(v.text))
		if err != nil {
			return proc{}, errStat
		}
		*v.to = n
	}
	for _, v := range []struct {
		text []byte
		to   *uint64
	}{{f[11], &utime}, {f[12], &stime}, {f[19], &p.start}} {
		n, err := strconv.ParseUint(string(v.text), 10, 64)
		if err != nil {
			return proc{}, errStat
		}
		*v.to = n
	}
	p.ticks = utime + stime
	return p, nil
}

// below returns the descendants of the given roots in all, parents before their children, without the roots.
func below(all []proc, roots ...int) []proc {
	children := map[int][]proc{}
	for _, p := range all {
		children[p.ppid] = append(children[p.ppid], p)
	}
	visited := map[int]bool{}
	for _, r := range roots {
		visited[r] = true
	}
	var out []proc
	queue := roots
	for len(queue) > 0 {
		for _, p := range children[queue[0]] {
			if !visited[p.pid] {
				visited[p.pid] = true
				out = append(out, p)
				queue = append(queue, p.pid)
			}
		}
		queue = queue[1:]
	}
	return out
}

// living returns the processes that still run.
func living(all []proc) []proc {
	var out []proc
	for _, p := range all {
		if !p.dead() {
			out = append(out, p)
		}
	}
	return out
}

// leaves returns the processes of a tree that have no child in it.
func leaves(tree []proc) []int {
	parents := map[int]bool{}
	for _, p := range tree {
		parents[p.ppid] = true
	}
	var out []int
	for _, p := range tree {
		if !parents[p.pid] {
			out = append(out, p.pid)
		}
	}
	return out
}
