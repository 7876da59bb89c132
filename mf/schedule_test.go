package mf

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// randomPositives gives each user each item with probability share.
func randomPositives(users, items int, share float64) positives {
	r := rand.New(rand.NewPCG(3, 4))
	p := positives{offset: make([]int, 1)}
	for range users {
		for i := range items {
			if r.Float64() < share {
				p.items = append(p.items, int32(i))
			}
		}
		p.offset = append(p.offset, len(p.items))
	}
	return p
}

func TestEveryEpochVisitsEveryPairOnce(t *testing.T) {
	const users, items = 300, 200
	likes := randomPositives(users, items, 0.1)
	var want [users][items]int
	for u := range users {
		for _, i := range likes.of(u) {
			want[u][i] = 1
		}
	}
	s := newSchedule(likes, nil, items, 32)
	if s.blocks != 3 {
		t.Fatalf("%d blocks, want 200/64 = 3", s.blocks)
	}
	for epoch := range uint64(3) {
		if err := s.shuffle(t.Context(), 1, epoch, 2); err != nil {
			t.Fatal(err)
		}
		var got [users][items]int
		for row := range s.blocks {
			for col := range s.blocks {
				pairs, _ := s.cell(row, col)
				first, last := s.bounds(users, row)
				from, to := s.bounds(items, col)
				for _, x := range pairs {
					if int(x.place) < 0 || int(x.place) >= to-from || int(x.user) < 0 || int(x.user) >= last-first {
						t.Fatalf("cell (%d, %d) of %d users and %d items has pair %v", row, col, last-first, to-from, x)
					}
					got[s.users[first+int(x.user)]][s.items[from+int(x.place)]]++
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("epoch %d: visits (-want +got):\n%s", epoch, diff)
		}
	}
}

func TestCellsOfADiagonalShareNothing(t *testing.T) {
	const users, items = 500, 500
	s := newSchedule(randomPositives(users, items, 0.05), nil, items, 7)
	if err := s.shuffle(t.Context(), 1, 0, 1); err != nil {
		t.Fatal(err)
	}
	for diagonal := range s.blocks {
		userOf, itemOf := map[int32]int{}, map[int32]int{}
		for row := range s.blocks {
			col := (row + diagonal) % s.blocks
			pairs, _ := s.cell(row, col)
			first, _ := s.bounds(users, row)
			from, to := s.bounds(items, col)
			for at := from; at < to; at++ {
				if other, ok := itemOf[s.items[at]]; ok {
					t.Errorf("diagonal %d: item %d is in cells %d and %d", diagonal, s.items[at], other, row)
				}
				itemOf[s.items[at]] = row
			}
			for _, x := range pairs {
				user := s.users[first+int(x.user)]
				if other, ok := userOf[user]; ok && other != row {
					t.Errorf("diagonal %d: user %d is in cells %d and %d", diagonal, user, other, row)
				}
				userOf[user] = row
			}
		}
		if len(itemOf) != items {
			t.Errorf("diagonal %d covers %d items, want %d", diagonal, len(itemOf), items)
		}
	}
}

func TestPairsOfAUserStandTogether(t *testing.T) {
	s := newSchedule(randomPositives(400, 300, 0.1), nil, 300, 4)
	if err := s.shuffle(t.Context(), 9, 1, 2); err != nil {
		t.Fatal(err)
	}
	for row := range s.blocks {
		for col := range s.blocks {
			pairs, _ := s.cell(row, col)
			done := map[int32]bool{}
			for k, x := range pairs {
				if k > 0 && pairs[k-1].user != x.user {
					done[pairs[k-1].user] = true
				}
				if done[x.user] {
					t.Fatalf("cell (%d, %d): user %d comes back", row, col, x.user)
				}
			}
		}
	}
}

func TestEpochsShuffleAnew(t *testing.T) {
	s := newSchedule(randomPositives(300, 300, 0.1), nil, 300, 4)
	var orders [2][]int32
	for epoch := range orders {
		if err := s.shuffle(t.Context(), 1, uint64(epoch), 1); err != nil {
			t.Fatal(err)
		}
		orders[epoch] = append(orders[epoch], s.items...)
	}
	if cmp.Equal(orders[0], orders[1]) {
		t.Error("two epochs have one order of items")
	}
}
