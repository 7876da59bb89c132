package eval

import (
	"math"
	"slices"
	"time"

	"github.com/osusume/osusume/recommender"
)

// An examinee is a user with something in the test.
type examinee struct {
	id      recommender.UserID
	mask    []int32 // places of what the user has, ascending: not ranked
	truth   []int32 // places of T, ascending
	outside int     // items of T outside the catalogue
	trained int     // items in training
	cold    bool    // neither in training nor in the fold-in
	history []recommender.Interaction
}

// relevant is |T|.
func (u *examinee) relevant() int { return len(u.truth) + u.outside }

// A panel is the users that are ranked, in the order of the test's dictionary.
type panel struct {
	users   []examinee
	skipped int // with an empty T
	cold    int
	heavy   int     // from how many training items on a user is heavy
	among   []int32 // as in run
}

func newPanel(train, test *recommender.Table, o Options) panel {
	place := placesIn(train, test, o.FoldIn)
	trained, foldIn := newRows(train), newRows(o.FoldIn)
	p := panel{heavy: heavyFrom(train), among: amongOf(train, o.Among)}
	offsets := test.ByUser()
	for user, id := range test.Users {
		from, to := offsets[user], offsets[user+1]
		if from == to {
			continue
		}
		own, end := trained.of(id)
		u := examinee{id: id, mask: placesOf(train, own, end, place[0])}
		u.trained = len(u.mask)
		if own, end := foldIn.of(id); own < end {
			u.mask = union(u.mask, placesOf(o.FoldIn, own, end, place[2]))
			u.history = historyOf(o.FoldIn, own, end)
		}
		u.truth, u.outside = truthOf(test, from, to, place[1], u.mask)
		if p.among != nil {
			u.truth, u.outside = intersect(u.truth, p.among), 0
		}
		u.cold = u.trained == 0 && len(u.history) == 0
		switch {
		case u.relevant() == 0, o.Protocol != (Sampled{}) && len(u.truth) == 0:
			p.skipped++
			continue
		case u.cold:
			p.cold++
			if o.Fallback == nil {
				continue
			}
		}
		p.users = append(p.users, u)
	}
	return p
}

// amongOf returns the places of those of ids that train has, ascending; nil for nil.
func amongOf(train *recommender.Table, ids []recommender.ItemID) []int32 {
	if ids == nil {
		return nil
	}
	wanted := make(map[recommender.ItemID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	among := []int32{}
	for i, id := range train.Items {
		if wanted[id] {
			among = append(among, int32(i))
		}
	}
	return among
}

// intersect returns what two ascending lists share, in the memory of the first.
func intersect(list, sorted []int32) []int32 {
	return slices.DeleteFunc(list, func(p int32) bool { return !has(sorted, p) })
}

// without returns list less what is in sorted.
func without(list, sorted []int32) []int32 {
	out := make([]int32, 0, len(list))
	for _, p := range list {
		if !has(sorted, p) {
			out = append(out, p)
		}
	}
	return out
}

// placesIn returns, for each table, the places of its items in the first one's
// dictionary, −1 where they are not in it.
func placesIn(tables ...*recommender.Table) [][]int32 {
	index := make(map[recommender.ItemID]int32, len(tables[0].Items))
	for i, id := range tables[0].Items {
		index[id] = int32(i)
	}
	places := make([][]int32, len(tables))
	for n, t := range tables {
		if t == nil {
			continue
		}
		places[n] = make([]int32, len(t.Items))
		for i, id := range t.Items {
			p, ok := index[id]
			if !ok {
				p = -1
			}
			places[n][i] = p
		}
	}
	return places
}

// rows finds a table's rows by user ID.
type rows struct {
	index   map[recommender.UserID]int
	offsets []int
}

func newRows(t *recommender.Table) rows {
	if t == nil {
		return rows{}
	}
	r := rows{index: make(map[recommender.UserID]int, len(t.Users)), offsets: t.ByUser()}
	for i, id := range t.Users {
		r.index[id] = i
	}
	return r
}

// of returns the user's rows, from and to.
func (r rows) of(id recommender.UserID) (from, to int) {
	u, ok := r.index[id]
	if !ok {
		return 0, 0
	}
	return r.offsets[u], r.offsets[u+1]
}

// placesOf returns the distinct places of the rows' items, ascending.
func placesOf(t *recommender.Table, from, to int, place []int32) []int32 {
	list := make([]int32, 0, to-from)
	for _, item := range t.Item[from:to] {
		if p := place[item]; p >= 0 {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func union(a, b []int32) []int32 {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func historyOf(t *recommender.Table, from, to int) []recommender.Interaction {
	history := make([]recommender.Interaction, to-from)
	for i := range history {
		row := from + i
		history[i] = recommender.Interaction{
			User: t.Users[t.User[row]], Item: t.Items[t.Item[row]], Kind: t.Kind[row], Value: t.Value[row],
		}
		if t.Unix[row] != 0 {
			history[i].Time = time.Unix(t.Unix[row], 0).UTC()
		}
	}
	return history
}

// truthOf returns a user's T: places in the catalogue, and how many items are outside it.
func truthOf(test *recommender.Table, from, to int, place, mask []int32) (truth []int32, outside int) {
	last := int32(-1) // rows of one item are neighbours
	for row := from; row < to; row++ {
		item := test.Item[row]
		if item == last || test.Kind[row] == recommender.Dislike {
			continue
		}
		last = item
		switch p := place[item]; {
		case p < 0:
			outside++
		case !has(mask, p):
			truth = append(truth, p)
		}
	}
	slices.Sort(truth)
	return truth, outside
}

// popularity returns −log2 of the share of training users who have each item.
// An item that nobody has counts as if one user had it: its novelty is not
// known, and infinity would drown the mean.
func popularity(train *recommender.Table) []float64 {
	counts := make([]float64, len(train.Items))
	users := 0.0
	for row := range train.User {
		sameUser := row > 0 && train.User[row-1] == train.User[row]
		if !sameUser {
			users++
		}
		if !sameUser || train.Item[row-1] != train.Item[row] {
			counts[train.Item[row]]++
		}
	}
	for i, n := range counts {
		counts[i] = math.Log2(max(users, 1) / max(n, 1))
	}
	return counts
}
