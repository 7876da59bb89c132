package recommender

import (
	"cmp"
	"slices"
	"strings"
)

// Sentence puts reasons into a short English sentence: "because you liked X and
// Y; shares the tags a and b; reviewers praise it". title gives an item's name; nil:
// its ID. It mentions what counts most, up to three of a kind and three kinds,
// and only what speaks for the item; what names nothing is left out. It is ""
// where nothing is left to say.
func Sentence(why []Reason, title func(ItemID) string) string {
	if title == nil {
		title = func(id ItemID) string { return string(id) }
	}
	type clause struct {
		kind  string
		part  float32
		words []string
	}
	var clauses []clause
	sorted := slices.Clone(why)
	slices.SortStableFunc(sorted, func(a, b Reason) int { return cmp.Compare(b.Part, a.Part) })
	for _, r := range sorted {
		_, ok := phrases[r.Kind]
		if !ok || r.Part <= 0 && r.Kind != ReasonOrder {
			continue
		}
		at := slices.IndexFunc(clauses, func(c clause) bool { return c.kind == r.Kind })
		if at < 0 {
			at = len(clauses)
			clauses = append(clauses, clause{kind: r.Kind})
		}
		c := &clauses[at]
		c.part += r.Part
		name := r.Term
		if r.Item != "" {
			name = title(r.Item)
		}
		if name != "" && len(c.words) < sentenceWords && !slices.Contains(c.words, name) {
			c.words = append(c.words, name)
		}
	}
	slices.SortStableFunc(clauses, func(a, b clause) int { return cmp.Compare(b.part, a.part) })
	var said []string
	for _, c := range clauses {
		p := phrases[c.kind]
		switch {
		case len(said) == sentenceKinds:
		case len(c.words) == 0 && p.alone != "":
			said = append(said, p.alone)
		case len(c.words) == 1:
			said = append(said, strings.Replace(p.one, "%", c.words[0], 1))
		case len(c.words) > 1:
			said = append(said, strings.Replace(cmp.Or(p.many, p.one), "%", list(c.words), 1))
		}
	}
	return strings.Join(said, "; ")
}

const sentenceKinds, sentenceWords = 3, 3

// A phrase says a kind of reason: without a name, with one, with several.
type phrase struct{ alone, one, many string }

var phrases = map[string]phrase{
	ReasonLiked:   {one: "because you liked %"},
	ReasonTag:     {one: "shares the tag %", many: "shares the tags %"},
	ReasonText:    {one: "its text has %"},
	ReasonReviews: {alone: "reviewers praise it", one: "reviewers praise %"},
	ReasonPopular: {alone: "many people have it"},
	ReasonAlike:   {one: "it is like %"},
	ReasonOrder:   {one: "moved %"},
}

func list(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
