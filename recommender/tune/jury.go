package tune

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sync"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/internal/topk"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

// A jury is the users by whom weights are judged.
type jury struct {
	parts      []string
	impersonal []bool // by part
	members    []member
	k          int
	workers    int
}

// A member is one user: what each part says of the items that can come to
// matter, and which of them were held back.
type member struct {
	own      int         // items in training
	active   []bool      // by part: it knows the user
	scores   [][]float32 // by part, then candidate, in the catalogue's order
	hits     []bool      // by candidate
	relevant int         // items held back, candidates or not, that are not disliked
}

// kept is how many of a part's best are candidates, beside those of the even
// blend of all. The best ten of a blend of two are among the best 50 of one of
// them for two items of three only; 250 lose next to nothing.
const kept = 250

// assemble asks the parts about a sample of the users who have something held back.
func (h Hybrid) assemble(ctx context.Context, parts []recommender.Part, train, held *recommender.Table) (*jury, error) {
	blend, err := recommender.NewHybrid(parts, recommender.HybridOptions{Normalization: h.Normalization})
	if err != nil {
		return nil, err
	}
	j := &jury{k: h.K, workers: h.Workers}
	for _, p := range parts {
		j.parts = append(j.parts, p.Name)
		j.impersonal = append(j.impersonal, p.Impersonal)
	}
	held = wanted(held)
	users := h.sample(train, held)
	members := make([]member, len(users))
	mine, theirs := train.ByUser(), held.ByUser()
	place := make([]int32, len(train.Items)) // splits share dictionaries
	index := make(map[recommender.ItemID]int32, len(blend.Catalog()))
	for i, id := range blend.Catalog() {
		index[id] = int32(i)
	}
	for i, id := range train.Items {
		p, ok := index[id]
		if !ok {
			p = -1
		}
		place[i] = p
	}
	spare := sync.Pool{New: func() any { return newSheet(len(parts), len(blend.Catalog())) }}
	err = par.Do(ctx, h.Workers, len(users), func(n int) error {
		s := spare.Get().(*sheet)
		defer spare.Put(s)
		u := users[n]
		own := placesOf(train.Item[mine[u]:mine[u+1]], place)
		truth := held.Item[theirs[u]:theirs[u+1]]
		m, err := ask(ctx, blend, train.Users[u], own, placesOf(truth, place), s)
		m.relevant = distinct(truth)
		members[n] = m
		return err
	})
	if err != nil {
		return nil, err
	}
	j.members = slices.DeleteFunc(members, func(m member) bool { return m.scores == nil })
	return j, nil
}

// wanted is what of held a list should find: as eval has it, no dislikes.
func wanted(held *recommender.Table) *recommender.Table {
	return held.Select(func(row int) bool { return held.Kind[row] != recommender.Dislike })
}

// sample returns up to Users users with items on both sides, drawn by their IDs.
func (h Hybrid) sample(train, held *recommender.Table) []int {
	mine, theirs := train.ByUser(), held.ByUser()
	var users []int
	for u := range train.Users {
		if mine[u] < mine[u+1] && theirs[u] < theirs[u+1] {
			users = append(users, u)
		}
	}
	key := func(u int) uint64 { return rng.Hash(h.Seed, string(train.Users[u])) }
	slices.SortFunc(users, func(a, b int) int { return cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(a, b)) })
	users = users[:min(len(users), h.Users)]
	slices.Sort(users)
	return users
}

// placesOf returns the distinct places of items, ascending.
func placesOf(items []int32, place []int32) []int32 {
	var list []int32
	for _, i := range items {
		if place[i] >= 0 {
			list = append(list, place[i])
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// distinct counts the items of a user's rows, where those of one item are neighbours.
func distinct(items []int32) int {
	n := 0
	for i := range items {
		if i == 0 || items[i] != items[i-1] {
			n++
		}
	}
	return n
}

// A sheet is what one worker writes whole catalogues of scores on.
type sheet struct {
	rows [][]float32 // by part
	even []float32   // their sum
}

func newSheet(parts, items int) *sheet {
	s := &sheet{rows: make([][]float32, parts), even: make([]float32, items)}
	for i := range s.rows {
		s.rows[i] = make([]float32, items)
	}
	return s
}

// ask returns a user as a member; without scores where no part knows the user.
func ask(ctx context.Context, blend *recommender.Hybrid, user recommender.UserID, own, truth []int32, s *sheet) (member, error) {
	rows, even := s.rows, s.even
	active, err := blend.PartScores(ctx, recommender.Request{User: user}, rows)
	if errors.Is(err, recommender.ErrColdStart) {
		return member{}, nil
	}
	if err != nil {
		return member{}, err
	}
	clear(even)
	for i, row := range rows {
		if !active[i] {
			clear(row) // it tells nothing apart
		}
		for _, p := range own {
			row[p] = float32(math.NaN())
		}
		for p, s := range row {
			even[p] += s
		}
	}
	var candidates []int32
	for i, row := range rows {
		if active[i] {
			candidates = append(candidates, topk.Select(row, kept)...)
		}
	}
	candidates = append(candidates, topk.Select(even, kept)...)
	slices.Sort(candidates)
	candidates = slices.Compact(candidates)

	m := member{own: len(own), active: active, scores: make([][]float32, len(rows)), hits: make([]bool, len(candidates))}
	for i := range m.scores {
		m.scores[i] = make([]float32, len(candidates))
		for n, c := range candidates {
			m.scores[i][n] = rows[i][c]
		}
	}
	for n, c := range candidates {
		_, m.hits[n] = slices.BinarySearch(truth, c)
	}
	return m, nil
}

// ndcg returns each member's NDCG under these weights.
func (j *jury) ndcg(ctx context.Context, weights []float64) ([]float64, error) {
	out := make([]float64, len(j.members))
	const block = 64
	err := par.Do(ctx, j.workers, (len(out)+block-1)/block, func(b int) error {
		var sum []float32
		hits := make([]bool, 0, j.k)
		for n := b * block; n < min((b+1)*block, len(out)); n++ {
			m := &j.members[n]
			if !j.answers(m, weights) {
				continue
			}
			sum = append(sum[:0], make([]float32, len(m.hits))...)
			for i, row := range m.scores {
				if w := float32(weights[i]); w != 0 {
					for c, s := range row {
						sum[c] += float32(w * s)
					}
				}
			}
			hits = hits[:0]
			for _, c := range topk.Select(sum, j.k) {
				hits = append(hits, m.hits[c])
			}
			out[n] = eval.At(j.k, hits, m.relevant).NDCG
		}
		return nil
	})
	return out, err
}

// answers says whether a Hybrid of these weights has a list for the member: some
// part that weighs something knows the user, and a personal one if there is any.
func (j *jury) answers(m *member, weights []float64) bool {
	some, personal, knows := false, false, false
	for i, w := range weights {
		if w > 0 {
			some = some || m.active[i]
			personal = personal || !j.impersonal[i]
			knows = knows || m.active[i] && !j.impersonal[i]
		}
	}
	return some && (knows || !personal)
}
