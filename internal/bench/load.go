package bench

import (
	"fmt"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// addTraffic turns the scenario's phases into traffic's, and into words for the record. The error is an InputError.
func (p *Plan) addTraffic(app app, seed uint64) error {
	list, users, err := p.requestsOrSessions(app)
	if err != nil {
		return err
	}
	mix := list.all
	for i, ph := range p.scenario.Traffic {
		t := traffic.Phase{
			Name: ph.Name, For: ph.For, Clients: ph.Clients, Requests: only(mix, ph.Only),
			ReceiveBuffer: p.scenario.Connections.ReceiveBuffer,
			Seed:          seed + uint64(i), Timeout: p.scenario.Timeout, NoReuse: !p.scenario.Connections.KeepAlive,
			Reuse: p.scenario.Connections.Reuse, Think: think(ph.Think),
		}
		rec := results.Phase{Name: ph.Name, Warmup: ph.Warmup, Model: "closed", Clients: ph.Clients, Ladder: p.ladder(ph.Ladder)}
		switch {
		case ph.Replay != nil:
			if err := p.replay(&list, ph.Replay, &t, &rec); err != nil {
				return err
			}
		case ph.Rate != nil:
			t.Sessions, t.Schedule = users, schedule(*ph.Rate, ph.For, t.Seed)
			rec.Offered = ph.Rate.Mean(ph.For)
		default:
			t.Sessions = users
		}
		rec.Duration, rec.Schedule = t.For.Seconds(), clients(t)
		rec.Pauses = t.Schedule == nil && (t.Think != nil || t.Sessions != nil)
		if t.Schedule != nil {
			rec.Model, rec.Schedule = "open", t.Schedule.String()
		}
		if t.Sessions != nil {
			rec.Schedule += ", sessions"
		}
		noteStreams(&rec, t)
		p.phases = append(p.phases, t)
		p.Run.Phases = append(p.Run.Phases, rec)
		if ph.Held != nil {
			p.addHeld(t, ph.Held, mix, ph.Warmup)
		}
	}
	p.requests = list.names
	return nil
}

// requestsOrSessions compiles what is sent: requests, or sessions (nil: there are none).
func (p *Plan) requestsOrSessions(app app) (list requestList, users traffic.Sessions, err error) {
	for _, r := range p.scenario.Requests {
		list.all = append(list.all, app.request(r))
		list.names = append(list.names, r.Name)
	}
	if len(p.scenario.Sessions) == 0 {
		return list, nil, nil
	}
	compiled, names, err := compileScript(p.scenario, app)
	if err != nil {
		return list, nil, err
	}
	list.names, list.all = names, inPlaceOfSteps(p.scenario, app, names)
	s, err := newSessions(compiled)
	return list, s, err
}

// clients are the users of a closed phase, in words.
func clients(t traffic.Phase) string {
	words := fmt.Sprintf("%d clients", t.Clients)
	if t.Clients == 1 {
		words = "1 client"
	}
	if t.Think != nil {
		words += ", " + t.Think.String()
	}
	return words
}

// schedule makes the arrivals of an open phase.
func schedule(r scenarios.Rate, d time.Duration, seed uint64) traffic.Schedule {
	if r.Arrivals == "poisson" {
		return traffic.Randomised(shape(r, d), seed)
	}
	return shape(r, d)
}

// shape is the schedule without chance.
func shape(r scenarios.Rate, d time.Duration) traffic.Schedule {
	switch {
	case r.Steps != nil:
		return traffic.Steps(r.Steps, r.Each, d)
	case r.Sine != nil:
		return traffic.Sine(r.Sine.Mean, r.Sine.Amplitude, r.Sine.Period, d)
	case r.Burst > 0:
		return traffic.Bursts(r.Burst, r.Every, d)
	case r.From != r.To:
		return traffic.Ramp(r.From, r.To, d)
	}
	return traffic.Constant(r.From, d)
}

// think makes the law of a pause; nil: there is none.
func think(t *scenarios.Think) traffic.Think {
	if t == nil {
		return nil
	}
	switch t.Law {
	case "exponential":
		return traffic.ThinkExponential(t.Pause)
	case "lognormal":
		return traffic.ThinkLognormal{Median: t.Pause, Sigma: t.Sigma}
	}
	return traffic.ThinkConstant(t.Pause)
}
