package main

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"sync"
)

// A simulation repeats something random, on several goroutines, with a result that does not depend on their number.
type simulation struct {
	reps    int
	workers int
	seed    uint64
}

// named returns the simulation with a seed of its own for the figure of that name.
func (s simulation) named(what string) simulation {
	h := fnv.New64a()
	h.Write([]byte(what)) // never fails
	s.seed = h.Sum64()
	return s
}

// reduced returns the simulation with a share of the repetitions, at least one.
func (s simulation) reduced(share float64) simulation {
	s.reps = max(1, int(share*float64(s.reps)))
	return s
}

// share is the part of the repetitions in which the event happens.
func (s simulation) share(happens func(*rand.Rand) bool) float64 {
	return s.mean(func(rng *rand.Rand) float64 {
		if happens(rng) {
			return 1
		}
		return 0
	})
}

// mean is the average of what is measured in the repetitions. Each has its own seed, and they are added up in order.
func (s simulation) mean(measure func(*rand.Rand) float64) float64 {
	values := make([]float64, s.reps)
	var group sync.WaitGroup
	for w := range s.workers {
		group.Go(func() {
			for i := w; i < s.reps; i += s.workers {
				values[i] = measure(rand.New(rand.NewPCG(s.seed, uint64(i))))
			}
		})
	}
	group.Wait()
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(s.reps)
}

// must unwraps results of calls that cannot fail on simulated data; a failure is a defect of this program.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// ensure is must for calls whose only result is an error.
func ensure(err error) {
	if err != nil {
		panic(err)
	}
}

// largest is the greatest distance between two lists.
func largest(a, b []float64) float64 {
	most := 0.0
	for i := range a {
		most = max(most, math.Abs(a[i]-b[i]))
	}
	return most
}
