package ngram

import (
	"cmp"
	"math"
	"slices"
)

// A Space holds texts as vectors of their words and character 3-grams, each
// weighted by how rare it is among the texts. Words and grams count half each:
// words tell products apart by their codes, grams forgive spelling. Safe for
// concurrent use.
type Space struct {
	start []int     // by text: where its terms begin; one more at the end
	terms []int32   // ascending within a text: the rarest first
	parts []float32 // weight of the term in the text; the vector has length 1
	seen  []int32   // by term: texts that have it
	bits  []float32 // by term: −log2 of the share of texts that have it
}

// MaxText is how many bytes of a text are looked at.
const MaxText = 1 << 14

// kind tells a word from a gram of the same letters.
const (
	wordKind byte = iota
	gramKind
	kinds
)

// NewSpace makes the vectors of texts, which it folds first. O(total length)
// time and memory.
func NewSpace(texts []string) *Space {
	s := &Space{start: make([]int, 1, len(texts)+1)}
	number := [kinds]map[string]int32{{}, {}}
	var kind []byte // by term
	var counts []float32
	var scratch []int32
	for _, text := range texts {
		if len(text) > MaxText {
			text = text[:MaxText]
		}
		folded := Fold(text)
		scratch = scratch[:0]
		add := func(k byte) func(string) {
			return func(term string) {
				id, ok := number[k][term]
				if !ok {
					id = int32(len(s.seen))
					number[k][term] = id
					s.seen = append(s.seen, 0)
					kind = append(kind, k)
				}
				scratch = append(scratch, id)
			}
		}
		eachWord(folded, add(wordKind))
		eachGram(folded, add(gramKind))
		slices.Sort(scratch)
		for i := 0; i < len(scratch); {
			j := i
			for j < len(scratch) && scratch[j] == scratch[i] {
				j++
			}
			s.terms = append(s.terms, scratch[i])
			counts = append(counts, float32(j-i))
			s.seen[scratch[i]]++
			i = j
		}
		s.start = append(s.start, len(s.terms))
	}
	s.parts = counts
	s.weigh(kind)
	s.renumber()
	return s
}

// weigh turns counts into parts of vectors: (1 + ln count) · ln((1+n)/(seen)),
// each kind brought to half the squared length.
func (s *Space) weigh(kind []byte) {
	n := float64(s.Len())
	idf := make([]float64, len(s.seen))
	for t, seen := range s.seen {
		idf[t] = math.Log((1 + n) / float64(seen))
	}
	for i := range s.Len() {
		var sum [kinds]float64
		for j := s.start[i]; j < s.start[i+1]; j++ {
			t := s.terms[j]
			w := (1 + math.Log(float64(s.parts[j]))) * idf[t]
			s.parts[j] = float32(w)
			sum[kind[t]] += float64(w * w)
		}
		var scale [kinds]float64
		for k := range scale {
			if sum[k] > 0 {
				scale[k] = math.Sqrt(0.5 / sum[k])
			}
		}
		for j := s.start[i]; j < s.start[i+1]; j++ {
			s.parts[j] = float32(float64(s.parts[j]) * scale[kind[s.terms[j]]])
		}
	}
}

// renumber gives rare terms the small numbers, so that a text's vector begins
// with what tells it apart.
func (s *Space) renumber() {
	order := make([]int32, len(s.seen))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(s.seen[a], s.seen[b]), cmp.Compare(a, b)) })
	rank := make([]int32, len(order))
	seen := make([]int32, len(order))
	for place, t := range order {
		rank[t] = int32(place)
		seen[place] = s.seen[t]
	}
	s.seen = seen
	s.bits = make([]float32, len(seen))
	for t, n := range seen {
		s.bits[t] = float32(math.Log2(float64(s.Len()+1) / float64(n)))
	}
	type part struct {
		term int32
		w    float32
	}
	var v []part
	for i := range s.Len() {
		v = v[:0]
		for j := s.start[i]; j < s.start[i+1]; j++ {
			v = append(v, part{rank[s.terms[j]], s.parts[j]})
		}
		slices.SortFunc(v, func(a, b part) int { return cmp.Compare(a.term, b.term) })
		for j, p := range v {
			s.terms[s.start[i]+j], s.parts[s.start[i]+j] = p.term, p.w
		}
	}
}

// Len is the number of texts.
func (s *Space) Len() int { return len(s.start) - 1 }

// Empty reports whether text i has no terms.
func (s *Space) Empty(i int) bool { return s.start[i] == s.start[i+1] }

func (s *Space) vector(i int) ([]int32, []float32) {
	return s.terms[s.start[i]:s.start[i+1]], s.parts[s.start[i]:s.start[i+1]]
}

// A Likeness is how two texts resemble each other.
type Likeness struct {
	Cosine  float32 // of the vectors, in [0, 1]
	Overlap float32 // the share of one text that is in the other, the larger of the two, in [0, 1]
	Shared  float32 // bits of the [Rarest] terms that both have: what sharing them by chance would cost
}

// Rarest is how many shared terms Likeness.Shared adds up.
const Rarest = 12

// Compare compares texts i and j; of an empty one everything is 0. O(terms of both).
func (s *Space) Compare(i, j int) Likeness {
	ti, wi := s.vector(i)
	tj, wj := s.vector(j)
	var l Likeness
	var a, b float32
	n := 0
	for x, y := 0, 0; x < len(ti) && y < len(tj); {
		switch {
		case ti[x] < tj[y]:
			x++
		case ti[x] > tj[y]:
			y++
		default:
			l.Cosine += float32(wi[x] * wj[y])
			a += float32(wi[x] * wi[x])
			b += float32(wj[y] * wj[y])
			if n++; n <= Rarest {
				l.Shared += s.bits[ti[x]]
			}
			x++
			y++
		}
	}
	l.Cosine, l.Overlap = min(1, l.Cosine), min(1, max(a, b))
	return l
}

// Cosine is that of texts i and j in [0, 1]; 0 where one is empty.
func (s *Space) Cosine(i, j int) float32 { return s.Compare(i, j).Cosine }

// MostShared is the largest Shared there can be.
func (s *Space) MostShared() float32 { return Rarest * float32(math.Log2(float64(s.Len()+1))) }
