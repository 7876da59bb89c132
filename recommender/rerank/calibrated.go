package rerank

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// CalibratedOptions are the options of [NewCalibrated].
type CalibratedOptions struct {
	// Strength is the weight of the proportions against that of relevance, in
	// [0, 1]; 0 means 0.2, negative none.
	Strength float64
	// Depth is how many items are picked from; 0 means [DefaultDepth].
	Depth int
}

// Calibrated picks lists whose tags have the proportions of the user's own
// items: who watches seven dramas to three comedies gets such a list. It
// maximises, place by place, (1−s)·Σ relevance − s·KL(p ‖ q), where p is the
// distribution of tags over the user's items, q that over the list, each item
// sharing one unit among its tags, and q smoothed by a hundredth of p (Steck,
// Calibrated Recommendations, RecSys 2018).
//
// The user's items are those that the Model inside has seen and those of the
// request's history, each once; without any that has tags the order stays.
// O(N · Depth · tags of an item).
type Calibrated struct {
	inner
	tags     *Tags
	strength float64
}

var _ recommender.Model = (*Calibrated)(nil)

// NewCalibrated wraps m.
func NewCalibrated(m recommender.Model, tags *Tags, o CalibratedOptions) (*Calibrated, error) {
	in, err := newInner(m, o.Depth)
	if err != nil {
		return nil, fmt.Errorf("rerank: calibrated: %w", err)
	}
	s, err := share("Strength", o.Strength, 0.2)
	if err != nil {
		return nil, fmt.Errorf("rerank: calibrated: %w", err)
	}
	if tags == nil {
		return nil, fmt.Errorf("rerank: calibrated: %w: no Tags", recommender.ErrInvalid)
	}
	return &Calibrated{in, tags, s}, nil
}

// Recommend picks N of the inner Model's list.
func (m *Calibrated) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	from, err := m.candidates(ctx, req)
	if err != nil {
		return recommender.Ranking{}, err
	}
	own := slices.Clone(m.Seen(req.User))
	for _, x := range req.History {
		if x.Kind != recommender.Dislike {
			own = append(own, x.Item)
		}
	}
	slices.Sort(own)
	want := m.tags.distribution(slices.Compact(own))
	if len(want) == 0 {
		return m.finish(ctx, req, from, firstOf(min(length(req), len(from.Items))), "")
	}
	b := newBalance(want, m.tags.ofAll(itemsOf(from.Items)))
	rel := relevance(from.Items)
	return m.finish(ctx, req, from, greedy(len(rel), length(req), func(i int) float32 {
		return float32(float64((1-m.strength)*float64(rel[i])) + float64(m.strength*b.gain(i)))
	}, func(picked int, _ []int) { b.add(picked) }), "the balance of your tags")
}

func firstOf(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// A portion is a tag's share.
type portion struct {
	tag   int32
	share float64
}

// distribution is that of tags over items, ascending by tag.
func (t *Tags) distribution(items []recommender.ItemID) []portion {
	var list []portion
	n := 0
	for _, id := range items {
		own := t.of[id]
		if len(own) > 0 {
			n++
		}
		for _, tag := range own {
			list = append(list, portion{tag, 1 / float64(len(own))})
		}
	}
	slices.SortStableFunc(list, func(a, b portion) int { return int(a.tag) - int(b.tag) })
	out := list[:0]
	for _, p := range list {
		if k := len(out); k > 0 && out[k-1].tag == p.tag {
			out[k-1].share += p.share
		} else {
			out = append(out, p)
		}
	}
	for i := range out {
		out[i].share /= float64(n)
	}
	return out
}

// A balance is the tags of a list in the making, against those that are wanted.
type balance struct {
	want  []portion
	own   [][]int32 // by candidate: places in want
	sizes []int     // numbers of tags that candidates have
	size  []int32   // by candidate: place in sizes of its number of tags
	given []float64 // by place in want: the picked items' shares, added up
	// gains holds, for each size and place in want, by how much p·ln q is better
	// with one more item that shares itself among so many tags, this one of them,
	// than with one that lacks the tag.
	gains [][]float64
	n     float64 // picked
}

// smoothing keeps a tag that no item of the list has from costing infinitely much.
const smoothing = 0.01

func newBalance(want []portion, tags [][]int32) *balance {
	b := &balance{want: want, own: make([][]int32, len(tags)), size: make([]int32, len(tags)), given: make([]float64, len(want))}
	for _, list := range tags {
		b.sizes = append(b.sizes, len(list))
	}
	slices.Sort(b.sizes)
	b.sizes = slices.Compact(b.sizes)
	var places []int32
	for i, list := range tags {
		size, _ := slices.BinarySearch(b.sizes, len(list))
		b.size[i] = int32(size)
		from := len(places)
		for _, tag := range list {
			p, ok := slices.BinarySearchFunc(want, tag, func(w portion, t int32) int { return int(w.tag) - int(t) })
			if ok {
				places = append(places, int32(p))
			}
		}
		b.own[i] = places[from:len(places):len(places)]
	}
	table := make([]float64, len(b.sizes)*len(want))
	for s := range b.sizes {
		b.gains = append(b.gains, table[s*len(want):][:len(want)])
	}
	b.refresh()
	return b
}

func (b *balance) refresh() {
	for w, want := range b.want {
		floor := float64(smoothing * want.share)
		level := float64((1-smoothing)*(b.given[w]/(b.n+1))) + floor
		for s, size := range b.sizes {
			if size > 0 {
				more := (1 - smoothing) / (float64(size) * (b.n + 1))
				b.gains[s][w] = want.share * math.Log1p(more/level)
			}
		}
	}
}

// gain is by how much −KL is better with the candidate than with one that has
// none of the wanted tags.
func (b *balance) gain(i int) float64 {
	gains := b.gains[b.size[i]]
	sum := 0.0
	for _, w := range b.own[i] {
		sum += gains[w]
	}
	return sum
}

func (b *balance) add(i int) {
	for _, w := range b.own[i] {
		b.given[w] += 1 / float64(b.sizes[b.size[i]])
	}
	b.n++
	b.refresh()
}
