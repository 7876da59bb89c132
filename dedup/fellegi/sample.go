package fellegi

import (
	"context"
	"fmt"
	"strings"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// A Sample says which random pairs u is estimated from.
type Sample struct {
	Left  int    // records to draw the first of a pair from, 1 or more
	Right int    // to draw the second from; 0: both from Left, and never one record twice
	Pairs int    // how many to draw, with replacement; 0 means 100,000, which gives a share of 1 % to ± 0.06 %
	Seed  uint64 // the same seed draws the same pairs
}

const defaultPairs = 100_000

// SampleU estimates u from random pairs: nearly none of them match, so that their
// levels spread as those of pairs that do not. compare is called for one pair of
// places at a time. Half a pair is added to every level, so that none is 0.
// Errors: recommender.ErrInvalid, and that of ctx.
func SampleU(ctx context.Context, fields []Field, s Sample, compare func(left, right int) Pattern) ([][]float64, error) {
	if err := checkFields(fields); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.Pairs == 0 {
		s.Pairs = defaultPairs
	}
	r := rng.New(s.Seed, 0x75)
	counts := make(map[Pattern]float64)
	for i := range s.Pairs {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("fellegi: sample pair %d of %d: %w", i, s.Pairs, ctx.Err())
		}
		a := r.IntN(s.Left)
		var b int
		if s.Right > 0 {
			b = r.IntN(s.Right)
		} else if b = r.IntN(s.Left - 1); b >= a {
			b++
		}
		p := compare(a, b)
		if counts[p] == 0 {
			if err := p.check(fields); err != nil {
				return nil, err
			}
		}
		counts[p]++
	}
	o := Options{Smoothing: 0.5}
	list := make([]Count, 0, len(counts))
	for p, n := range counts {
		list = append(list, Count{p, n})
	}
	return o.shares(fields, merged(list), all, nil), nil
}

func (s Sample) check() error {
	var faults []string
	if s.Left < 1 || s.Right == 0 && s.Left < 2 {
		faults = append(faults, fmt.Sprintf("Left %d leaves no pair", s.Left))
	}
	if s.Right < 0 {
		faults = append(faults, fmt.Sprintf("Right %d < 0", s.Right))
	}
	if s.Pairs < 0 {
		faults = append(faults, fmt.Sprintf("Pairs %d < 0", s.Pairs))
	}
	if faults == nil {
		return nil
	}
	return fmt.Errorf("fellegi: %w: sample: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
}
