package dedup

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Evidence is what one field says about two records being one thing.
type Evidence struct {
	Field  string  // "latin title", "season", "year" …; "rivals": what else the two could be
	Level  string  // "equal", "different", "only one says it" …
	A, B   string  // what the two records say; titles: the two that agree best
	Weight float64 // log-odds: positive speaks for one thing
	Sum    float64 // of the prior and all weights down to this one
}

// String writes "+3.0 = +4.5  year equal: "2012", "2012"".
func (e Evidence) String() string {
	s := fmt.Sprintf("%+5.1f = %+5.1f  %s %s", e.Weight, e.Sum, e.Field, e.Level)
	if e.A != "" || e.B != "" {
		s += fmt.Sprintf(": %q, %q", e.A, e.B)
	}
	return s
}

// An Explanation is the evidence about a pair as a waterfall: the prior, then the
// weightiest evidence first, each with the sum so far.
type Explanation struct {
	Prior       float64 // log-odds before anything is compared
	Evidence    []Evidence
	Apart       bool    // a contradiction that no other evidence outweighs
	Decided     string  // "force" or "block" where a person decided; evidence is then ignored
	Probability float64 // that the two are one thing: of the last Sum; 0 where Apart or blocked, 1 where forced
}

// String writes one line a piece of evidence.
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "probability %.3f", e.Probability)
	if e.Apart {
		b.WriteString(", cannot be one")
	}
	if e.Decided != "" {
		b.WriteString(", by a person's " + e.Decided)
	}
	fmt.Fprintf(&b, "\n        %+5.1f  before anything is compared", e.Prior)
	for _, x := range e.Evidence {
		b.WriteString("\n" + x.String())
	}
	return b.String()
}

// finish sorts the evidence, adds up and concludes. score, if not NaN, is what
// the sum becomes when rivals are looked at.
func (e *Explanation) finish(score float64) {
	slices.SortStableFunc(e.Evidence, func(a, b Evidence) int {
		switch x, y := math.Abs(a.Weight), math.Abs(b.Weight); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	sum := e.Prior
	for i := range e.Evidence {
		sum += e.Evidence[i].Weight
		e.Evidence[i].Sum = sum
	}
	if !math.IsNaN(score) && score != sum {
		e.Evidence = append(e.Evidence, Evidence{Field: "rivals", Level: "and bounds", Weight: score - sum, Sum: score})
		sum = score
	}
	switch {
	case e.Decided == "force":
		e.Probability = 1
	case !e.Apart && e.Decided == "":
		e.Probability = probability(sum)
	}
}

// Explain says why two works would be taken for one or not. It knows these two
// only: Resolve also sees how common their titles are and what else each of them
// could be, so that its verdict can differ; [Index.Explain] tells that.
func Explain(a, b recommender.Item) Explanation {
	// The corpus sorts by ID; names of our own keep the order and allow equal or empty IDs.
	const nameA, nameB = "\x00a:", "\x00b:"
	a.Refs, b.Refs = renamed(a.Refs, b.ID, nameB), renamed(b.Refs, a.ID, nameA)
	a.ID, b.ID = nameA, nameB
	c := newCorpus([]recommender.Item{a, b})
	cmp := &comparer{c, newGramIndex(c)}
	e := cmp.explain(0, 1, a, b)
	e.finish(math.NaN())
	return e
}

// Explain says why two records of x were taken for one thing or not, with all
// that Resolve knew at its first look, when every rival still counts: of a link that
// only the second look made it may say that it is unlikely. a and b are looked up by
// their IDs, and the items given here serve to write titles as they came. It fails
// with [recommender.ErrNotFound] where x has no such record. For a link ask about
// the record and each other member of its item.
func (x *Index) Explain(a, b recommender.Item) (Explanation, error) {
	g := x.graph
	i, okA := g.place(a.ID)
	j, okB := g.place(b.ID)
	for _, miss := range []struct {
		id recommender.ItemID
		ok bool
	}{{a.ID, okA}, {b.ID, okB}} {
		if !miss.ok {
			return Explanation{}, fmt.Errorf("dedup: explain: record %q: %w", miss.id, recommender.ErrNotFound)
		}
	}
	e := g.pairs.explain(i, j, a, b)
	switch {
	case i == j || g.pinned[i] && g.pinned[j] && slices.ContainsFunc(g.forced, func(group []int32) bool {
		return slices.Contains(group, i) && slices.Contains(group, j)
	}):
		e.Decided = "force"
	case g.blocked[pair{min(i, j), max(i, j)}]:
		e.Decided = "block"
	}
	score := math.NaN()
	if i != j && !e.Apart {
		score = float64(g.weigh(min(i, j), max(i, j), g.pairs.edge(min(i, j), max(i, j))))
	}
	e.finish(score)
	if i == j {
		e.Decided = ""
	}
	return e, nil
}

// explain compares two works, whose items are a and b.
func (c *comparer) explain(i, j int32, a, b recommender.Item) Explanation {
	x, y := &c.records[i], &c.records[j]
	out := c.compare(x, y)
	e := Explanation{Prior: prior, Apart: out.veto()}
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
		default:
			out = append(out, ref)
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
		return r.sequels.String()
	case fieldPart:
		return r.parts.String()
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
