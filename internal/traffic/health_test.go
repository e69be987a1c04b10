package traffic

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
)

func TestHealth(t *testing.T) {
	for _, d := range []time.Duration{0, 1, 7, 8, 15, 16, 17, 1000, time.Millisecond, time.Hour, math.MaxInt64} {
		b := lagBucket(d)
		if up := lagOf(b); up < d || float64(up) > 1.13*float64(d)+1 {
			t.Errorf("lag %d is in the bucket up to %d, want within 13 %%", d, up)
		}
	}
	var l lags
	for i := range 1000 {
		l.add(&collect.Exchange{Sent: time.Duration(i+1) * time.Microsecond})
	}
	l.add(&collect.Exchange{Intended: 1}) // never sent
	l.add(&collect.Exchange{Sent: time.Second, Waited: time.Second - time.Microsecond})
	for q, want := range map[float64]time.Duration{0.5: 500 * time.Microsecond, 0.9: 900 * time.Microsecond, 0.99: 990 * time.Microsecond} {
		if got := l.quantile(q); float64(got) < 0.98*float64(want) || float64(got) > 1.13*float64(want) {
			t.Errorf("lag quantile %g: %v, want %v and at most 13 %% more", q, got, want)
		}
	}
	tests := []struct {
		h    Health
		want string
	}{
		{Health{}, ""},
		{Health{Late: 0.04, LagP99: 9 * time.Millisecond}, ""},
		{Health{Late: 0.8}, "kept from running for 80 % of the time"},
		{Health{LagP99: 12 * time.Millisecond}, "12ms late or more"},
	}
	for _, tt := range tests {
		if got := tt.h.Limited(); !strings.Contains(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%+v: %q, want %q", tt.h, got, tt.want)
		}
	}
}
