package scenarios

import "slices"

func (r *resolver) manner(f *requestForm) Manner {
	m := Manner{ReadRate: f.Read.f, SendRate: f.Send.f, LeaveAfter: int(f.Leave.After.n), Reset: f.Leave.By.s == "reset"}
	for _, rate := range []byteRate{f.Read, f.Send} {
		if rate.f < 1 && rate.at != (place{}) && !r.reported(rate.at) {
			r.add(rate.at, "", "a client that is slow still moves at least 1 B/s")
		}
	}
	if f.has("leave") && !f.has("stream") && r.f.App.has("module") {
		r.add(f.key("leave"), "write stream: events, or stream: lines", "a stream is left after so many blocks, and nothing says what the blocks of this one are")
	}
	if f.has("send") && !f.has("body") {
		r.add(f.key("send"), "write body: {size: 1MiB}", "there is nothing to send slowly: the request has no body")
	}
	return m
}

func (r *resolver) streams() Streams {
	return Streams{FirstBlock: r.f.Streams.FirstBlock.d, GapP99: r.f.Streams.GapP99.d}
}

// parts finds what a phase sends, and what is held beside it, among the requests.
func (r *resolver) parts(f *phaseForm) (only []string, held *Held) {
	only = r.requestNames(f.Only)
	if f.has("only") && (f.has("replay") || r.f.has("sessions")) {
		r.add(f.key("only"), "leave it out", "only chooses among requests, and this phase sends others")
	}
	if !f.has("held") || f.Held.bad {
		return only, nil
	}
	held = &Held{Only: r.requestNames(f.Held.Only)}
	if n := f.Held.Clients.list; len(n) > 0 {
		held.Clients = n[0]
	}
	return only, held
}

func (r *resolver) requestNames(list []formed[titleForm]) []string {
	var known, all []string
	for _, q := range r.requestList {
		known = append(known, q.Name)
	}
	for _, name := range list {
		if r.known(name.at, "request", name.s, known) && !slices.Contains(all, name.s) {
			all = append(all, name.s)
		}
	}
	return all
}
