package eval

import (
	"context"
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A Segment is a share of the users, by how much of them there was to learn from.
type Segment string

// The segments.
const (
	// Cold users have nothing in training, nor in [Options.FoldIn]. They are
	// ranked only where [Options.Fallback] is set.
	Cold Segment = "cold"
	// Warm users have something, and less than the heavy ones.
	Warm Segment = "warm"
	// Heavy users have at least as many training items as the fifth of the
	// training users who have the most.
	Heavy Segment = "heavy"
)

// Segment returns the report over the users of one segment, with intervals of
// their own.
func (r *Report) Segment(ctx context.Context, s Segment) (*Report, error) {
	if s != Cold && s != Warm && s != Heavy {
		return nil, fmt.Errorf("eval: segment %q: %w: want cold, warm or heavy", s, recommender.ErrInvalid)
	}
	return r.over(ctx, func(u *examinee) bool { return r.segmentOf(u) == s })
}

func (r *Report) segmentOf(u *examinee) Segment {
	switch {
	case u.cold:
		return Cold
	case u.trained >= r.panel.heavy:
		return Heavy
	}
	return Warm
}

// heavyFrom returns the number of items that the fifth of the training users
// with the most items have at least.
func heavyFrom(train *recommender.Table) int {
	var counts []int
	for row := range train.User {
		switch {
		case row == 0 || train.User[row-1] != train.User[row]:
			counts = append(counts, 1)
		case train.Item[row-1] != train.Item[row]:
			counts[len(counts)-1]++
		}
	}
	if len(counts) == 0 {
		return 1
	}
	slices.Sort(counts)
	return counts[len(counts)*4/5]
}
