package synthetic

import (
	"context"
	"iter"
	"time"

	"github.com/osusume/osusume/recommender"
)

// Ratings returns the users' logs as a source named ratings: a Rate with stars
// from 0.5 to 5 in halves, or a View where the user gave none. Items are records
// of the user's home catalogue. Users come one after the other, each in
// ascending order of time. About one row in 2,000 is a second rating of the
// same item, for the last one to win.
func (w *World) Ratings() recommender.Source { return ratingSource{w} }

type ratingSource struct{ w *World }

var _ recommender.Source = ratingSource{}

func (ratingSource) Name() string { return "ratings" }

func (s ratingSource) Pages(ctx context.Context, from recommender.Cursor) iter.Seq2[recommender.Page, error] {
	return s.w.walkUsers(ctx, s.Name(), from, func(n int, u *user, log []entry, dst []recommender.Interaction) []recommender.Interaction {
		id := userID(n)
		for _, e := range log {
			x := recommender.Interaction{User: id, Item: s.w.recordID(u.home, e.work), Kind: recommender.Rate, Value: e.stars, Time: time.Unix(e.unix, 0).UTC()}
			if e.stars == 0 {
				x.Kind = recommender.View
			}
			dst = append(dst, x)
		}
		return dst
	})
}

// walkUsers yields pages of what rows appends for each user. A page ends with
// the first user that fills it.
func (w *World) walkUsers(ctx context.Context, source string, from recommender.Cursor,
	rows func(n int, u *user, log []entry, dst []recommender.Interaction) []recommender.Interaction,
) iter.Seq2[recommender.Page, error] {
	return func(yield func(recommender.Page, error) bool) {
		l := w.newLogger()
		// Users without a row must not keep a walk from seeing the end of ctx.
		const mostUsers = 1000
		room := min(w.config.PageSize, 10_000) // a page may be far larger than the world
		w.walk(ctx, source, from, w.config.Users, func(at int) (recommender.Page, int) {
			p := recommender.Page{Interactions: make([]recommender.Interaction, 0, room)}
			for end := min(w.config.Users, at+mostUsers); at < end && len(p.Interactions) < w.config.PageSize; at++ {
				u, log := l.log(at)
				p.Interactions = rows(at, &u, log, p.Interactions)
			}
			return p, at
		})(yield)
	}
}
