package sources

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Ratings is a Source of interactions from one file with a row for each.
//
// With a rating a row gives a [recommender.Rate], without one a
// [recommender.View]. A row with an empty ID, or with a rating that is no number
// or outside the scale, goes into Page.Bad. A header in which user and item
// cannot be found ends the walk with an error that lists it.
//
// A Cursor is good for as long as the file is the same or has only grown; see
// [Rows.Cursor] for what resuming costs. Page.Done and Page.Total count bytes of
// the file, packed as it lies there, and rows in Parquet.
type Ratings struct {
	Path       string
	Label      string     // Name of the Source; "": the file's name without its extensions
	Catalogue  string     // items become RecordID(Catalogue, id); "": they keep the file's IDs
	UserPrefix string     // put before the file's user IDs, to keep the users of two files apart
	Columns    Columns    // zero: found by their usual names
	Rows       RowOptions // zero: found by the file's looks; From is not used
	Scale      float64    // top of the file's ratings; 0 means 5. They become value·5/Scale stars
	Unrated    *float64   // the rating that means none, often 0; nil: every number is a rating
	PageSize   int        // rows a page; 0 means 10,000
}

var _ recommender.Source = Ratings{}

// Name returns the Label, or the file's name without its extensions.
func (s Ratings) Name() string { return cmp.Or(s.Label, stem(s.Path)) }

// Pages walks the file.
func (s Ratings) Pages(ctx context.Context, from recommender.Cursor) iter.Seq2[recommender.Page, error] {
	return s.pages(ctx, from, false)
}

func (s Ratings) pages(ctx context.Context, from recommender.Cursor, text bool) iter.Seq2[recommender.Page, error] {
	return walk(ctx, s.Path, s.Rows, s.PageSize, from, func(rows *Rows) (func(Row, *recommender.Page) error, error) {
		if err := s.check(); err != nil {
			return nil, err
		}
		b, err := s.Columns.bind(rows, text)
		if err != nil {
			return nil, err
		}
		r := &rater{binding: b, scale: cmp.Or(s.Scale, recommender.MaxStars), unrated: s.Unrated, text: text, users: newNames(s.UserPrefix)}
		if r.items = newNames(""); s.Catalogue != "" {
			r.items = newNames(string(recommender.RecordID(s.Catalogue, "")))
		}
		return r.take, nil
	})
}

func (s Ratings) check() error {
	var faults []string
	if !(s.Scale >= 0) || math.IsInf(s.Scale, 1) {
		faults = append(faults, fmt.Sprintf("Scale %v is not a finite number ≥ 0", s.Scale))
	}
	if s.Unrated != nil && math.IsNaN(*s.Unrated) {
		faults = append(faults, "Unrated is NaN")
	}
	if faults == nil {
		return nil
	}
	return fmt.Errorf("sources: %s: %w: %s", s.Path, recommender.ErrInvalid, strings.Join(faults, "; "))
}

// A rater turns rows into interactions.
type rater struct {
	*binding
	scale   float64
	unrated *float64
	text    bool // reviews
	users   *names
	items   *names
}

var (
	errNoUser = errors.New("no user ID")
	errNoItem = errors.New("no item ID")
	errNoText = errors.New("no text")
)

func (r *rater) take(row Row, page *recommender.Page) error {
	r.refresh()
	user, item := strings.TrimSpace(r.value(row, userRole)), strings.TrimSpace(r.value(row, itemRole))
	switch {
	case user == "":
		return errNoUser
	case item == "":
		return errNoItem
	}
	x := recommender.Interaction{User: recommender.UserID(r.users.full(user)), Item: recommender.ItemID(r.items.full(item))}
	stars, rated, err := r.stars(strings.TrimSpace(r.value(row, ratingRole)))
	if err != nil {
		return err
	}
	if rated {
		x.Kind, x.Value = recommender.Rate, stars
	}
	if r.text {
		if x.Text = plainText(r.value(row, textRole)); x.Text == "" {
			return errNoText
		}
		if rated {
			x.Kind = recommender.Review
		}
	}
	if x.Time, err = parseTime(strings.TrimSpace(r.value(row, timeRole))); err != nil {
		return err
	}
	if err := recommender.CheckInteraction(x); err != nil {
		return err
	}
	page.Interactions = append(page.Interactions, x)
	return nil
}

// stars converts a rating to the scale of 0 to 5.
func (r *rater) stars(s string) (stars float32, rated bool, err error) {
	if s == "" {
		return 0, false, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false, fmt.Errorf("rating %q is not a number", s)
	}
	if r.unrated != nil && v == *r.unrated {
		return 0, false, nil
	}
	if !(v >= 0 && v <= r.scale) { // NaN too
		return 0, false, fmt.Errorf("rating %s is outside [0, %v]", s, r.scale)
	}
	return float32(v * recommender.MaxStars / r.scale), true, nil
}

// names puts a prefix before IDs and gives equal IDs the same memory: a file
// repeats them many times, and a row's own text would otherwise stay alive.
type names struct {
	prefix string
	known  map[string]string
}

const maxNames = 1 << 17 // a few MB; a file sorted by user needs far fewer at a time

func newNames(prefix string) *names { return &names{prefix: prefix, known: map[string]string{}} }

func (n *names) full(id string) string {
	if s, ok := n.known[id]; ok {
		return s
	}
	if len(n.known) == maxNames {
		clear(n.known)
	}
	s := n.prefix + strings.Clone(id)
	n.known[s[len(n.prefix):]] = s
	return s
}
