// Package stats answers: is this difference real, and how sure are we?
//
// It is pure mathematics on slices of trial figures: intervals (SignedRank, Ratio, MannWhitney, Median, Quantile),
// families of comparisons (Holm, Letters, RankCells), plans (Plan, MDE, PairsNeeded), verdicts (Rule) and gates
// (Gate). The unit is the trial, never the request: n is always a number of trials or of pairs of trials.
//
// It does not read runs, decide which trials are valid, know any metric by name, print or draw.
//
// Conventions: base comes first and head second, a ratio is head ÷ base, and a log ratio is its natural logarithm.
// Confidence is a share such as 0.95. Problems with the data are values: an Estimate without finite bounds says in
// Reason what is missing; an error says which input to correct. Functions keep no state and change no argument, and the
// random ones take a seed, so equal input gives equal output; between processor architectures the last bits may differ,
// because Go may fuse multiplications and additions.
package stats
