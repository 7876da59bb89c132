package eval

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// A Splitter divides interactions into what is learned from and what is asked
// for. A user's item goes to one side with all its rows. Both Tables share the
// dictionaries of t, so items that only the test has are still in the
// catalogue. Errors wrap [recommender.ErrInvalid].
type Splitter interface {
	Split(t *recommender.Table) (train, test *recommender.Table, err error)
}

var (
	_ Splitter = Random{}
	_ Splitter = Last{}
	_ Splitter = Time{}
	_ Splitter = HoldoutUsers{}
)

// Random moves a share of every user's items into the test, rounded to the
// nearest, but leaves each user at least one. What is drawn depends on the seed
// and the IDs alone, not on the order of a file or on other users.
type Random struct {
	Fraction float64 // of each user's items, in (0, 1); 0 means 0.2
	Seed     uint64
}

// Split implements [Splitter].
func (s Random) Split(t *recommender.Table) (train, test *recommender.Table, err error) {
	fraction, err := fractionOr(s.Fraction, 0.2)
	if err != nil {
		return nil, nil, fmt.Errorf("eval: random split: %w", err)
	}
	pairs := pairsOf(t)
	byUser(pairs, func(own []pair) {
		n := min(nearest(fraction, len(own)), len(own)-1)
		salt := rng.Hash(s.Seed, string(t.Users[own[0].user]))
		for i := range own {
			own[i].key = rng.Hash(salt, string(t.Items[own[i].item]))
		}
		markFirst(own, n, func(a, b *pair) int {
			return cmp.Or(cmp.Compare(a.key, b.key), CompareIDs(t.Items[a.item], t.Items[b.item]))
		})
	})
	train, test = cut(t, pairs)
	return train, test, nil
}

// Last moves every user's last N items into the test, by (time, item ID; see
// [CompareIDs]). An item's time is that of its last row. Users with N items or
// fewer keep them all in training.
type Last struct {
	N int // items per user; 0 means 10
}

// Split implements [Splitter]. It refuses a Table without times.
func (s Last) Split(t *recommender.Table) (train, test *recommender.Table, err error) {
	n := s.N
	if n == 0 {
		n = 10
	}
	if n < 0 {
		return nil, nil, fmt.Errorf("eval: last split: %w: N %d < 0", recommender.ErrInvalid, s.N)
	}
	if err := wantTimes(t); err != nil {
		return nil, nil, fmt.Errorf("eval: last split: %w", err)
	}
	pairs := pairsOf(t)
	byUser(pairs, func(own []pair) {
		if len(own) > n {
			markFirst(own, n, func(a, b *pair) int { return latestFirst(t, a, b) })
		}
	})
	train, test = cut(t, pairs)
	return train, test, nil
}

// Time moves the latest share of all items that users have into the test, by
// (time, item ID, user ID): one moment divides past and future, as in use.
type Time struct {
	Fraction float64 // of all pairs of user and item, in (0, 1); 0 means 0.2
}

// Split implements [Splitter]. It refuses a Table without times.
func (s Time) Split(t *recommender.Table) (train, test *recommender.Table, err error) {
	fraction, err := fractionOr(s.Fraction, 0.2)
	if err == nil {
		err = wantTimes(t)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("eval: time split: %w", err)
	}
	pairs := pairsOf(t)
	markFirst(pairs, nearest(fraction, len(pairs)), func(a, b *pair) int { return latestFirst(t, a, b) })
	train, test = cut(t, pairs)
	return train, test, nil
}

// HoldoutUsers moves whole users into the test: how well does a model serve
// somebody it has never seen? Split the test once more and pass one side as
// [Options.FoldIn].
type HoldoutUsers struct {
	Fraction float64 // of the users who have anything, in (0, 1); 0 means 0.2
	Seed     uint64
}

// Split implements [Splitter].
func (s HoldoutUsers) Split(t *recommender.Table) (train, test *recommender.Table, err error) {
	fraction, err := fractionOr(s.Fraction, 0.2)
	if err != nil {
		return nil, nil, fmt.Errorf("eval: users split: %w", err)
	}
	var users []int32
	pairs := pairsOf(t)
	byUser(pairs, func(own []pair) { users = append(users, own[0].user) })
	slices.SortFunc(users, func(a, b int32) int {
		x, y := string(t.Users[a]), string(t.Users[b])
		return cmp.Or(cmp.Compare(rng.Hash(s.Seed, x), rng.Hash(s.Seed, y)), cmp.Compare(x, y))
	})
	held := make([]bool, len(t.Users))
	for _, u := range users[:nearest(fraction, len(users))] {
		held[u] = true
	}
	return t.Select(func(row int) bool { return !held[t.User[row]] }),
		t.Select(func(row int) bool { return held[t.User[row]] }), nil
}

// Parse reads a split as a command line writes it: "random", "random:0.2",
// "last:10", "time:0.2" or "users:0.2". seed is for those that draw.
func Parse(s string, seed uint64) (Splitter, error) {
	name, arg, given := strings.Cut(s, ":")
	fail := func(want string) (Splitter, error) {
		return nil, fmt.Errorf("eval: split %q: %w: want %s", s, recommender.ErrInvalid, want)
	}
	if name == "last" {
		n, err := strconv.Atoi(arg)
		if given && (err != nil || n < 1) {
			return fail("a positive whole number after last:")
		}
		return Last{N: n}, nil
	}
	fraction, err := strconv.ParseFloat(arg, 64)
	fits := !given || err == nil && fraction > 0 && fraction < 1
	switch {
	case name != "random" && name != "time" && name != "users":
		return fail("random:0.2, last:10, time:0.2 or users:0.2")
	case !fits:
		return fail("a number between 0 and 1 after " + name + ":")
	case name == "random":
		return Random{Fraction: fraction, Seed: seed}, nil
	case name == "time":
		return Time{Fraction: fraction}, nil
	}
	return HoldoutUsers{Fraction: fraction, Seed: seed}, nil
}

func fractionOr(f, standard float64) (float64, error) {
	switch {
	case f == 0:
		return standard, nil
	case f > 0 && f < 1:
		return f, nil
	}
	return 0, fmt.Errorf("%w: fraction %v is outside (0, 1)", recommender.ErrInvalid, f)
}

// nearest is the whole number next to fraction·n, halves up.
func nearest(fraction float64, n int) int { return int(math.Floor(float64(fraction*float64(n)) + 0.5)) }

func wantTimes(t *recommender.Table) error {
	for _, u := range t.Unix {
		if u != 0 {
			return nil
		}
	}
	return fmt.Errorf("%w: none of %d interactions has a time", recommender.ErrInvalid, t.Len())
}
