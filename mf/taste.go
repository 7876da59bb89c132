package mf

import (
	"github.com/osusume/osusume/mf/internal/positive"
	"github.com/osusume/osusume/recommender"
)

// A taste says which interactions are positive examples.
type taste = positive.Taste

func (c Config) taste() taste { return tasteOf(c.Kinds, c.MinStars) }

func tasteOf(kinds []recommender.Kind, minStars float32) taste {
	return positive.TasteOf(kinds, minStars)
}

func tasteFaults(kinds []recommender.Kind, minStars float32) []string {
	return positive.Faults(kinds, minStars)
}
