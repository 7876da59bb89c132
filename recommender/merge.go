package recommender

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Merge makes the canonical item id out of the records that a [Deduplicator]
// put together. The result does not depend on the order of members:
//
//   - Title: the one that most members have as their title, then that of the
//     first member by ID; Attrs[AttrSource] says whose it is.
//   - Aliases: every other title and alias, once each, in order of members.
//   - Text: the longest. Year: the one that most members give, then the
//     earliest. Time: the earliest.
//   - Tags: all, one of those that differ only in case, those of most members first.
//   - Attrs: for each name the value that most members give, then the first.
//   - Refs: all, sorted. Members: the members' IDs, sorted.
func Merge(id ItemID, members []Item) Item {
	members = slices.SortedFunc(slices.Values(members), func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
	out := Item{ID: id, Attrs: map[string]string{}}
	var (
		titles, tags ballot[string]
		years        ballot[int]
		attrs        = map[string]*ballot[string]{}
		refs         = map[ItemID]bool{}
	)
	for _, m := range members {
		out.Members = append(out.Members, m.ID)
		if m.Title != "" {
			titles.vote(m.Title)
		}
		if m.Year != 0 {
			years.vote(m.Year)
		}
		if len(m.Text) > len(out.Text) {
			out.Text = m.Text
		}
		if !m.Time.IsZero() && (out.Time.IsZero() || m.Time.Before(out.Time)) {
			out.Time = m.Time
		}
		for name, value := range m.Attrs {
			if attrs[name] == nil {
				attrs[name] = &ballot[string]{}
			}
			attrs[name].vote(value)
		}
		for _, r := range m.Refs {
			refs[r] = true
		}
	}
	out.Title = titles.first()
	if years.order != nil {
		slices.Sort(years.order) // of years with equal votes the earliest
		out.Year = years.first()
	}
	for name, b := range attrs {
		out.Attrs[name] = b.first()
	}
	if i := slices.IndexFunc(members, func(m Item) bool { return m.Title == out.Title }); i >= 0 {
		out.Attrs[AttrSource] = sourceOf(members[i].ID)
	}
	out.Aliases = otherTitles(members, out.Title)
	for _, m := range members {
		for _, t := range m.Tags {
			tags.voteAs(strings.ToLower(t), t)
		}
	}
	out.Tags = tags.ranked()
	out.Refs = slices.Sorted(maps.Keys(refs))
	return out
}

// otherTitles returns every title and alias of members but title, once each.
func otherTitles(members []Item, title string) []string {
	seen := map[string]bool{"": true, title: true}
	var all []string
	for _, m := range members {
		for _, t := range append([]string{m.Title}, m.Aliases...) {
			if !seen[t] {
				seen[t] = true
				all = append(all, t)
			}
		}
	}
	return all
}

// sourceOf returns the part of a record's ID before the colon.
func sourceOf(id ItemID) string {
	source, _, _ := strings.Cut(string(id), ":")
	return source
}

// A ballot counts votes and remembers who was named first.
type ballot[T cmp.Ordered] struct {
	votes map[T]int
	order []T
	shown map[T]T
}

func (b *ballot[T]) vote(x T) { b.voteAs(x, x) }

// voteAs counts a vote for key, which is shown as its first shown form.
func (b *ballot[T]) voteAs(key, shown T) {
	if b.votes == nil {
		b.votes, b.shown = map[T]int{}, map[T]T{}
	}
	if b.votes[key] == 0 {
		b.order = append(b.order, key)
		b.shown[key] = shown
	}
	b.votes[key]++
}

// ranked returns everything voted for: most votes first, then in order.
func (b *ballot[T]) ranked() []T {
	keys := slices.Clone(b.order)
	slices.SortStableFunc(keys, func(x, y T) int { return cmp.Compare(b.votes[y], b.votes[x]) })
	for i, k := range keys {
		keys[i] = b.shown[k]
	}
	return keys
}

func (b *ballot[T]) first() T {
	var zero T
	if len(b.order) == 0 {
		return zero
	}
	return b.ranked()[0]
}
