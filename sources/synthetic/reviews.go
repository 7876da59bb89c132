package synthetic

import (
	"context"
	"iter"
	"time"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// Reviews returns texts as a source named reviews. Each is a Review by a user
// who also rated the item, with the stars of that rating, some minutes later.
// The text follows the user's true opinion ([Oracle.Opinion]), while stars have
// the noise and the generosity of the user as well.
func (w *World) Reviews() recommender.Source { return reviewSource{w} }

type reviewSource struct{ w *World }

var _ recommender.Source = reviewSource{}

func (reviewSource) Name() string { return "reviews" }

func (s reviewSource) Pages(ctx context.Context, from recommender.Cursor) iter.Seq2[recommender.Page, error] {
	w := s.w
	if w.config.Reviews < 0 {
		return func(func(recommender.Page, error) bool) {}
	}
	chance := float64(w.config.Reviews) / (float64(w.config.Ratings) * ratedShare)
	return w.walkUsers(ctx, s.Name(), from, func(n int, u *user, log []entry, dst []recommender.Interaction) []recommender.Interaction {
		for _, e := range log {
			if e.stars == 0 || e.again {
				continue
			}
			r := rng.New(w.seed, domReview, uint64(n), uint64(e.work))
			if r.Float64() >= chance {
				continue
			}
			dst = append(dst, recommender.Interaction{
				User: userID(n), Item: w.recordID(u.home, e.work), Kind: recommender.Review, Value: e.stars,
				Text: w.review(r, u.home, e.work, float64(e.opinion)),
				Time: time.Unix(min(e.unix+int64(300+r.IntN(3000)), w.config.End.Unix()-1), 0).UTC(),
			})
		}
		return dst
	})
}

// ratedShare is the part of all rows that carry stars.
const ratedShare = 0.82
