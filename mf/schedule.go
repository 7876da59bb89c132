package mf

import (
	"context"
	"math/bits"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/rng"
)

// minBlock is how many users, and items, a block should have: with fewer, there
// is little choice of negatives and the work of a cell is lost in its overhead.
const minBlock = 64

// A schedule cuts the matrix of users and items into blocks × blocks cells.
//
// Every epoch shuffles users and items into blocks anew. The cells of a
// diagonal, (0, d), (1, d+1) …, share neither users nor items, so that they can
// be trained at the same time without locks, and in any order with the same
// result. Blocks keep the rows in use in the cache, and an item block is a
// fresh random sample of the catalogue to draw negatives from.
type schedule struct {
	likes  positives
	worth  []float32 // of each pair of likes; nil: all the same
	blocks int

	users, items []int32  // who stands at each position
	spot         []uint32 // where an item stands: block<<shift | place in the block
	shift        int

	pairs   []pair    // by cell, in a cell by position of the user
	weights []float32 // of each of pairs; nil: all the same
	cells   []int     // cell (row, col) has pairs[cells[c]:cells[c+1]], c = row*blocks+col
}

// A pair is a user and one of the user's items, by their places in the blocks.
type pair struct{ user, place int32 }

// newSchedule schedules the items that somebody likes: the others score NaN, and
// as negatives they would only teach the model what it never has to tell apart.
func newSchedule(likes positives, worth []float32, items, blocks int) *schedule {
	users, liked := likes.users(), likes.anybody(items)
	blocks = max(1, min(blocks, users/minBlock, len(liked)/minBlock))
	return &schedule{
		likes: likes, worth: worth, blocks: blocks,
		users: identity(users), items: liked,
		spot: make([]uint32, items), shift: bits.Len(uint(len(liked)/blocks + 1)),
		pairs: make([]pair, len(likes.items)), weights: make([]float32, len(worth)), cells: make([]int, blocks*blocks+1),
	}
}

func identity(n int) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = int32(i)
	}
	return list
}

// bounds returns the positions [from, to) of a block of n things.
func (s *schedule) bounds(n, block int) (from, to int) {
	return n * block / s.blocks, n * (block + 1) / s.blocks
}

// shuffle lays out an epoch: O(users + items + pairs).
func (s *schedule) shuffle(ctx context.Context, seed, epoch uint64, workers int) error {
	r := rng.New(seed, shuffling, epoch)
	r.Shuffle(len(s.users), func(i, j int) { s.users[i], s.users[j] = s.users[j], s.users[i] })
	r.Shuffle(len(s.items), func(i, j int) { s.items[i], s.items[j] = s.items[j], s.items[i] })
	for b := range s.blocks {
		from, to := s.bounds(len(s.items), b)
		for at := from; at < to; at++ {
			s.spot[s.items[at]] = uint32(b)<<s.shift | uint32(at-from)
		}
	}
	// A counting sort by rows of cells, each row by one goroutine.
	if err := par.Do(ctx, workers, s.blocks, func(row int) error {
		s.count(row)
		return nil
	}); err != nil {
		return err
	}
	for c := range s.cells[1:] {
		s.cells[c+1] += s.cells[c]
	}
	return par.Do(ctx, workers, s.blocks, func(row int) error {
		s.fill(row)
		return nil
	})
}

// count leaves the size of cell c of a row in cells[c+1].
func (s *schedule) count(row int) {
	sizes := s.cells[1+row*s.blocks : 1+(row+1)*s.blocks]
	clear(sizes)
	from, to := s.bounds(len(s.users), row)
	for _, u := range s.users[from:to] {
		for _, item := range s.likes.of(int(u)) {
			sizes[s.spot[item]>>s.shift]++
		}
	}
}

// fill writes the pairs of a row.
func (s *schedule) fill(row int) {
	next := make([]int, s.blocks)
	copy(next, s.cells[row*s.blocks:])
	mask := uint32(1)<<s.shift - 1
	from, to := s.bounds(len(s.users), row)
	for at, u := range s.users[from:to] {
		for k, item := range s.likes.of(int(u)) {
			spot := s.spot[item]
			b := spot >> s.shift
			s.pairs[next[b]] = pair{int32(at), int32(spot & mask)}
			if s.worth != nil {
				s.weights[next[b]] = s.worth[s.likes.offset[u]+k]
			}
			next[b]++
		}
	}
}

// cell returns the pairs of a cell, each user's together, their weights (nil
// where all weigh the same).
func (s *schedule) cell(row, col int) (pairs []pair, weights []float32) {
	first, end := s.cells[row*s.blocks+col], s.cells[row*s.blocks+col+1]
	if s.worth != nil {
		weights = s.weights[first:end]
	}
	return s.pairs[first:end], weights
}
