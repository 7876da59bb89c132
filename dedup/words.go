package dedup

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
)

// A wordIndex compares Latin titles by the words they share, weighted by rarity: a
// title and its half translation have names in common and few 3-grams.
type wordIndex struct {
	vectors [][]int32 // by key: word numbers, sorted; nil: no Latin title
	norm    []float32 // by key: length of the vector
	weight  []float32 // by word: ln(titles / titles with the word)
	shared  []float32 // by word: weight where it is rare, else 0
}

// A word that more titles than this have is not shared by accident, but by custom
// ("The Teacher Who …"): it lengthens vectors and brings them no nearer. Titles that share
// a rarer one are proposed where their cosine reaches the floor.
const (
	rareWord  = 12
	wordFloor = 0.25
)

// particles join words in Japanese and English titles and say nothing.
var particles = map[string]bool{
	"a": true, "an": true, "and": true, "de": true, "e": true, "ga": true, "in": true, "ni": true, "no": true,
	"o": true, "of": true, "s": true, "the": true, "to": true, "wa": true,
}

// rareWords leaves out what says nothing, and years, which are compared as such. Words
// are in the spelling of compactKey.
func rareWords(words []string) []string {
	var out []string
	for _, w := range words[:min(len(words), maxWords)] {
		w = compactKey([]string{w}, latin)
		if len(w) > 3 { // a plural, or a genitive, whose apostrophe Norm drops
			w = strings.TrimSuffix(w, "s")
		}
		if !particles[w] && yearOf(w) == 0 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// wordsOf notes the words of a title. Of several spellings with one key ("sword craft",
// "swordcraft") it keeps the one of most words, the first in the order of texts,
// whichever came first.
func (b *builder) wordsOf(key int32, words []string) {
	if now := b.words[key]; now != nil {
		order := cmp.Compare(len(now), len(words))
		for i := 0; i < len(words) && order == 0; i++ {
			order = strings.Compare(words[i], b.spelt[now[i]])
		}
		if order >= 0 {
			return
		}
	}
	b.words[key] = make([]int32, len(words))
	for i, w := range words {
		n := intern(b.wordIDs, w)
		if int(n) == len(b.spelt) {
			b.spelt = append(b.spelt, w)
		}
		b.words[key][i] = n
	}
}

// newWordIndex takes the words of each key, numbered from 0 to n-1, and keeps them.
func newWordIndex(vectors [][]int32, n int) *wordIndex {
	x := &wordIndex{vectors: vectors, norm: make([]float32, len(vectors)), weight: make([]float32, n)}
	seen := make([]int32, n)
	titles := 0
	for _, v := range vectors {
		if v != nil {
			titles++
		}
		for _, w := range v {
			seen[w]++
		}
	}
	x.shared = make([]float32, n)
	for w := range x.weight {
		x.weight[w] = float32(math.Log(float64(fewTitles+titles) / float64(max(1, seen[w]))))
		if seen[w] <= rareWord {
			x.shared[w] = x.weight[w]
		}
	}
	for key, v := range vectors {
		slices.Sort(v)
		var sum float32
		for _, w := range v {
			sum += float32(x.weight[w] * x.weight[w])
		}
		x.norm[key] = float32(math.Sqrt(float64(sum)))
	}
	return x
}

// cosine returns the similarity of two titles in [0, 1], by the rare words they share.
func (x *wordIndex) cosine(a, b int32) float32 {
	return cosine(x.vectors, x.norm, x.shared, a, b)
}

// pairs calls emit for titles that share a rare word and are alike.
func (x *wordIndex) pairs(ctx context.Context, emit func(a, b int32)) error {
	lists := invert(len(x.weight), len(x.vectors), func(key int) []int32 { return x.vectors[key] })
	for w := range x.weight {
		if w%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		list := lists.of(int32(w))
		if len(list) > rareWord {
			continue
		}
		for i, a := range list {
			for _, b := range list[i+1:] {
				if x.cosine(a, b) >= wordFloor {
					emit(a, b)
				}
			}
		}
	}
	return nil
}
