package mf

import (
	"math"
	"testing"
	"time"
)

func TestRateFallsWithEpochsOrTime(t *testing.T) {
	now := time.Unix(0, 0)
	for _, c := range []struct {
		name            string
		final           float64
		budget, used    time.Duration
		epoch, diagonal int
		want            float64
		over            bool
	}{
		{"at the start", 0, 0, 0, 0, 0, 0.2, false},
		{"in the middle", 0, 0, 0, 5, 0, 0.1, false},
		{"at the last diagonal", 0, 0, 0, 9, 3, 0.005, false},
		{"to a quarter", 0.25, 0, 0, 5, 0, 0.125, false},
		{"never", 1, 0, 0, 9, 3, 0.2, false},
		{"with time to spare", 0, 10 * time.Hour, time.Hour, 5, 0, 0.1, false},
		{"with little time left", 0, 10 * time.Hour, 9 * time.Hour, 5, 0, 0.02, false},
		{"with no time left", 0, 10 * time.Hour, 10 * time.Hour, 5, 0, 0, true},
	} {
		tr := &training{
			Config: Config{Rate: 0.2, Epochs: 10, FinalRate: c.final, Budget: c.budget},
			order:  &schedule{blocks: 4}, start: now,
			now: func() time.Time { return now.Add(c.used) },
		}
		if got, over := tr.rate(c.epoch, c.diagonal); math.Abs(got-c.want) > 1e-12 || over != c.over {
			t.Errorf("%s: rate %v, over %v; want %v, %v", c.name, got, over, c.want, c.over)
		}
	}
}
