package synthetic

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/osusume/osusume/internal/rng"
)

var aspects = [...]string{"story", "art", "sound", "characters", "pacing"}

// aspectOpinion returns what somebody who thinks op of work i as a whole thinks
// of one aspect: some works are prettier than they are good.
func (w *World) aspectOpinion(i int32, aspect int, op float64) float64 {
	r := rng.New(w.seed, domReview, uint64(i)<<8, uint64(aspect), 1)
	return min(max(op+float64(0.28*normal(r)), -1), 1)
}

// level maps an opinion in [-1, 1] to the levels of words/phrases.txt, 0 to 4.
func level(op float64) int {
	switch {
	case op < -0.35:
		return 0
	case op < 0:
		return 1
	case op < 0.22:
		return 2
	case op < 0.6:
		return 3
	}
	return 4
}

// review writes what somebody who thinks op of work i has to say.
func (w *World) review(r *rand.Rand, home catalogue, i int32, op float64) string {
	phrases := words().phrases
	var said []string
	// say picks a clause that has not been said yet.
	say := func(aspect string, level int) string {
		var p string
		for {
			p = one(r, phrases[aspect][level])
			if !slices.Contains(said, p) {
				break
			}
		}
		said = append(said, p)
		return p
	}
	var out strings.Builder
	sentence := func(s, end string) {
		if out.Len() > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(upper(s) + end)
	}
	end := func(level int) string {
		if (level == 4 || level == 0) && r.Float64() < 0.35 {
			return "!"
		}
		return "."
	}
	overall := level(op)
	if r.Float64() < 0.85 {
		sentence(say("opening", overall), end(overall))
	}
	order := r.Perm(len(aspects))[:1+r.IntN(4)]
	// An aspect stands alone, or joins the next: by "but" where they disagree.
	for k := 0; k < len(order); k++ {
		a := level(w.aspectOpinion(i, order[k], op))
		clause := say(aspects[order[k]], a)
		if k+1 < len(order) {
			b := level(w.aspectOpinion(i, order[k+1], op))
			next := say(aspects[order[k+1]], b)
			switch {
			case (a-2)*(b-2) < 0:
				clause += ", but " + next
				k++
			case r.Float64() < 0.4:
				clause += ", and " + next
				k++
			default:
				said = said[:len(said)-1] // its turn comes in the next round
			}
		}
		sentence(clause, end(a))
	}
	if r.Float64() < 0.5 {
		sentence(say("closing", overall), end(overall))
	}
	title := w.mention(r, home, i)
	very := one(r, []string{"very", "really", "absolutely", "extremely", "so", "incredibly"})
	return strings.NewReplacer("{title}", title, "{very}", very).Replace(out.String())
}

// mention returns a title that a reader of the catalogue would use.
func (w *World) mention(r *rand.Rand, home catalogue, i int32) string {
	it := w.record(home, i)
	if len(it.Aliases) > 0 && r.Float64() < 0.3 {
		return one(r, it.Aliases)
	}
	return it.Title
}

// upper begins s with a capital, unless it begins with a title.
func upper(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
