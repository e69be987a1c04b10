package traffic

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/http1"
)

// An Engine sends phases to one server, one after the other. Connections that are open at the end of a phase go on in
// the next. It is for one goroutine.
type Engine struct {
	addr Address

	mu   sync.Mutex
	kept []*http1.Conn
	loop loop // of the phase under way; nil: none is
}

// New returns an engine for the server at addr. It opens no connection yet.
func New(addr Address) *Engine { return &Engine{addr: addr} }

// Close closes the connections that were kept.
func (e *Engine) Close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.kept {
		c.Close()
	}
	e.kept = nil
}

// Send sends a phase and shows every exchange to obs, which is called from many goroutines. It returns when the last
// exchange has ended. Where ctx is cancelled it ends the exchanges under way with the error Cancelled, and returns what
// was done with the cause.
//
// How vegeta is used: an Attacker runs the attack, and asks the phase's Pacer for every hit; but a hit is not a request.
// It is a client (closed model) or a connection that takes one arrival after the other (open model), which lives inside
// one RoundTrip. vegeta starts one more where all others are busy and the ceiling allows it, as it does with its own
// workers. So its cost for every hit, 3.4 µs and 19 allocations, is paid for a connection and not for a request; its
// results, which count from the actual and not the intended start, are not used at all.
func (e *Engine) Send(ctx context.Context, p Phase, obs collect.Observer) (Report, error) {
	m, err := compileMix(p.Requests, e.addr)
	if err != nil && p.Sessions == nil {
		return Report{}, err
	}
	if p.Schedule == nil && p.Clients < 1 {
		return Report{}, errors.New("neither a schedule nor clients: an open phase needs the one, a closed phase the other")
	}
	if p.For <= 0 {
		return Report{}, fmt.Errorf("length %v: a phase must have one", p.For)
	}
	if p.InFlight <= 0 {
		p.InFlight = DefaultInFlight
	}
	r := &run{engine: e, phase: p, mix: m, obs: obs, ctx: ctx}
	r.blocks, _ = obs.(collect.BlockObserver)
	workers := uint64(p.Clients)
	var l loop = &closed{run: r}
	if p.Schedule != nil {
		l, workers = newOpen(r), uint64(p.InFlight)
	}
	stop := context.AfterFunc(ctx, func() { r.cancel(l) })
	defer stop()
	e.at(l)
	defer e.at(nil)
	if p.Schedule != nil {
		defer roomForPacer()()
	}
	r.start = time.Now()
	attacker := vegeta.NewAttacker(vegeta.Client(&http.Client{Transport: hits{l}}), vegeta.Workers(0), vegeta.MaxWorkers(workers))
	for range attacker.Attack(anyTarget, l, 0, "") {
	}
	if p.Schedule == nil {
		r.report.InFlight = int64(p.Clients)
	}
	r.report.Start = r.start
	r.report.Elapsed = max(0, r.lastEnd-r.firstDue)
	return r.report, context.Cause(ctx)
}

// at says which loop is at work.
func (e *Engine) at(l loop) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.loop = l
}

// A loop is one load model: what vegeta asks for the next hit, and what it does with it.
type loop interface {
	vegeta.Pacer
	worker()                // a hit: lives as long as its client or connection
	connections() []*worker // those that live, to be aborted
}

// hits turns a vegeta hit into a worker.
type hits struct{ loop loop }

func (h hits) RoundTrip(*http.Request) (*http.Response, error) {
	h.loop.worker()
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

// anyTarget satisfies vegeta, which wants a valid request for every hit.
func anyTarget(t *vegeta.Target) error {
	t.Method, t.URL = http.MethodGet, "http://127.0.0.1/"
	return nil
}

// A run is one phase under way.
type run struct {
	engine    *Engine
	phase     Phase
	mix       *mix
	obs       collect.Observer
	blocks    collect.BlockObserver // nil: obs does not want blocks
	ctx       context.Context       // of dialling; Send lives as long as it does
	start     time.Time
	cancelled atomic.Bool

	mu       sync.Mutex
	report   Report
	firstDue time.Duration
	lastEnd  time.Duration
	any      bool
}

func (r *run) now() time.Duration { return time.Since(r.start) }

func (r *run) cancel(l loop) {
	r.cancelled.Store(true)
	for _, w := range l.connections() {
		w.abort()
	}
}
