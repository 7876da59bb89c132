package dedup

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/topk"
)

// gramIndex finds titles that look alike: rarity-weighted cosine over character
// 3-grams (2-grams in Han and kana), the best published cheap blocker (Sparkly,
// Paulsen et al., PVLDB 16(6), 2023).
type gramIndex struct {
	vectors [][]int32 // by key: gram numbers, rarest first, ascending; nil: not a whole title
	norm    []float32 // by key: length of the vector
	weight  []float32 // by gram: ln(titles / titles with the gram)
	lists   postings  // gram → keys that have it among their rarest
}

// A title stands in the lists of its rarest grams only, and a query walks fewer
// still: they decide which titles are candidates, and the frequent ones hold most
// of the work. The work of one query is bounded, and less where there are many:
// lists grow with the titles, and titles times lists would be quadratic.
const (
	listGrams  = 16
	queryGrams = 12
	queryMost  = 4_000         // places in lists
	queryLeast = 2_000         // however many titles there are
	queryAll   = 4_000_000_000 // of all queries together; reached at 1,000,000 titles
)

// fewTitles are added to the titles that rarity is counted in: of a handful of
// titles each gram is in all or in one, which says nothing about how rare it is.
const fewTitles = 1000

func newGramIndex(c *corpus) *gramIndex {
	x := &gramIndex{vectors: make([][]int32, len(c.texts)), norm: make([]float32, len(c.texts))}
	numbers := map[[3]rune]int32{}
	for _, r := range c.records {
		for _, f := range r.titles {
			if f.script != other && x.vectors[f.full] == nil {
				x.vectors[f.full] = gramsOf(c.texts[f.full], f.script, numbers)
			}
		}
	}

	// Renumber the grams by rarity, so that a sorted vector starts with the rarest.
	seen := make([]int32, len(numbers))
	titles := 0
	for _, v := range x.vectors {
		if v != nil {
			titles++
		}
		for _, g := range v {
			seen[g]++
		}
	}
	order := make([]int32, len(seen))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(seen[a], seen[b]), cmp.Compare(a, b)) })
	rank := make([]int32, len(seen))
	x.weight = make([]float32, len(seen))
	for i, g := range order {
		rank[g] = int32(i)
		x.weight[i] = float32(math.Log(float64(fewTitles+titles) / float64(seen[g])))
	}
	for key, v := range x.vectors {
		for i := range v {
			v[i] = rank[v[i]]
		}
		slices.Sort(v)
		var sum float32
		for _, g := range v {
			sum += float32(x.weight[g] * x.weight[g])
		}
		x.norm[key] = float32(math.Sqrt(float64(sum)))
	}
	x.lists = invert(len(seen), len(x.vectors), func(key int) []int32 { return x.vectors[key][:min(len(x.vectors[key]), listGrams)] })
	return x
}

// forget frees what only neighbours needs.
func (x *gramIndex) forget() { x.lists = postings{} }

// gramsOf returns the distinct grams of text, whose ends count as a character.
func gramsOf(text string, s script, numbers map[[3]rune]int32) []int32 {
	rs := make([]rune, 0, len(text)+2)
	rs = append(rs, '^')
	rs = append(rs, []rune(text)...)
	rs = append(rs, '$')
	n := 3
	if s == native {
		n = 2
	}
	out := make([]int32, 0, len(rs))
	for i := 0; i+n <= len(rs); i++ {
		var g [3]rune
		copy(g[:], rs[i:i+n])
		id, ok := numbers[g]
		if !ok {
			id = int32(len(numbers))
			numbers[g] = id
		}
		out = append(out, id)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// cosine returns the similarity of two keys in [0, 1]; 0 where one is not indexed.
func (x *gramIndex) cosine(a, b int32) float32 {
	return cosine(x.vectors, x.norm, x.weight, a, b)
}

// cosine is that of two sorted vectors of numbers, by the weights of those they share.
func cosine(vectors [][]int32, norm, weight []float32, a, b int32) float32 {
	va, vb := vectors[a], vectors[b]
	var dot float32
	for i, j := 0, 0; i < len(va) && j < len(vb); {
		switch {
		case va[i] < vb[j]:
			i++
		case va[i] > vb[j]:
			j++
		default:
			dot += float32(weight[va[i]] * weight[va[i]])
			i++
			j++
		}
	}
	if dot == 0 {
		return 0
	}
	return min(1, dot/float32(norm[a]*norm[b]))
}

// A lookup is the scratch space of one goroutine.
type lookup struct {
	sum     []float32 // by key; zero between queries
	touched []int32
	scores  []float32
}

// neighbours calls emit for every key and up to k keys that look most like it
// with a similarity of at least floor, in order of keys. Each key's list depends
// on the titles only, so any number of workers finds the same.
func (x *gramIndex) neighbours(ctx context.Context, workers, k int, floor float32, emit func(a, b int32)) error {
	const chunk = 2048
	chunks := (len(x.vectors) + chunk - 1) / chunk
	found := make([][][2]int32, chunks)
	most := max(queryLeast, min(queryMost, int(int64(queryAll)/int64(max(1, len(x.vectors))))))
	scratch := sync.Pool{New: func() any { return &lookup{sum: make([]float32, len(x.vectors))} }}
	err := par.Do(ctx, workers, chunks, func(i int) error {
		own := scratch.Get().(*lookup) // all zero
		defer scratch.Put(own)
		sum, touched, scores := own.sum, own.touched, own.scores
		for key := i * chunk; key < min((i+1)*chunk, len(x.vectors)); key++ {
			v := x.vectors[key]
			touched = touched[:0]
			work := 0
			for _, g := range v[:min(len(v), queryGrams)] {
				list := x.lists.of(g)
				if work += len(list); work > most {
					break // the rest are more frequent still
				}
				w := float32(x.weight[g] * x.weight[g])
				for _, other := range list {
					if sum[other] == 0 {
						touched = append(touched, other)
					}
					sum[other] += w
				}
			}
			scores = scores[:0]
			for _, other := range touched {
				s := sum[other] / x.norm[other]
				sum[other] = 0
				if int(other) == key {
					s = float32(math.NaN()) // never selected
				}
				scores = append(scores, s)
			}
			for _, place := range topk.Select(scores, k) {
				if other := touched[place]; x.cosine(int32(key), other) >= floor {
					found[i] = append(found[i], [2]int32{int32(key), other})
				}
			}
		}
		own.touched, own.scores = touched, scores
		return nil
	})
	if err != nil {
		return err
	}
	for _, pairs := range found {
		for _, p := range pairs {
			emit(p[0], p[1])
		}
	}
	return nil
}
