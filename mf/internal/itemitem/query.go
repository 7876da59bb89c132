package itemitem

import (
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// own returns the places of the items that a request is answered by, ascending.
func (m *Model) own(req recommender.Request) ([]int32, error) {
	if err := req.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}
	if len(req.Seeds) > 0 {
		own := m.places(req.Seeds)
		if len(own) == 0 {
			return nil, fmt.Errorf("%s: none of %d seeds is known: %w", m.name, len(req.Seeds), recommender.ErrColdStart)
		}
		return own, nil
	}
	var own []int32
	if u, ok := m.rows[req.User]; ok {
		own = m.liked.Of(int(u))
	}
	if own = m.fold(own, req.History); len(own) == 0 {
		return nil, fmt.Errorf("%s: user %q with %d interactions of history: %w",
			m.name, req.User, len(req.History), recommender.ErrColdStart)
	}
	return own, nil
}

// fold returns own with the positives of history and without its dislikes.
func (m *Model) fold(own []int32, history []recommender.Interaction) []int32 {
	if len(history) == 0 {
		return own
	}
	var liked, disliked []recommender.ItemID
	for _, x := range history {
		if x.Kind == recommender.Dislike {
			disliked = append(disliked, x.Item)
		} else if m.taste.Likes(x.Kind, x.Value) {
			liked = append(liked, x.Item)
		}
	}
	all := slices.Concat(own, m.places(liked))
	slices.Sort(all)
	not := m.places(disliked)
	return slices.DeleteFunc(slices.Compact(all), func(i int32) bool {
		_, taken := slices.BinarySearch(not, i)
		return taken
	})
}

// places returns where the known ones of ids stand, ascending and distinct.
func (m *Model) places(ids []recommender.ItemID) []int32 {
	var list []int32
	for _, id := range ids {
		if i, ok := m.Place(id); ok {
			list = append(list, i)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
