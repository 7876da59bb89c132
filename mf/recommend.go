package mf

import (
	"context"
	"slices"
	"sync"

	"github.com/osusume/osusume/internal/topk"
	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// Recommend ranks the items that the user has not had by their scores. Filters
// do not shorten the list as long as N items are eligible. It takes O(items ·
// factors), and with req.Within O(Within · factors).
func (m *Model) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	if err := m.enter(); err != nil {
		return recommender.Ranking{}, err
	}
	defer m.leave()
	q, err := m.query(req)
	if err != nil {
		return recommender.Ranking{}, err
	}
	out, err := m.rank(ctx, q, req)
	if err != nil {
		return recommender.Ranking{}, err
	}
	if req.Explain {
		for k := range out.Items {
			place, _ := m.ranker.Place(out.Items[k].Item)
			out.Items[k].Why = m.explain(q, place)
		}
	}
	return out, nil
}

// A desk is what ranking needs again and again.
type desk struct {
	scores []float32
	above  []int32
	hidden []int32
	best   topk.Best
}

var desks = sync.Pool{New: func() any {
	return &desk{scores: make([]float32, part), above: make([]int32, part)}
}}

// rank scores the candidates part by part and keeps the best of them.
func (m *Model) rank(ctx context.Context, q query, req recommender.Request) (recommender.Ranking, error) {
	d := desks.Get().(*desk)
	defer desks.Put(d)
	n := req.N
	if n == 0 {
		n = recommender.DefaultN
	}
	d.best.Reset(min(n, len(m.scored)))
	d.hide(m, req)
	eligible, err := 0, error(nil)
	if req.Within != nil {
		eligible, err = m.rankWithin(ctx, d, q, req)
	} else {
		eligible, err = m.rankAll(ctx, d, q, req)
	}
	if err != nil {
		return recommender.Ranking{}, err
	}
	return recommender.Ranking{Items: m.list(d.best.Sorted()), Blocked: len(m.scored) - eligible}, nil
}

// hide collects the places of known items that req keeps from its list, ascending.
func (d *desk) hide(m *Model, req recommender.Request) {
	d.hidden = d.hidden[:0]
	if !req.IncludeSeen {
		seen, _ := m.history.Row(req.User)
		d.hidden = append(d.hidden, seen...)
	}
	sorted := len(d.hidden)
	add := func(id recommender.ItemID) {
		if i, ok := m.ranker.Place(id); ok {
			d.hidden = append(d.hidden, int32(i))
		}
	}
	for _, id := range req.Exclude {
		add(id)
	}
	for _, id := range req.Seeds {
		add(id)
	}
	if !req.IncludeSeen {
		for _, x := range req.History {
			add(x.Item)
		}
	}
	if len(d.hidden) > sorted {
		slices.Sort(d.hidden)
		d.hidden = slices.Compact(d.hidden)
	}
	d.hidden = slices.DeleteFunc(d.hidden, func(i int32) bool { return !m.known[i] })
}

// rankAll puts the whole catalogue into d.best and returns how many items are
// eligible.
func (m *Model) rankAll(ctx context.Context, d *desk, q query, req recommender.Request) (eligible int, err error) {
	hidden := d.hidden
	eligible = len(m.scored) - len(hidden)
	for from := 0; from < len(m.bias); from += part {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		scores := d.scores[:min(part, len(m.bias)-from)]
		m.scores(scores, q, from)
		for len(hidden) > 0 && int(hidden[0]) < from+len(scores) {
			scores[int(hidden[0])-from] = nan
			hidden = hidden[1:]
		}
		if req.Keep != nil {
			for k, s := range scores {
				if s == s && !req.Keep(m.Catalog()[from+k]) {
					scores[k] = nan
					eligible--
				}
			}
		}
		d.put(scores, func(k int32) int32 { return int32(from) + k })
	}
	return eligible, nil
}

// rankWithin does the same with the items of req.Within alone.
func (m *Model) rankWithin(ctx context.Context, d *desk, q query, req recommender.Request) (eligible int, err error) {
	within := slices.DeleteFunc(m.places(req.Within), func(i int32) bool {
		_, hidden := slices.BinarySearch(d.hidden, i)
		return hidden || req.Keep != nil && !req.Keep(m.Catalog()[i])
	})
	for items := range slices.Chunk(within, part) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		scores := d.scores[:len(items)]
		vec.DotGather(scores, q.vector, m.item, m.stride, items)
		for k, i := range items {
			if q.cosine {
				scores[k] = m.cosine(int(i), scores[k])
			} else {
				scores[k] += m.offset[i]
			}
		}
		d.put(scores, func(k int32) int32 { return items[k] })
	}
	return len(within), nil
}

// put offers scores whose places ascend: an equal one that comes later is no better.
func (d *desk) put(scores []float32, place func(k int32) int32) {
	n := vec.Above(d.above, scores, d.best.Bar())
	for _, k := range d.above[:n] {
		d.best.Put(place(k), scores[k])
	}
}

func (m *Model) list(best []topk.Place) []recommender.Scored {
	items := make([]recommender.Scored, len(best))
	for k, x := range best {
		items[k] = recommender.Scored{Item: m.Catalog()[x.At], Score: x.Score}
	}
	return items
}
