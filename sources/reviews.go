package sources

import (
	"cmp"
	"context"
	"iter"

	"github.com/osusume/osusume/recommender"
)

// Reviews is a Source of what users wrote about items, with the fields of
// [Ratings]. A row with a rating gives a [recommender.Review], one without a
// [recommender.View] that carries the Text. Mark-up is taken out of the text, and
// a row without text goes into Page.Bad.
type Reviews Ratings

var _ recommender.Source = Reviews{}

// Name returns the Label, or the file's name without its extensions.
func (s Reviews) Name() string { return cmp.Or(s.Label, stem(s.Path)) }

// Pages walks the file.
func (s Reviews) Pages(ctx context.Context, from recommender.Cursor) iter.Seq2[recommender.Page, error] {
	return Ratings(s).pages(ctx, from, true)
}
