package bench

import "github.com/wsgibench/wsgibench/results"

// heldMemory adds to each phase beside which streams were held what the server's memory grew by for one of them:
// held_pss, the highest PSS of the phase less that of the last phase before it beside which none were, by the streams
// that were open at one time. Memory that a server takes for its first requests, whoever holds what, is in both.
func heldMemory(t *results.Trial, phases []results.Phase) {
	const metric, unit = "held_pss", "B"
	without := "" // the last phase beside which nothing was held
	for i, p := range phases {
		if p.Beside != "" {
			continue
		}
		if i+1 == len(phases) || phases[i+1].Beside != p.Name {
			without = p.Name
			continue
		}
		m := results.Unknown(metric, unit, "")
		held := t.Metric("streams_open", phases[i+1].Name, "")
		with, before := t.Metric("pss", p.Name, ""), t.Metric("pss", without, "")
		switch {
		case held == nil: // it was not reached
			continue
		case without == "":
			m.Reason = "no phase without held streams came before this one: a warm-up is enough"
		case with == nil || before == nil:
			m.Reason = "the server's PSS is not known"
		case *held < 1:
			m.Reason = "no held stream got a block"
		default:
			m = results.Known(metric, unit, (*with-*before) / *held)
		}
		m.Phase = p.Name
		t.Metrics = append(t.Metrics, m)
	}
}
