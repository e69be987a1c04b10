package compare

import "github.com/wsgibench/wsgibench/internal/stats"

// headlineShare is the headline's part of the chance of error: a run is about one metric in one phase, which its
// scenario names before anything is measured, and about the rest only beside it.
const headlineShare = 0.8

// settle gives every question its verdict, so that the chance of even one false "better" or "worse" among all of them is
// at most 1 − Confidence, whatever the dependence between the metrics.
//
// Within the headline's questions and within the others it is Holm's method. The headline has four fifths of the chance of
// error and the others one fifth; when all of the headline's are settled, the others get all of it. If one of the
// headline's hypotheses of no difference is true, a false verdict among them has a chance of at most 4 %, and one among
// the others, as long as there is none, of 1 %; if none is true, only the others can be false, with 5 %. A run that could
// stop at planned looks has that chance once for each of them, so each gets its part. Sources: Holm
// 1979; Wiens and Dmitrienko 2005, The fallback procedure; Bretz, Maurer, Brannath and Posch 2009 for passing on.
func settle(questions []*question, looks int, o Options) {
	var first, rest []*question
	for _, q := range questions {
		switch {
		case !q.testable:
		case q.primary:
			first = append(first, q)
		default:
			rest = append(rest, q)
		}
	}
	alpha := (1 - Confidence) / float64(looks)
	firstShare, restShare := headlineShare, 1-headlineShare
	if len(rest) == 0 {
		firstShare = 1
	}
	if all := judgeAll(first, firstShare*alpha, len(first), o); all {
		restShare = 1
	}
	judgeAll(rest, restShare*alpha, len(first)+len(rest), o)
}

// judgeAll judges questions by Holm's method at alpha and reports whether all of them are different.
func judgeAll(questions []*question, alpha float64, family int, o Options) (all bool) {
	p := make([]float64, len(questions))
	for i, q := range questions {
		p[i] = q.p
	}
	levels, adjusted := stats.HolmConfidence(p, 1-alpha), stats.Holm(p)
	all = true
	for i, q := range questions {
		q.judge(levels[i], family, o)
		all = all && adjusted[i] <= alpha
	}
	return all
}
