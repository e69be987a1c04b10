package traffic

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/wsgibench/wsgibench/internal/traffic/http1"
)

// A mix is the phase's requests, compiled, and how often each comes.
type mix struct {
	messages []*http1.Message
	upTo     []int // sums of the weights
}

func compileMix(rs []Request, a Address) (*mix, error) {
	if len(rs) == 0 {
		return nil, errors.New("no requests: a phase needs at least one")
	}
	m := &mix{}
	sum := 0
	var errs []error
	for _, r := range rs {
		msg, err := http1.Compile(http1.Spec{
			Method: r.Method, Host: a.HostHeader(), Path: r.Path, Header: r.Header,
			Body: r.Body, Chunked: r.Chunked, Expect: r.Expect,
			Stream: r.Stream, Manner: r.Manner,
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("request %q: %w", r.Name, err))
		}
		if r.Weight != Never {
			sum += max(1, r.Weight)
		}
		m.messages, m.upTo = append(m.messages, msg), append(m.upTo, sum)
	}
	if sum == 0 {
		errs = append(errs, errors.New("no request is ever drawn: a phase needs at least one"))
	}
	return m, errors.Join(errs...)
}

// pick draws a request by weight.
func (m *mix) pick(rng *rand.Rand) int {
	if len(m.upTo) == 1 {
		return 0
	}
	n := rng.IntN(m.upTo[len(m.upTo)-1])
	for i, upTo := range m.upTo {
		if n < upTo {
			return i
		}
	}
	return 0 // not reached: n is below the last sum
}

// mixStream and thinkStream are the second halves of seeds.
const (
	mixStream   = 0x6d6978
	thinkStream = 0x7468696e6b
)
