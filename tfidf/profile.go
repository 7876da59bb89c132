package tfidf

import (
	"cmp"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A like is an item that speaks for the user, and how loudly. The weights of a
// profile add up to 1.
type like struct {
	place  int32
	weight float64
}

// disliked is the opinion of an item that has a thumbs down. An opinion is what
// is kept of a user's rows about an item, as one number: stars from 0 up, the
// weight of an unrated item with a minus sign, or disliked.
var disliked = float32(math.Inf(-1))

func opinion(k recommender.Kind, value float32) float32 {
	switch k {
	case recommender.Rate, recommender.Review:
		return value
	case recommender.Dislike:
		return disliked
	}
	return -cmp.Or(value, 1)
}

// opinions returns t with opinions for values. Of several rows of a user about
// an item the last one that judges counts (Rate, Review, Like, Dislike), else
// the last one.
func opinions(t *recommender.Table) *recommender.Table {
	out := *t
	out.Value = make([]float32, t.Len())
	for from := 0; from < t.Len(); {
		to, row := from, from
		for ; to < t.Len() && t.User[to] == t.User[from] && t.Item[to] == t.Item[from]; to++ {
			if judges(t.Kind[to]) || !judges(t.Kind[row]) {
				row = to
			}
		}
		x := opinion(t.Kind[row], t.Value[row])
		for ; from < to; from++ {
			out.Value[from] = x
		}
	}
	return &out
}

func judges(k recommender.Kind) bool { return k != recommender.View && k != recommender.Click }

// profile returns what speaks for the user of req, by place: the seeds, if
// there are any, else the training history with req.History laid over it: its
// last row that judges an item replaces what was there, while views and clicks
// only add items. It is empty where nothing is known.
func (m *Model) profile(req recommender.Request) []like {
	var likes []like
	if len(req.Seeds) > 0 {
		for _, id := range req.Seeds {
			if p, ok := m.ranker.Place(id); ok {
				likes = append(likes, like{int32(p), 1})
			}
		}
		slices.SortFunc(likes, byPlace)
		return m.normalise(slices.Compact(likes))
	}
	add := func(judging bool) {
		for _, x := range req.History {
			if p, ok := m.ranker.Place(x.Item); ok && judges(x.Kind) == judging {
				likes = append(likes, like{int32(p), float64(opinion(x.Kind, x.Value))})
			}
		}
	}
	add(false)
	places, values := m.history.Row(req.User)
	for i, p := range places {
		likes = append(likes, like{p, float64(values[i])})
	}
	add(true)
	slices.SortStableFunc(likes, byPlace)
	last := likes[:0]
	for i, l := range likes {
		if i+1 == len(likes) || likes[i+1].place != l.place {
			last = append(last, l)
		}
	}
	return m.normalise(weigh(last))
}

func byPlace(a, b like) int { return cmp.Compare(a.place, b.place) }

// weigh turns opinions into weights, in place. An item rated at the user's mean
// weighs 1, as an unrated one does; half the scale above it 2, half the scale
// below it nothing. On data where every row counts as a hit this ranks as well
// as weighing all rows alike, and what a user dislikes does not pull.
func weigh(likes []like) []like {
	var sum, n float64
	for _, l := range likes {
		if l.weight >= 0 {
			sum += l.weight
			n++
		}
	}
	mean := sum / max(n, 1)
	for i, l := range likes {
		switch {
		case l.weight >= 0:
			likes[i].weight = max(0, 1+(l.weight-mean)/(recommender.MaxStars/2.0))
		case l.weight == float64(disliked):
			likes[i].weight = 0
		default:
			likes[i].weight = -l.weight
		}
	}
	return likes
}

// normalise drops what has no weight or no terms and makes the weights add up to 1.
func (m *Model) normalise(likes []like) []like {
	var sum float64
	kept := likes[:0]
	for _, l := range likes {
		if l.weight > 0 && m.known(l.place) {
			kept = append(kept, l)
			sum += l.weight
		}
	}
	for i := range kept {
		kept[i].weight /= sum
	}
	return kept
}
