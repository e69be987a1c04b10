package process

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxAsked bounds how many connections are open at once to find the workers, in connections: small listen queues
// (five, in wsgiref) belong to servers of one process.
const maxAsked = 32

// countWorkers waits until as many distinct workers as asked for have been seen, and notes how they were.
func (w *waiter) countWorkers(ctx context.Context, r *Readiness) error {
	wanted := w.probe.Workers
	switch {
	case wanted <= 0:
		return nil
	case w.probe.WorkerPath != "" && !w.behindFront():
		return w.askWorkers(ctx, r)
	case w.p == nil:
		r.How += "; workers not counted: the server's processes are not ours and it has no path that tells a pid"
		return nil
	}
	if _, err := scan(); err != nil {
		r.How += "; workers not counted: " + err.Error()
		return nil
	}
	var ticks uint64
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		tree := w.p.workerTree()
		pids, before := leaves(tree), ticks
		var busy bool
		ticks, busy = work(tree)
		if len(pids) >= wanted && (!w.behindFront() || ticks == before && !busy) {
			r.Workers, r.WorkerPIDs = len(pids), slices.Sorted(slices.Values(pids))
			r.How += fmt.Sprintf("; %d leaf processes", len(pids))
			return nil
		}
		if ctx.Err() != nil {
			return w.tooFew(ctx, fmt.Sprintf("%d of %d worker processes are there (leaves of the process tree)", len(pids), wanted))
		}
		pauseFor(ctx, pause)
	}
}

// behindFront reports whether the workers are behind another program. Then they cannot be asked one by one: a proxy may
// send all requests over connections that it keeps to a few of them. They are counted, once they have nothing left to
// do for their start.
func (w *waiter) behindFront() bool { return w.p != nil && len(w.p.spec.Behind) > 0 }

// work is the CPU time that processes have used, in ticks, and whether one of them runs right now.
func work(tree []proc) (ticks uint64, busy bool) {
	for _, q := range tree {
		ticks += q.ticks
		busy = busy || q.state == 'R'
	}
	return ticks, busy
}

// tooFew explains a wait for workers that has ended.
func (w *waiter) tooFew(ctx context.Context, text string) error {
	if context.Cause(ctx) != errLate {
		return w.late(ctx)
	}
	after := time.Since(w.began).Round(time.Millisecond)
	return w.notReady(FewWorkers, fmt.Sprintf("%s after %v", text, after),
		"workers may still be importing the app or dying at once: see its last lines; or the server has fewer processes than it was asked for")
}

// askWorkers asks workers for their pids until as many distinct ones as wanted have answered.
func (w *waiter) askWorkers(ctx context.Context, r *Readiness) error {
	seen := map[int]bool{}
	strange := 0
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		pids, err := w.round(ctx, min(2*w.probe.Workers, maxAsked))
		for _, pid := range w.ofTree(pids, &strange) {
			seen[pid] = true
		}
		if len(seen) >= w.probe.Workers {
			r.Workers, r.WorkerPIDs = len(seen), slices.Sorted(maps.Keys(seen))
			r.How += fmt.Sprintf("; %d worker pids answered at %s", len(seen), w.probe.WorkerPath)
			return nil
		}
		if err != nil {
			w.learn(ctx, err)
		}
		if ctx.Err() != nil {
			return w.tooFew(ctx, w.counted(seen, strange))
		}
		pauseFor(ctx, pause)
	}
}

func (w *waiter) counted(seen map[int]bool, strange int) string {
	text := fmt.Sprintf("%d of %d workers answered at %s", len(seen), w.probe.Workers, w.probe.WorkerPath)
	if len(seen) > 0 {
		text += fmt.Sprintf(" (pids %v)", slices.Sorted(maps.Keys(seen)))
	}
	if strange > 0 {
		text += fmt.Sprintf("; %d answers named a process that is not of the server", strange)
	}
	if w.last != nil {
		text += fmt.Sprintf("; last error: %v", w.last)
	}
	return text
}

// ofTree keeps the pids that are processes of the server, and counts the others.
func (w *waiter) ofTree(pids []int, strange *int) []int {
	if w.p == nil || len(pids) == 0 {
		return pids
	}
	if _, err := scan(); err != nil {
		return pids // cannot be told here
	}
	tree := w.p.PIDs()
	var own []int
	for _, pid := range pids {
		if slices.Contains(tree, pid) {
			own = append(own, pid)
		} else {
			*strange++
		}
	}
	return own
}

// round opens n connections, then asks on all of them at once: a worker that serves one connection at a time cannot take
// them all. It returns the pids that answered, and one error if any did not.
func (w *waiter) round(ctx context.Context, n int) ([]int, error) {
	deadline, _ := ctx.Deadline()
	ctx, cancel := context.WithTimeout(ctx, max(time.Second, time.Until(deadline)/2))
	defer cancel()
	var conns []net.Conn
	var failed error
	for range n {
		conn, err := w.probe.dial(ctx)
		if err != nil {
			failed = err
			break
		}
		conns = append(conns, conn)
	}
	var mu sync.Mutex
	var pids []int
	var wg sync.WaitGroup
	for _, conn := range conns {
		wg.Go(func() {
			defer conn.Close()
			pid, err := w.askPID(ctx, conn)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
				return
			}
			pids = append(pids, pid)
		})
	}
	wg.Wait()
	return pids, failed
}

func (w *waiter) askPID(ctx context.Context, conn net.Conn) (int, error) {
	a, err := w.probe.ask(ctx, conn, bufio.NewReader(conn), w.probe.WorkerPath, true)
	if err != nil {
		return 0, err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(a.body)))
	if err != nil || a.status != 200 || pid <= 0 {
		return 0, fmt.Errorf("%s: got status %d and %q, want 200 and a pid", w.probe.WorkerPath, a.status, clean(string(a.body[:min(len(a.body), 80)])))
	}
	return pid, nil
}
