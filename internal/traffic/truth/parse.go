package truth

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// forms lists what Parse understands.
var forms = []string{
	"null",
	"constant DURATION",
	"lognormal MEDIAN SIGMA",
	"bimodal FAST SLOW SHARE",
	"stalls EVERY FOR BASE",
	"queue SERVERS MEAN",
}

// Parse reads a law in words, as Law.String writes it: "null", "constant 2ms", "lognormal 2ms 0.5",
// "bimodal 1ms 200ms 0.002", "stalls 10s 1s 0s", "queue 4 2ms".
func Parse(text string, seed uint64) (Law, error) {
	w := strings.Fields(text)
	bad := func(err error) (Law, error) {
		return nil, fmt.Errorf("law %q: %w; want one of: %s", text, err, strings.Join(forms, ", "))
	}
	i := slices.IndexFunc(forms, func(f string) bool { return len(w) > 0 && strings.Fields(f)[0] == w[0] })
	if i < 0 || len(strings.Fields(forms[i])) != len(w) {
		return bad(errors.New("not known"))
	}
	var d [3]time.Duration
	var f float64
	var err error
	for i, word := range w[1:] {
		v, dErr := time.ParseDuration(word)
		n, nErr := strconv.ParseFloat(word, 64)
		switch {
		case dErr == nil && v >= 0 && i < len(d):
			d[i] = v
		case nErr == nil && n >= 0:
			f = n
		default:
			err = fmt.Errorf("%q is neither a duration nor a number", word)
		}
	}
	if err != nil {
		return bad(err)
	}
	law, err := build(w[0], d, f, seed)
	if err != nil {
		return bad(err)
	}
	return law, nil
}

// build makes the law of a name from the durations and the number that were given with it.
func build(name string, d [3]time.Duration, f float64, seed uint64) (Law, error) {
	switch name {
	case "constant":
		return Constant(d[0]), nil
	case "lognormal":
		return Lognormal(d[0], f, seed), nil
	case "bimodal":
		return Bimodal(d[0], d[1], f, seed), nil
	case "stalls":
		if d[0] <= 0 || d[1] > d[0] {
			return nil, errors.New("a stall must be shorter than the time from one to the next")
		}
		return Stalls{d[0], d[1], d[2]}, nil
	case "queue":
		if f < 1 {
			return nil, errors.New("a queue needs a server")
		}
		return Queue(int(f), d[1], seed), nil
	}
	return Null{}, nil
}
