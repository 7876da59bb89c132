package synthetic

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// walk yields the pages of a source of n units (records, users) from a cursor
// on. page makes the page that begins at a unit and returns the unit after it.
func (w *World) walk(ctx context.Context, source string, from recommender.Cursor, n int,
	page func(at int) (recommender.Page, int),
) iter.Seq2[recommender.Page, error] {
	return func(yield func(recommender.Page, error) bool) {
		mark := w.mark(source)
		at, err := parseCursor(from, mark, n)
		if err != nil {
			yield(recommender.Page{}, fmt.Errorf("synthetic: %s: %w", source, err))
			return
		}
		for at < n {
			if err := ctx.Err(); err != nil {
				yield(recommender.Page{}, err)
				return
			}
			var p recommender.Page
			p, at = page(at)
			p.Next = recommender.Cursor(mark + strconv.Itoa(at))
			p.Done, p.Total = int64(at), int64(n)
			if !yield(p, nil) {
				return
			}
		}
	}
}

// mark begins the cursors of a source; it differs between worlds, so that a
// walk cannot go on in another one.
func (w *World) mark(source string) string {
	c := w.config
	key := fmt.Sprint(source, c.Seed, c.Works, c.Users, c.Ratings, c.Reviews, c.Start.Unix(), c.End.Unix())
	return fmt.Sprintf("%08x.", uint32(rng.Hash(1, key)))
}

func parseCursor(from recommender.Cursor, mark string, n int) (int, error) {
	if from == "" {
		return 0, nil
	}
	digits, ok := strings.CutPrefix(string(from), mark)
	if !ok {
		return 0, fmt.Errorf("cursor %q is of another source or world: %w", from, recommender.ErrInvalid)
	}
	at, err := strconv.Atoi(digits)
	if err != nil || at < 0 || at > n {
		return 0, fmt.Errorf("cursor %q does not point into [0, %d]: %w", from, n, recommender.ErrInvalid)
	}
	return at, nil
}
