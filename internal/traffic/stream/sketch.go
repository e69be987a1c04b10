package stream

import (
	"math"
	"math/bits"
	"time"
)

// A sketch counts durations in buckets whose width is 1/32 of their value, in 2 KiB: a stream has one of its own, so
// that its p99 gap is known and not only that of all streams together. Quantiles are exact to 3.1 %; gaps below 1 µs
// count as 0, and those beyond 2 minutes as 2 minutes.
type sketch struct {
	n      uint32
	counts [buckets]uint32
}

const (
	subBits = 4 // 16 buckets for each power of two
	powers  = 27
	buckets = powers << subBits
)

func (s *sketch) add(d time.Duration) {
	s.n++
	s.counts[bucket(d)]++
}

func bucket(d time.Duration) int {
	us := uint64(max(0, d) / time.Microsecond)
	if us < 1<<subBits {
		return int(us)
	}
	power := bits.Len64(us) - 1 - subBits
	return min(buckets-1, (power+1)<<subBits|int(us>>power)&(1<<subBits-1))
}

// middle is the value that stands for a bucket.
func middle(i int) time.Duration {
	if i < 1<<subBits {
		return time.Duration(i) * time.Microsecond
	}
	power := i>>subBits - 1
	low := uint64(1<<subBits|i&(1<<subBits-1)) << power
	return time.Duration(2*low+1<<power) * time.Microsecond / 2
}

// quantile returns the q-quantile of what was added: the smallest value that at least q·n do not exceed; 0 where
// nothing was.
func (s *sketch) quantile(q float64) time.Duration {
	need := uint32(math.Ceil(q * float64(s.n)))
	var sum uint32
	for i, c := range s.counts {
		if sum += c; c > 0 && sum >= need {
			return middle(i)
		}
	}
	return 0
}
