package dedup

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Evidence is what one field says about two records being one work.
type Evidence struct {
	Field  string  // "latin title", "season", "year" …
	Level  string  // "equal", "different", "only one says it" …
	A, B   string  // what the two records say; titles: the two that agree best
	Weight float64 // log-odds: positive speaks for one work
}

func (e Evidence) String() string {
	return fmt.Sprintf("%+.1f %s %s: %q, %q", e.Weight, e.Field, e.Level, e.A, e.B)
}

// An Explanation is the evidence about a pair, the weightiest first.
type Explanation struct {
	Evidence    []Evidence
	Apart       bool    // a contradiction that no other evidence outweighs
	Probability float64 // that the two are one work, before rivals are looked at; 0 where Apart
}

// String writes one line a piece of evidence.
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "probability %.3f", e.Probability)
	if e.Apart {
		b.WriteString(", cannot be one work")
	}
	for _, x := range e.Evidence {
		b.WriteString("\n" + x.String())
	}
	return b.String()
}

// Explain says why two records would be taken for one work or not. It knows
// these two only: Resolve also sees how common their titles are and what else
// each of them could be, so that its verdict can differ.
func Explain(a, b recommender.Item) Explanation {
	// The corpus sorts by ID; names of our own keep the order and allow equal or empty IDs.
	a.Refs, b.Refs = renamed(a.Refs, b.ID, "b:"), renamed(b.Refs, a.ID, "a:")
	a.ID, b.ID = "a:", "b:"
	c := newCorpus([]recommender.Item{a, b})
	cmp := &comparer{c, newGramIndex(c)}
	x, y := &c.records[0], &c.records[1]
	out := cmp.compare(x, y)
	e := Explanation{Apart: out.veto()}
	if !e.Apart {
		e.Probability = probability(out.logit())
	}
	for f, o := range out {
		if o.level == unknown {
			continue
		}
		ev := Evidence{Field: fieldNames[f], Level: levelNames[o.level], Weight: o.weight}
		if o.a >= 0 {
			ev.A, ev.B = titleOf(a, c.texts[o.a]), titleOf(b, c.texts[o.b])
		} else {
			ev.A, ev.B = x.says(field(f)), y.says(field(f))
		}
		e.Evidence = append(e.Evidence, ev)
	}
	slices.SortStableFunc(e.Evidence, func(a, b Evidence) int {
		switch x, y := max(a.Weight, -a.Weight), max(b.Weight, -b.Weight); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return e
}

// renamed returns refs with another name for the record id. References to other
// records of its source, which speak against it, get names of that source.
func renamed(refs []recommender.ItemID, id, name recommender.ItemID) []recommender.ItemID {
	var out []recommender.ItemID
	for _, ref := range refs {
		switch {
		case ref == id:
			out = append(out, name)
		case sourceOf(ref) == sourceOf(id):
			out = append(out, name+ref)
		}
	}
	return out
}

// titleOf finds the title of it that has the compact key text.
func titleOf(it recommender.Item, text string) string {
	for _, raw := range append([]string{it.Title}, it.Aliases...) {
		n := Normalize(raw)
		if compactKey(strings.Fields(n), scriptOf(n)) == text {
			return raw
		}
	}
	return text
}

// says writes what r says in a field that is not a title.
func (r *record) says(f field) string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	switch f {
	case fieldSequel:
		return listOf(r.sequels)
	case fieldPart:
		return listOf(r.parts)
	case fieldFinal:
		if r.final {
			return "final"
		}
	case fieldYear:
		return number(r.year)
	case fieldEpisodes:
		return number(r.episodes)
	case fieldFormat:
		return r.format.String()
	case fieldMarks:
		return r.marks
	}
	return ""
}

func listOf(set uint64) string {
	var out []string
	for ; set != 0; set &= set - 1 {
		out = append(out, strconv.Itoa(bits.TrailingZeros64(set)))
	}
	return strings.Join(out, ", ")
}
