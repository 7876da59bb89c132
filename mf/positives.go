package mf

import "github.com/osusume/osusume/recommender"

// positives are the pairs of user and item that training pulls together: user u
// has items[offset[u]:offset[u+1]], ascending.
type positives struct {
	offset []int
	items  []int32
}

// positivesOf collects the pairs of t that some row makes positive and no
// Dislike takes back.
func positivesOf(t *recommender.Table, likes taste) positives {
	offset, items := likes.Pairs(t)
	return positives{offset: offset, items: items}
}

// users returns how many users there are, with positives or without.
func (p positives) users() int { return len(p.offset) - 1 }

// only returns the pairs that keep says, by pair.
func (p positives) only(keep []bool) positives {
	q := positives{offset: make([]int, 1, len(p.offset))}
	for u := range p.users() {
		for k, item := range p.of(u) {
			if keep[p.offset[u]+k] {
				q.items = append(q.items, item)
			}
		}
		q.offset = append(q.offset, len(q.items))
	}
	return q
}

// of returns the items of user u.
func (p positives) of(u int) []int32 { return p.items[p.offset[u]:p.offset[u+1]] }

// count returns how many users have each of n items.
func (p positives) count(n int) []int32 {
	counts := make([]int32, n)
	for _, item := range p.items {
		counts[item]++
	}
	return counts
}

// differ says whether some user lacks one of the items that others have.
func (p positives) differ(items int) bool {
	all := len(p.anybody(items))
	for u := range p.users() {
		if n := len(p.of(u)); n > 0 && n < all {
			return true
		}
	}
	return false
}

// anybody returns those of n items that some user has, ascending.
func (p positives) anybody(n int) []int32 {
	var items []int32
	for item, users := range p.count(n) {
		if users > 0 {
			items = append(items, int32(item))
		}
	}
	return items
}
