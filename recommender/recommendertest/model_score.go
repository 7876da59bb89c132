package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

func checkScoreAll(ctx context.Context, s *subject) error {
	scorer, ok := s.m.(recommender.Scorer)
	if !ok {
		return nil
	}
	req := recommender.Request{User: s.users[0]}
	for _, n := range []int{0, len(scorer.Catalog()) - 1, len(scorer.Catalog()) + 1} {
		if err := scorer.ScoreAll(ctx, req, make([]float32, n)); !errors.Is(err, recommender.ErrInvalid) {
			return fmt.Errorf("ScoreAll with %d places for %d items: error %v, want ErrInvalid", n, len(scorer.Catalog()), err)
		}
	}
	for _, user := range s.users {
		req.User = user
		one, err1 := scores(ctx, scorer, req, 12345)
		two, err2 := scores(ctx, scorer, req, float32(math.Inf(-1)))
		if err1 != nil && errors.Is(err1, recommender.ErrColdStart) && errors.Is(err2, recommender.ErrColdStart) {
			continue
		}
		if err := errors.Join(err1, err2); err != nil {
			return fmt.Errorf("user %q: %w", user, err)
		}
		if err := sameScores(scorer.Catalog(), one, two); err != nil {
			return fmt.Errorf("user %q: dst shows through: %w", user, err)
		}
		if i := slices.IndexFunc(one, func(s float32) bool { return math.IsInf(float64(s), 0) }); i >= 0 {
			return fmt.Errorf("user %q: item %q scores %v", user, scorer.Catalog()[i], one[i])
		}
	}
	return nil
}

// checkExplain explains the best of some users, directly and by Request.Explain.
func checkExplain(ctx context.Context, s *subject) error {
	e, ok := s.m.(recommender.Explainer)
	if !ok {
		return nil
	}
	explained := 0
	for _, user := range s.users[:min(20, len(s.users))] {
		req := recommender.Request{User: user, N: 5, Explain: true}
		got, err := s.m.Recommend(ctx, req)
		if errors.Is(err, recommender.ErrColdStart) {
			continue
		} else if err != nil {
			return fmt.Errorf("user %q: %w", user, err)
		}
		for _, x := range got.Items {
			reasons, err := e.Explain(ctx, req, x.Item)
			if err != nil {
				return fmt.Errorf("user %q, item %q: %w", user, x.Item, err)
			}
			explained++
			if err := errors.Join(addsUp(reasons, x.Score), addsUp(x.Why, x.Score)); err != nil {
				return fmt.Errorf("user %q, item %q: %w", user, x.Item, err)
			}
		}
	}
	if explained == 0 {
		return errors.New("no item could be explained")
	}
	return nil
}

func addsUp(reasons []recommender.Reason, score float32) error {
	if len(reasons) == 0 {
		return errors.New("no reasons")
	}
	var sum float64
	for _, r := range reasons {
		sum += float64(r.Part)
	}
	// The second term is the rounding of parts that cancel to a score near 0.
	if tolerance := 1e-5*math.Abs(float64(score)) + 1e-6; !(math.Abs(sum-float64(score)) <= tolerance) {
		return fmt.Errorf("%d parts add up to %v, the score is %v", len(reasons), sum, score)
	}
	return nil
}
