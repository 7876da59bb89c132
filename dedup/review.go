package dedup

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// WriteReview writes the review of a Resolution of x as an overrides file in which
// everything is a comment: each link that was not made with its evidence and the
// two lines of which a person uncomments one. item gives the records as they came;
// it is asked for each record of the review and the nearest member of the item
// that it could belong to. The number in front of an entry is its Confidence, which
// is about all members and after the second look; the evidence below is that of
// [Index.Explain], about the nearest one and at the first look.
func (x *Index) WriteReview(w io.Writer, res *recommender.Resolution, item func(recommender.ItemID) (recommender.Item, error)) error {
	members := map[recommender.ItemID][]recommender.ItemID{}
	for _, l := range res.Links {
		members[l.Canonical] = append(members[l.Canonical], l.Record)
	}
	out := bufio.NewWriter(w)
	for _, l := range res.Review {
		near := x.nearest(l.Record, members[l.Canonical])
		if near == "" {
			continue
		}
		a, err := item(l.Record)
		if err != nil {
			return fmt.Errorf("dedup: write review: %w", err)
		}
		b, err := item(near)
		if err != nil {
			return fmt.Errorf("dedup: write review: %w", err)
		}
		e, err := x.Explain(a, b)
		if err != nil {
			return fmt.Errorf("dedup: write review: %w", err)
		}
		var text strings.Builder
		fmt.Fprintf(&text, "%.3f  %s %s  →  %s, with %s %s\n%s", l.Confidence, a.ID, label(a), l.Canonical, b.ID, label(b), e)
		for line := range strings.Lines(text.String()) {
			fmt.Fprintf(out, "# %s\n", strings.TrimRight(line, "\n"))
		}
		var verbs strings.Builder
		writeOverride(&verbs, "#force", a.ID, b.ID)
		writeOverride(&verbs, "#block", a.ID, b.ID)
		fmt.Fprintf(out, "%s\n", verbs.String())
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("dedup: write review: %w", err)
	}
	return nil
}

// nearest returns the member that is most likely one with a record, "" if none is known.
func (x *Index) nearest(id recommender.ItemID, members []recommender.ItemID) recommender.ItemID {
	g := x.graph
	r, ok := g.place(id)
	if !ok {
		return ""
	}
	best, near := float32(0), recommender.ItemID("")
	for _, m := range slices.Sorted(slices.Values(members)) {
		s, ok := g.place(m)
		if !ok || s == r {
			continue
		}
		v := g.weigh(min(r, s), max(r, s), g.pairs.edge(min(r, s), max(r, s)))
		if near == "" || v > best {
			best, near = v, m
		}
	}
	return near
}

// label writes a title on one line, and the year.
func label(it recommender.Item) string {
	s := fmt.Sprintf("%q", clip(it.Title))
	if it.Year != 0 {
		s += fmt.Sprintf(" (%d)", it.Year)
	}
	return s
}
