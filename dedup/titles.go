package dedup

import (
	"math"
	"strings"
)

// A bestTitle collects, over all pairs of titles of two records, what agrees
// best and, until something is equal, what looks most alike.
type bestTitle struct {
	both  bool    // both have a title in the script
	found outcome // of titles that are equal in some sense; level unknown: none
	sure  bool    // one was equal with its season and format
	look  float32 // the highest cosine of the others
	a, b  int32   // and whose; -1: none
	held  holding
	words float32 // the highest cosine of words of the others
}

// titles compares the titles of one script: the best agreement counts.
func (c *comparer) titles(a, b *record, s script) outcome {
	best := bestTitle{a: -1, b: -1}
	alike := a.format != 0 && a.format == b.format
	for i := range a.titles {
		if a.titles[i].script != s {
			continue
		}
		for j := range b.titles {
			if b.titles[j].script == s {
				c.title(&best, &a.titles[i], &b.titles[j], alike)
			}
		}
	}
	switch {
	case !best.both:
		return outcome{a: -1, b: -1}
	case best.sure || s == other:
		return best.found
	}
	o := outcome{level: differ, weight: titleWeights[s].differ, a: best.a, b: best.b}
	if best.a >= 0 {
		if sim := c.resemblance(best.a, best.b, best.look); sim >= minLook {
			o.level, o.weight = similar, titleWeights[s].look(sim)
		}
	}
	o.weight += withinWeights[s][best.held]
	if best.held == notWithin && best.a >= 0 && c.sameEnd(best.a, best.b) {
		o.weight += endWeight
	}
	if o.level == differ || o.level == similar {
		if w := sharedWords(float64(best.words), a.year, b.year, o.weight); w > o.weight {
			o.level, o.weight = similar, w
		}
	}
	if best.found.level != unknown && best.found.weight >= o.weight {
		return best.found
	}
	return o
}

// sharedWords is the weight of titles with the given cosine of words, beside what
// they weigh otherwise.
func sharedWords(cosine float64, yearA, yearB int, otherwise float64) float64 {
	w := wordBase + float64(wordSlope*(cosine-wordZero))
	switch {
	case cosine <= wordZero || w <= otherwise:
		return otherwise
	case yearA == 0 || yearB == 0:
		return otherwise + float64(wordUndated*(w-otherwise))
	case yearA == yearB:
		return w
	}
	return otherwise
}

// title compares two titles of one script, of records whose formats are alike or
// are not.
func (c *comparer) title(best *bestTitle, f, g *form, alike bool) {
	best.both = true
	w := &titleWeights[f.script]
	o := outcome{a: f.full, b: g.full}
	switch {
	case f.full == g.full:
		o.level, o.weight = equal, w.equal-c.commonness(f.full)
		if f.raw == g.raw {
			o.weight += rawEqual
		}
	case f.bare == g.bare:
		o.level, o.weight = equal, w.equal-yearTagLoss-c.commonness(f.bare)
	case f.exact == g.exact:
		o.level, o.weight = sameForm, w.sameForm-c.commonness(f.exact)
	case f.stem == g.stem && alike && f.seq == g.seq && f.part == g.part && f.final == g.final:
		// One title says the format, the other leaves it to the record.
		o.level, o.weight = sameForm, w.sameForm-c.commonness(f.stem)
	case f.stem == g.stem:
		o.level, o.weight = sameStem, w.sameStem-c.commonness(f.stem)
	case best.sure || f.script == other:
		return
	default:
		best.words = max(best.words, c.words.cosine(f.full, g.full))
		best.held = max(best.held, c.within(f.full, g.full))
		if look := c.grams.cosine(f.full, g.full); look > best.look {
			best.look, best.a, best.b = look, f.full, g.full
		}
		return
	}
	if f.main {
		o.weight += w.main
	}
	if g.main {
		o.weight += w.main
	}
	best.sure = best.sure || o.level >= sameForm
	if best.found.level == unknown || o.weight > best.found.weight {
		best.found = o
	}
}

// A holding is how one title stands within another.
type holding uint8

const (
	notWithin holding = iota
	heads             // it begins titles of several works: a franchise
	begins            // "Antique" of "Antique: The Shop"
	ends              // "The Shop" of "Antique: The Shop"
)

// within says how the shorter of two titles stands within the longer, if it is
// long enough not to be there by accident and not the title of several works.
func (c *comparer) within(a, b int32) holding {
	long, short, key := c.texts[a], c.texts[b], b
	if len(long) < len(short) {
		long, short, key = short, long, a
	}
	least := minWithin
	if c.scripts[key] == native {
		least = minWithinNative
	}
	switch {
	case len(short) < least || c.common[key] > 1:
	case strings.HasSuffix(long, short):
		return ends
	case !strings.HasPrefix(long, short):
	case len(c.stems.of(key)) > maxHeads:
		return heads
	default:
		return begins
	}
	return notWithin
}

// sameEnd reports whether two titles end alike, as those do whose subtitles are
// equal and whose franchise goes by two names. An end that many titles have is no
// subtitle.
func (c *comparer) sameEnd(a, b int32) bool {
	end := c.end(a)
	return end != "" && c.ends[a] <= maxEnds && end == c.end(b)
}

// resemblance joins the cosine of grams, which forgives the order of words, with
// the edit similarity, which does not.
func (c *comparer) resemblance(a, b int32, cosine float32) float64 {
	return float64((float64(cosine) + editSimilarity(c.texts[a], c.texts[b])) / 2)
}

// commonness is what a title loses for being the title of several records of one
// catalogue, or for being so short that it can be an accident.
func (c *comparer) commonness(key int32) float64 {
	loss := float64(commonLoss * math.Log(float64(max(1, c.common[key]))))
	runes := 0
	for range c.texts[key] {
		runes++
	}
	need := minRunes
	if c.scripts[key] == native {
		need = minNative
	}
	if runes < need {
		loss += float64(shortLoss * float64(need-runes))
	}
	return loss
}
