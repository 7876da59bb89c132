package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// A choice is what rows were taken to be.
type choice struct {
	users, items naming
	decided      bool // no other naming fits as well
	// agreement is the share of draws of two training pairs in which the pairs score
	// higher than with their items exchanged; chance is 1/2.
	agreement float64
	fits      bool // agreement is more than chance
}

const (
	draws  = 1 << 14 // at most so many times two training pairs are drawn
	surely = 4       // so many standard errors are a difference
)

// choose takes the namings that fit the training data best. The pairs (u, i) and
// (v, j) score s(u,i) + s(v,j), and s(u,j) + s(v,i) with their items exchanged: how
// popular the items and how active the users are is the same in both, and only who
// goes with what differs, which only the right rows know. Where the data does not
// decide, the preferred one is taken.
func choose(users, items []naming, f *mf.Foreign, train *recommender.Table) choice {
	type pairing struct {
		users, items int
		votes        []int8
		sum          int
	}
	var list []pairing
	for u := range users {
		for i := range items {
			list = append(list, pairing{users: u, items: i})
		}
	}
	// Who orders users in one way orders items in the same.
	mixed := func(p pairing) int {
		if users[p.users].order == items[p.items].order {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b pairing) int {
		return cmp.Or(mixed(a)-mixed(b), a.users+a.items-b.users-b.items)
	})
	pairs := drawPairs(train)
	best := 0
	for n := range list {
		p := &list[n]
		p.votes = votes(pairs, train, rowsOf(train.Users, users[p.users].ids), rowsOf(train.Items, items[p.items].ids), f)
		for _, v := range p.votes {
			p.sum += int(v)
		}
		if p.sum > list[best].sum {
			best = n
		}
	}
	taken, rivals := -1, 0
	for n, p := range list {
		if n == best || !differ(list[best].votes, p.votes) {
			rivals++
			if taken < 0 {
				taken = n
			}
		}
	}
	p := list[taken]
	c := choice{users: users[p.users], items: items[p.items], decided: rivals == 1, agreement: 0.5}
	if len(p.votes) > 0 {
		c.agreement += float64(p.sum) / float64(2*len(p.votes))
	}
	c.fits = p.sum > 0 && differ(p.votes, make([]int8, len(p.votes)))
	return c
}

// drawPairs draws two rows of the training data at a time, of different users and
// items: rows that a user rated no less than the user's mean, where there are ratings.
func drawPairs(train *recommender.Table) [][2]int {
	var rows []int
	for from := 0; from < train.Len(); {
		to, sum := from, 0.0
		for ; to < train.Len() && train.User[to] == train.User[from]; to++ {
			sum += float64(train.Value[to])
		}
		for row := from; row < to; row++ {
			if float64(train.Value[row])*float64(to-from) >= sum && train.Kind[row] != recommender.Dislike {
				rows = append(rows, row)
			}
		}
		from = to
	}
	r := rand.New(rand.NewPCG(1, 1))
	r.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
	var pairs [][2]int
	for n := 1; n < min(len(rows), 2*draws); n += 2 { // each row once: draws tell independently
		a, b := rows[n-1], rows[n]
		if train.User[a] != train.User[b] && train.Item[a] != train.Item[b] {
			pairs = append(pairs, [2]int{a, b})
		}
	}
	return pairs
}

// votes says of each two pairs whether they score higher (1) or lower (−1) than
// with their items exchanged; 0 where a row is missing.
func votes(pairs [][2]int, train *recommender.Table, user, item []int, f *mf.Foreign) []int8 {
	list := make([]int8, len(pairs))
	for n, p := range pairs {
		u, v := user[train.User[p[0]]], user[train.User[p[1]]]
		i, j := item[train.Item[p[0]]], item[train.Item[p[1]]]
		if u < 0 || v < 0 || i < 0 || j < 0 {
			continue
		}
		// (u − v)·(i − j) is the difference.
		d, k := 0.0, f.Factors
		for at := range k {
			d += (float64(f.UserFactors[u*k+at]) - float64(f.UserFactors[v*k+at])) * (float64(f.ItemFactors[i*k+at]) - float64(f.ItemFactors[j*k+at]))
		}
		if d > 0 {
			list[n] = 1
		} else if d < 0 {
			list[n] = -1
		}
	}
	return list
}

// differ says whether two lists of votes surely differ in their mean.
func differ(a, b []int8) bool {
	sum, squares := 0.0, 0.0
	for n := range a {
		d := float64(a[n]) - float64(b[n])
		sum += d
		squares += d * d
	}
	return math.Abs(sum) > surely*math.Sqrt(squares)
}

// rowsOf returns the row of each ID; −1 for none.
func rowsOf[ID ~string](ids []ID, names []string) []int {
	at := make(map[string]int, len(names))
	for row, name := range names {
		if name != "" {
			at[name] = row
		}
	}
	rows := make([]int, len(ids))
	for k, id := range ids {
		rows[k] = -1
		if row, ok := at[string(id)]; ok {
			rows[k] = row
		}
	}
	return rows
}
