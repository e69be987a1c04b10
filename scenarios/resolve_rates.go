package scenarios

import (
	"slices"
	"strings"
	"time"
)

// model checks the load model of a phase: a rate or a replay (open), or clients (closed), and only one.
func (r *resolver) model(f *phaseForm) {
	words := map[string]string{"rate": "rate (open model)", "clients": "clients (closed model)", "replay": "replay (open model)"}
	var found []string
	for _, key := range models {
		if f.has(key) {
			found = append(found, key)
		}
	}
	switch {
	case len(found) > 1:
		r.add(f.key(found[1]), "write two phases", "%s and %s exclude each other", words[found[0]], words[found[1]])
	case len(found) == 0:
		r.add(f.at, "write rate: 200/s or clients: 32", "expected the key rate (open model), clients (closed model) or replay")
	}
	if f.has("arrivals") && !f.has("rate") {
		why := "clients send when they have an answer"
		if f.has("replay") {
			why = "a replay has the times of its log"
		}
		r.add(f.key("arrivals"), "leave it out", "arrivals belongs to rate: %s", why)
	}
	if f.has("think") && !f.has("clients") {
		r.add(f.key("think"), "leave it out", "think belongs to clients: a schedule does not wait for answers")
	}
}

// schedule resolves the rate of a phase of some length; nil in the closed model.
func (r *resolver) schedule(f *phaseForm, length time.Duration) *Rate {
	if !f.has("rate") {
		return nil
	}
	rate := &Rate{From: f.Rate.Fixed.f, To: f.Rate.Fixed.f, Arrivals: "constant"}
	if f.Arrivals.s != "" {
		rate.Arrivals = f.Arrivals.s
	}
	if f.Rate.bad {
		return rate
	}
	if f.Rate.keys != nil && !r.rateKind(&f.Rate) {
		return rate
	}
	switch {
	case f.Rate.has("steps"):
		r.steps(&f.Rate, rate, length)
	case f.Rate.has("sine"):
		r.sine(&f.Rate.Sine, rate)
	case f.Rate.has("burst"):
		r.burst(f, rate)
	case f.Rate.keys != nil:
		rate.From, rate.To = f.Rate.From.f, f.Rate.To.f
	}
	places := []place{f.Rate.at, f.Rate.From.at, f.Rate.To.at, f.Rate.Sine.at, f.Rate.Sine.Mean.at, f.Rate.Sine.Amplitude.at, f.Rate.Burst.at, f.Rate.Every.at}
	for _, step := range f.Rate.Steps {
		places = append(places, step.at)
	}
	if f.Rate.has("steps") && len(rate.Steps) == 0 {
		return rate
	}
	if most := rate.most(); (most <= 0 || most > maxRate) && !slices.ContainsFunc(places, r.reported) {
		r.add(f.Rate.at, "", "the rate must be more than 0/s and at most %s", formatRate(maxRate))
	}
	return rate
}

// rateKind checks that the long form of a rate has the keys of one kind, and says whether it has.
func (r *resolver) rateKind(f *rateForm) bool {
	var kinds []string
	for _, keys := range rateKinds {
		i := slices.IndexFunc(keys, f.has)
		if i < 0 {
			continue
		}
		kinds = append(kinds, keys[i])
		for _, key := range keys {
			if !f.has(key) {
				r.add(f.at, "", "the key %q is missing", key)
				return false
			}
		}
	}
	switch len(kinds) {
	case 0:
		r.add(f.at, "write {from: 100/s, to: 2000/s}", "expected from and to, steps and each, sine, or burst and every")
		return false
	case 1:
		return true
	}
	r.add(f.key(kinds[1]), "write two phases", "%s exclude each other", strings.Join(kinds, " and "))
	return false
}

func (r *resolver) steps(f *rateForm, rate *Rate, length time.Duration) {
	rate.Each = f.Each.d
	for _, step := range f.Steps {
		rate.Steps = append(rate.Steps, step.f)
	}
	if rate.Each <= 0 {
		if !r.reported(f.Each.at) {
			r.add(f.Each.at, "", "a step must last more than 0s")
		}
		return
	}
	if n := len(rate.Steps); n > 1 && length > 0 && time.Duration(n-1) >= (length+rate.Each-1)/rate.Each {
		r.add(f.key("steps"), "write for: "+(rate.Each*time.Duration(n)).String(), "the phase ends after %v, before the last of its %d steps begins", length, n)
	}
}

func (r *resolver) sine(f *sineForm, rate *Rate) {
	rate.Sine = &Sine{Mean: f.Mean.f, Amplitude: f.Amplitude.f, Period: f.Period.d}
	if f.bad {
		return
	}
	if f.has("period") && f.Period.d <= 0 && !r.reported(f.Period.at) {
		r.add(f.Period.at, "", "the period must be more than 0s")
	}
	if f.has("mean") && f.Amplitude.f > f.Mean.f && !r.reported(f.Mean.at) {
		r.add(f.Amplitude.at, "", "the amplitude %s is more than the mean %s: the rate would be negative", formatRate(f.Amplitude.f), formatRate(f.Mean.f))
	}
}

func (r *resolver) burst(f *phaseForm, rate *Rate) {
	rate.Burst, rate.Every = int(f.Rate.Burst.n), f.Rate.Every.d
	if rate.Every <= 0 && !r.reported(f.Rate.Every.at) {
		r.add(f.Rate.Every.at, "", "bursts must be more than 0s apart")
	}
	if rate.Arrivals == "poisson" {
		r.add(f.key("arrivals"), "leave it out", "bursts come at their own times, not at random ones")
	}
}

// replay resolves the log of a phase; nil where there is none.
func (r *resolver) replay(f *phaseForm) *Replay {
	if !f.has("replay") {
		return nil
	}
	p := &Replay{Speed: 1}
	if f.Replay.Log.s != "" {
		p.Log = r.absolute(f.Replay.Log.s)
	}
	if f.Replay.has("speed") {
		p.Speed = f.Replay.Speed.f
	}
	return p
}

// think resolves a pause; nil where there is none.
func (r *resolver) think(f *thinkForm) *Think {
	if f.at == (place{}) || f.bad {
		return nil
	}
	pause := func(d duration) time.Duration {
		if (d.d <= 0 || d.d > maxThink) && !r.reported(d.at) {
			r.add(d.at, "", "a pause must be more than 0s and at most %v", maxThink)
		}
		return d.d
	}
	switch {
	case f.keys == nil:
		return &Think{Law: "constant", Pause: pause(f.Fixed)}
	case f.has("exponential") && f.has("lognormal"):
		r.add(f.key("lognormal"), "keep one of the two", "exponential and lognormal exclude each other")
	case f.has("exponential"):
		return &Think{Law: "exponential", Pause: pause(f.Exponential)}
	case f.has("lognormal"):
		t := &Think{Law: "lognormal", Sigma: f.Lognormal.Sigma.f}
		if f.Lognormal.has("median") {
			t.Pause = pause(f.Lognormal.Median)
		}
		return t
	default:
		r.add(f.at, "write 100ms, {exponential: 100ms} or {lognormal: {median: 100ms, sigma: 0.5}}", "expected the key exponential or lognormal")
	}
	return nil
}
