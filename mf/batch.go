package mf

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/topk"
	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// A Batch asks for the rankings of many users. Its zero value asks the top ten
// of all users of the training data. Its fields mean what those of
// [recommender.Request] mean.
type Batch struct {
	Users       []recommender.UserID // nil: all of the training data, in its order
	N           int                  // 0 means 10
	Within      []recommender.ItemID // nil: the whole catalogue
	Exclude     []recommender.ItemID
	Keep        func(recommender.ItemID) bool // called once an item
	IncludeSeen bool
	Workers     int // goroutines; 0 means one for each processor. It changes the speed, never the result
}

// A UserRanking is the answer for one user of a [Batch].
type UserRanking struct {
	User  recommender.UserID
	Items []recommender.Scored // best first; empty where the model does not know the user
}

// RecommendAll ranks for many users, in the order in which they are asked for,
// and gives each the items, order and scores that [Model.Recommend] gives. It
// takes O(users · items · factors), some times less than as many calls of
// Recommend: users and items are multiplied tile by tile, in the nearest caches.
//
// Beside a copy of the vectors of the items, the memory does not grow with the
// users: rankings are made ahead for some hundred users at a time, while the
// loop waits. Breaking off ends the work. An error, for which N is negative or
// ctx ends, is the last pair.
func (m *Model) RecommendAll(ctx context.Context, b Batch) iter.Seq2[UserRanking, error] {
	return func(yield func(UserRanking, error) bool) {
		if b.N < 0 {
			yield(UserRanking{}, fmt.Errorf("mf: recommend to all: %w: N = %d items", recommender.ErrInvalid, b.N))
			return
		}
		if b.Users == nil {
			b.Users = m.Users()
		}
		s, err := m.newShelf(b)
		if err != nil {
			yield(UserRanking{}, err)
			return
		}
		groups := (len(b.Users) + group - 1) / group // of which each worker has two in hand
		out := make([]UserRanking, max(1, min(2*min(par.Workers(b.Workers), groups), groups))*group)
		for users := range slices.Chunk(b.Users, len(out)) {
			if err := s.rank(ctx, out, users, b); err != nil {
				yield(UserRanking{}, err)
				return
			}
			for _, r := range out[:len(users)] {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

const (
	// group is how many users pass over the items together.
	group = 256
	// shelfItems is how many items' vectors of 64 factors fill half of a second
	// cache: they stay there while the group passes.
	shelfItems = 1024
)

// A shelf holds the eligible items packed for vec.DotPacked.
type shelf struct {
	m      *Model
	n      int       // of a list
	places []int32   // in the catalogue, ascending
	at     []int32   // by place in the catalogue: where it stands here, −1 if nowhere
	packed []float32 // whole tiles
	offset []float32 // as many as rows in packed; NaN beyond the items
}

func (m *Model) newShelf(b Batch) (*shelf, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	s := &shelf{m: m, n: b.N, at: slices.Repeat([]int32{-1}, len(m.bias))}
	if s.n == 0 {
		s.n = recommender.DefaultN
	}
	if s.places = m.places(b.Within); b.Within == nil {
		s.places = slices.Clone(m.scored)
	}
	without := m.places(b.Exclude)
	s.places = slices.DeleteFunc(s.places, func(i int32) bool {
		_, out := slices.BinarySearch(without, i)
		return out || b.Keep != nil && !b.Keep(m.Catalog()[i])
	})
	s.n = min(s.n, len(s.places))
	s.packed = vec.Pack(nil, m.item, m.stride, m.stride, s.places)
	s.offset = slices.Repeat([]float32{nan}, len(s.packed)/m.stride)
	for k, i := range s.places {
		s.at[i] = int32(k)
		s.offset[k] = m.bias[i]
	}
	return s, nil
}

// rank fills out for some groups of users.
func (s *shelf) rank(ctx context.Context, out []UserRanking, users []recommender.UserID, b Batch) error {
	if err := s.m.enter(); err != nil {
		return err
	}
	defer s.m.leave()
	return par.Do(ctx, b.Workers, (len(users)+group-1)/group, func(g int) error {
		from, to := g*group, min((g+1)*group, len(users))
		return s.rankGroup(ctx, out[from:to], users[from:to], b.IncludeSeen)
	})
}

// A reader is a user on the way along a shelf.
type reader struct {
	best   topk.Best
	hidden []int32 // places on the shelf that are not to be recommended, from here on
}

func (s *shelf) rankGroup(ctx context.Context, out []UserRanking, users []recommender.UserID, includeSeen bool) error {
	var (
		m       = s.m
		readers = make([]reader, 0, group)
		vectors = make([]float32, 0, group*m.stride)
		asked   = make([]int, 0, group) // in out, of each reader
	)
	for k, id := range users {
		out[k] = UserRanking{User: id}
		vector := []float32(nil)
		if u, ok := m.rows[id]; ok {
			vector = m.userRow(int(u))
		} else if q, ok := m.stranger(id); ok {
			vector = q.vector
		} else {
			continue
		}
		var r reader
		r.best.Reset(s.n)
		if !includeSeen {
			seen, _ := m.history.Row(id)
			for _, i := range seen {
				if at := s.at[i]; at >= 0 {
					r.hidden = append(r.hidden, at)
				}
			}
		}
		readers, asked = append(readers, r), append(asked, k)
		vectors = append(vectors, vector...)
	}
	for len(vectors)%(vec.Vectors*m.stride) != 0 {
		vectors = append(vectors, 0)
	}
	above, scores := make([]int32, shelfItems), make([]float32, vec.Vectors*shelfItems)
	for from := 0; from < len(s.offset); from += shelfItems {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := min(from+shelfItems, len(s.offset))
		tiles := s.packed[from*m.stride : to*m.stride]
		for first := 0; first < len(readers); first += vec.Vectors {
			vec.DotPacked(scores, shelfItems, vectors[first*m.stride:][:vec.Vectors*m.stride], tiles)
			for v := range min(vec.Vectors, len(readers)-first) {
				s.collect(&readers[first+v], scores[v*shelfItems:][:to-from], from, above)
			}
		}
	}
	for k := range readers {
		best := readers[k].best.Sorted()
		for b := range best {
			best[b].At = s.places[best[b].At]
		}
		out[asked[k]].Items = m.list(best)
	}
	return nil
}

// collect takes the scores of the places from on into the reader's best.
func (s *shelf) collect(r *reader, scores []float32, from int, above []int32) {
	vec.Axpy(scores, 1, s.offset[from:][:len(scores)])
	for len(r.hidden) > 0 && int(r.hidden[0]) < from+len(scores) {
		scores[int(r.hidden[0])-from] = nan
		r.hidden = r.hidden[1:]
	}
	n := vec.Above(above, scores, r.best.Bar())
	for _, k := range above[:n] {
		r.best.Put(int32(from)+k, scores[k])
	}
}
