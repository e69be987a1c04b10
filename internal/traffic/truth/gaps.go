package truth

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// GapLaws are how the gaps of a stream are spread about their mean, as the reference app has them: all the same; of the
// gamma distribution of shape 2; eight blocks at once, then a gap of eight.
var GapLaws = []string{"constant", "gamma", "burst"}

// burst is how many blocks come at once.
const burst = 8

// gap draws the one after block i.
func (s *Streams) gap(i int, rng *rand.Rand) time.Duration {
	switch {
	case s.Law == "gamma": // of shape 2: the sum of two exponentials
		return time.Duration((rng.ExpFloat64() + rng.ExpFloat64()) / 2 * float64(s.Gap))
	case s.Law != "burst":
		return s.Gap
	case i%burst == burst-1:
		return burst * s.Gap
	}
	return 0
}

// known says that a name is empty or in the list, or what it should be.
func known(what, name string, list []string) error {
	if name == "" || slices.Contains(list, name) {
		return nil
	}
	return fmt.Errorf("%s %q: want one of %s", what, name, strings.Join(list, ", "))
}
