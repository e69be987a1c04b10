package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// normalCDF is P(Z ≤ z) of the standard normal distribution.
func normalCDF(z float64) float64 { return distuv.UnitNormal.CDF(z) }

// studentQuantile is the t with P(T ≤ t) = p for df degrees of freedom. gonum's own quantile inverts the incomplete beta
// function in 16 µs, too slow for simulated comparisons; this takes its distribution function and Newton's steps, from the
// Cornish–Fisher expansion around the normal quantile (Abramowitz and Stegun 26.7.5). Below 5 degrees of freedom, where
// the expansion is poor, it asks gonum.
func studentQuantile(p float64, df int) float64 {
	d := distuv.StudentsT{Sigma: 1, Nu: float64(df)}
	switch {
	case p < 0.5:
		return -studentQuantile(1-p, df)
	case df < 5 || !(p < 1):
		return d.Quantile(p)
	}
	z := distuv.UnitNormal.Quantile(p)
	t := z + (z*z*z+z)/(4*d.Nu) + (5*z*z*z*z*z+16*z*z*z+3*z)/(96*d.Nu*d.Nu)
	for range 30 {
		step := (d.CDF(t) - p) / d.Prob(t)
		t -= step
		if math.Abs(step) <= 1e-12*(1+t) {
			break
		}
	}
	return t
}
