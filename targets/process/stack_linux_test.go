package process

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeStack is a fake server in mode front with others behind it.
func fakeStack(t *testing.T, front, addr string, behind ...string) Spec {
	t.Helper()
	spec := fakeSpec(t, front, addr)
	for _, mode := range behind {
		spec.Behind = append(spec.Behind, Program{Argv: []string{spec.Argv[0], mode}})
	}
	return spec
}

// The front ends before what is behind it is asked to.
func TestStackStopsFromTheFront(t *testing.T) {
	p := start(t, fakeStack(t, "polite", "", "polite", "silent"))
	waitFor(t, "all of them are up", func() bool {
		log := p.Tail(50)
		return slices.Contains(log, "polite") && slices.Contains(log, "politepolite") && slices.Contains(log, "I never listen")
	})
	if pids := p.PIDs(); len(pids) != 3 || pids[0] != p.PID() {
		t.Errorf("PIDs = %v, want three, the leader %d first", pids, p.PID())
	}
	rep, err := p.Stop(t.Context())
	if err != nil || !rep.Graceful || len(rep.Killed) > 0 {
		t.Errorf("Stop = %+v, %v; want graceful", rep, err)
	}
	if e := p.Exit(); !e.Ended || e.Code != 0 || e.Part != "" {
		t.Errorf("Exit = %+v, want the leader's, code 0", e)
	}
	if tail := p.Tail(2); !slices.Equal(tail, []string{"good bye", "good byepolite"}) {
		t.Errorf("Tail = %q, want the front's last words before the others'", tail)
	}
}

// A server has ended when a part of it has, and says which.
func TestStackEndsWithAnyPart(t *testing.T) {
	addr := freeAddr(t)
	spec := fakeStack(t, "silent", addr, "exits")
	p := start(t, spec)
	_, err := Await(t.Context(), p, Probe{Network: "tcp", Addr: addr})
	notReady := (*NotReady)(nil)
	part := filepath.Base(spec.Argv[0])
	if !errors.As(err, &notReady) || notReady.Kind != Died || !strings.Contains(notReady.Text, "(its part "+part+")") {
		t.Errorf("Await: %v, want that the part %s died", err, part)
	}
	<-p.Done()
	if e := p.Exit(); e.Code != 3 || e.Part != part {
		t.Errorf("Exit = %+v, want code 3 of %s", e, part)
	}
	if rep, err := p.Stop(t.Context()); err != nil || !rep.Graceful {
		t.Errorf("Stop = %+v, %v; want graceful: the front was there to ask", rep, err)
	}
}

func TestStackKillsTheDeafBehind(t *testing.T) {
	spec := fakeStack(t, "polite", freeAddr(t), "deaf")
	spec.Grace = 1
	p := start(t, spec)
	says(t, p, "deaf")
	deaf := p.PIDs()[1]
	rep, err := p.Stop(t.Context())
	if err != nil || rep.Graceful || !slices.Contains(rep.Killed, deaf) || alive(deaf) {
		t.Errorf("Stop = %+v, %v; want %d killed", rep, err, deaf)
	}
}

// What was started before the program that could not be is ended.
func TestStackThatCannotStart(t *testing.T) {
	noLeaks(t)
	spec := fakeStack(t, "polite", "", "silent")
	spec.Argv = []string{"/nowhere/at/all"}
	if _, err := Start(t.Context(), spec); err == nil || !strings.Contains(err.Error(), "start /nowhere/at/all") {
		t.Errorf("error %v, want that the front does not exist", err)
	}
	spec.Argv, spec.Behind[0].Argv = spec.Behind[0].Argv, nil
	if _, err := Start(t.Context(), spec); err == nil || err.Error() != "no command to start" {
		t.Errorf("error %v of a part without a command", err)
	}
}

// The processes of a front are no workers.
func TestStackWorkersAreBehind(t *testing.T) {
	addr := freeAddr(t)
	p := start(t, fakeStack(t, "prefork", "nnn@"+addr, "silent"))
	r, err := Await(t.Context(), p, Probe{Network: "tcp", Addr: addr, Workers: 1})
	if err != nil || r.Workers != 1 || slices.Contains(r.WorkerPIDs, p.PID()) {
		t.Errorf("Await = %+v, %v; want the one process behind as worker", r, err)
	}
}
