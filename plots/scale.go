package plots

import (
	"math"
	"strconv"
	"strings"
)

// A scale maps values to places from 0 to 1 along an axis. All values shown on it lie between min and max.
type scale struct {
	min, max float64
	log      bool
	ticks    []tick
}

// A tick is a place on an axis. A tick without a label is a minor one.
type tick struct {
	value float64
	label string
}

// at returns where v lies. A value outside is put on the nearest end, where it can be seen, rather than off the picture.
func (s scale) at(v float64) float64 {
	v = min(max(v, s.min), s.max)
	if s.log {
		return (math.Log(v) - math.Log(s.min)) / (math.Log(s.max) - math.Log(s.min))
	}
	return (v - s.min) / (s.max - s.min)
}

// linearScale covers 0 to top with at most most+1 round ticks.
func linearScale(top float64, most int) scale {
	if !(top > 0) || math.IsInf(top, 0) {
		top = 1
	}
	step := roundStep(top / float64(max(most, 1)))
	n := int(math.Ceil(top/step - 1e-9))
	s := scale{max: float64(n) * step}
	for i := range n + 1 {
		v := float64(i) * step
		s.ticks = append(s.ticks, tick{v, number(v, step)})
	}
	s.max = s.ticks[n].value
	return s
}

// timeScale covers 0 to top on round ticks without going on to the next one.
func timeScale(top float64, most int) scale {
	s := linearScale(top, most)
	if top > 0 && top < s.max {
		s.max = top
		for len(s.ticks) > 1 && s.ticks[len(s.ticks)-1].value > top {
			s.ticks = s.ticks[:len(s.ticks)-1]
		}
	}
	return s
}

// roundStep returns the smallest of 1, 2 and 5 times a power of ten that is at least v.
func roundStep(v float64) float64 {
	exp := math.Floor(math.Log10(v))
	for _, m := range []float64{1, 2, 5, 10} {
		if s := m * pow10(exp); s >= v*(1-1e-9) {
			return s
		}
	}
	return pow10(exp + 1)
}

// pow10 is exact for negative exponents too, as 1/1000 is and 10·10⁻⁴ is not.
func pow10(exp float64) float64 {
	if exp < 0 {
		return 1 / math.Pow(10, -exp)
	}
	return math.Pow(10, exp)
}

// number writes v with as many decimals as a step needs, and with thousands kept apart.
func number(v, step float64) string {
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	return thousands(strconv.FormatFloat(v, 'f', decimals, 64))
}

// thousands sets groups of three digits apart where there are five digits or more, with a space that does not break.
func thousands(s string) string {
	whole, rest, dot := strings.Cut(s, ".")
	if len(strings.TrimPrefix(whole, "-")) > 4 {
		for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
			whole = whole[:i] + "\u00a0" + whole[i:]
		}
	}
	if dot {
		return whole + "." + rest
	}
	return whole
}

// logScale covers low to high, both above zero, from one of 1, 2, 5 × 10ⁿ to another. It labels all of these where they
// are at most most, else the powers of ten, else every second, third, ... power.
func logScale(low, high float64, most int) scale {
	if !(low > 0) || !(high >= low) || math.IsInf(high, 0) {
		low, high = 1, 10
	}
	s := scale{min: roundDown(low), max: roundStep(high), log: true}
	if s.max < s.min*1.5 {
		s.max = roundStep(s.min * 1.5)
	}
	var all []tick
	powers := 0
	for exp := math.Floor(math.Log10(s.min) + 1e-9); pow10(exp) <= s.max*1.0001; exp++ {
		for m := 1.0; m < 10; m++ {
			v := m * pow10(exp)
			if exp < 0 {
				v = m / math.Pow(10, -exp)
			}
			if v < s.min*0.9999 || v > s.max*1.0001 {
				continue
			}
			t := tick{value: v}
			if m == 1 || m == 2 || m == 5 {
				t.label = number(v, v)
			}
			if m == 1 {
				powers++
			}
			all = append(all, t)
		}
	}
	s.ticks = thin(all, powers, most)
	return s
}

// roundDown returns the largest of 1, 2 and 5 times a power of ten that is at most v.
func roundDown(v float64) float64 {
	exp := math.Floor(math.Log10(v) + 1e-9)
	for _, m := range []float64{5, 2, 1} {
		if s := m * pow10(exp); s <= v*(1+1e-9) {
			return s
		}
	}
	return pow10(exp)
}

// thin takes labels away until at most most are left.
func thin(ticks []tick, powers, most int) []tick {
	labelled := 0
	for _, t := range ticks {
		if t.label != "" {
			labelled++
		}
	}
	if labelled <= most {
		return ticks
	}
	every := max(1, (powers+most-1)/max(most, 1))
	var kept []tick
	for _, t := range ticks {
		exp := math.Log10(t.value)
		power := math.Abs(exp-math.Round(exp)) < 1e-9
		if !power || int(math.Abs(math.Round(exp)))%every != 0 {
			t.label = ""
		}
		if power || every == 1 {
			kept = append(kept, t)
		}
	}
	return kept
}

// fastest is the lowest quantile that is drawn: the very fastest requests say little and would take half the axis.
const fastest = 0.1

// percentileScale is the x axis of HdrHistogram's plots: the value is the quantile q, the place −log₁₀(1−q), so that
// each further nine takes the same room. It goes from the quantile fastest to last, which is below 1.
func percentileScale(last float64) (scale, func(q float64) float64) {
	place := func(q float64) float64 { return -math.Log10(1 - min(q, 1-1e-9)) }
	s := scale{min: place(fastest), max: max(place(last), place(0.9))}
	s.ticks = append(s.ticks, tick{place(0.5), "50%"})
	for nines := 1; float64(nines) <= s.max+1e-9; nines++ {
		s.ticks = append(s.ticks, tick{float64(nines), ninesLabel(nines)})
	}
	s.ticks = append(s.ticks, tick{s.min, "10%"}) // last: the first to go where labels would touch
	return s, place
}

// ninesLabel is made from the number: 1 is 90%, 2 is 99%, 3 is 99.9%.
func ninesLabel(n int) string {
	if n == 1 {
		return "90%"
	}
	label := "99"
	if n > 2 {
		label += "." + strings.Repeat("9", n-2)
	}
	return label + "%"
}

// significant writes v with three significant digits, for people; not for data.
func significant(v float64) string {
	if v == 0 {
		return "0"
	}
	decimals := 2 - int(math.Floor(math.Log10(math.Abs(v))))
	if math.Abs(v) >= 999.5 {
		decimals = 0
	}
	return thousands(strconv.FormatFloat(v, 'f', max(0, min(decimals, 12)), 64))
}
