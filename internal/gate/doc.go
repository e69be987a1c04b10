// Package gate answers: may this change be merged?
//
// Base and head (two git references, directories or server versions) are measured in pairs, and a Course looks at the
// log ratios at planned numbers of pairs. It is red only when a gated metric is worse than its margin beyond doubt and
// fresh pairs agree. Run carries a gate out and leaves an ordinary run directory with two cells; the Report is what CI
// is told, and the Write functions tell it in CI's formats. The package prints nothing and does not exit.
package gate
