package main

import (
	"math"
	"math/rand/v2"
)

// A machine gives the noise of one trial after the other, in order of time, as a log factor on its figure.
type machine func() float64

// A kind of noise makes a machine.
type kind struct {
	name string
	make func(*rand.Rand) machine
}

// trialSD is the standard deviation of a trial in the kinds without drift.
const trialSD = 0.03

// kinds are the four that intervals have to cover.
func kinds() []kind {
	return []kind{
		{"normal", func(rng *rand.Rand) machine { return normal(rng, trialSD) }},
		{"lognormal", lognormal},
		{"t3", t3},
		{"drift with outliers", func(rng *rand.Rand) machine { return outliers(rng, drift(rng)) }},
	}
}

// normal noise of the given standard deviation.
func normal(rng *rand.Rand, sd float64) machine {
	return func() float64 { return sd * rng.NormFloat64() }
}

// lognormal noise is skewed: exp of a standard normal, centred and scaled to trialSD.
func lognormal(rng *rand.Rand) machine {
	mean, sd := math.Exp(0.5), math.Sqrt((math.E-1)*math.E)
	return func() float64 { return trialSD * (math.Exp(rng.NormFloat64()) - mean) / sd }
}

// t3 noise has heavy tails: Student's t with 3 degrees of freedom, scaled to trialSD.
func t3(rng *rand.Rand) machine {
	return func() float64 {
		chi2 := 0.0
		for range 3 {
			z := rng.NormFloat64()
			chi2 += z * z
		}
		return trialSD * rng.NormFloat64() / math.Sqrt(chi2/3) / math.Sqrt(3)
	}
}

// drift is a machine that slowly changes its speed: 2 % autoregressive with coefficient 0.95, and 1 % of its own per trial.
func drift(rng *rand.Rand) machine {
	const slow, coefficient, own = 0.02, 0.95, 0.01
	level := slow * rng.NormFloat64()
	return func() float64 {
		level = coefficient*level + slow*math.Sqrt(1-coefficient*coefficient)*rng.NormFloat64()
		return level + own*rng.NormFloat64()
	}
}

// outliers makes one trial in twenty slow by 10 to 40 %.
func outliers(rng *rand.Rand, m machine) machine {
	return func() float64 {
		e := m()
		if rng.Float64() < 0.05 {
			e += math.Log1p(0.1 + 0.3*rng.Float64())
		}
		return e
	}
}

// pairs runs n pairs in random order, head slower by the share effect, and returns both arms, positive and paired.
func pairs(rng *rand.Rand, m machine, n int, effect float64) (base, head []float64) {
	for range n {
		first, second := math.Exp(m()), math.Exp(m())
		if rng.IntN(2) == 0 {
			first, second = second, first
		}
		base, head = append(base, first), append(head, (1+effect)*second)
	}
	return base, head
}

// sequential runs all of base, then all of head.
func sequential(m machine, n int) (base, head []float64) {
	for range n {
		base = append(base, math.Exp(m()))
	}
	for range n {
		head = append(head, math.Exp(m()))
	}
	return base, head
}
