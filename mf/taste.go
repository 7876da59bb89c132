package mf

import (
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A taste says which interactions are positive examples.
type taste struct {
	kinds    uint8 // bit k: kind k
	minStars float32
}

// tasteOf reads the Kinds and MinStars of a configuration.
func tasteOf(kinds []recommender.Kind, minStars float32) taste {
	t := taste{minStars: minStars}
	for k := recommender.Kind(0); k.Valid(); k++ {
		if kinds == nil && k != recommender.Dislike || slices.Contains(kinds, k) {
			t.kinds |= 1 << k
		}
	}
	return t
}

// tasteFaults returns what is wrong with them.
func tasteFaults(kinds []recommender.Kind, minStars float32) []string {
	var faults []string
	for _, k := range kinds {
		if !k.Valid() || k == recommender.Dislike {
			faults = append(faults, fmt.Sprintf("Kinds has %v, which is never positive", k))
		}
	}
	if !(minStars >= 0 && minStars <= recommender.MaxStars) {
		faults = append(faults, fmt.Sprintf("MinStars %v is outside [0, %d]", minStars, recommender.MaxStars))
	}
	return faults
}

func (c Config) taste() taste { return tasteOf(c.Kinds, c.MinStars) }

func (t taste) likes(k recommender.Kind, value float32) bool {
	if t.kinds>>k&1 == 0 {
		return false
	}
	stars := k == recommender.Rate || k == recommender.Review
	return !stars || value >= t.minStars
}
