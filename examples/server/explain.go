package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// A reason is one share of a score; the parts of all reasons add up to it.
type reason struct {
	Kind  string  `json:"kind"`
	Title string  `json:"title,omitempty"` // the user's own item behind it
	Term  string  `json:"term,omitempty"`  // the tag, word or part of the blend behind it
	Via   string  `json:"via,omitempty"`   // the part of the blend that it comes from
	Part  float32 `json:"part"`
}

func (c *catalogue) reasons(why []recommender.Reason) []reason {
	list := make([]reason, len(why))
	for i, r := range why {
		list[i] = reason{Kind: r.Kind, Term: r.Term, Via: r.Via, Part: r.Part}
		if t := c.byID[r.Item]; t != nil {
			list[i].Title = t.name
		} else {
			list[i].Title = string(r.Item)
		}
	}
	return list
}

// inExplanation is how many titles and how many terms an explanation names.
const inExplanation = 2

// explain puts reasons into a line for a reader: the items and terms that count
// most, then what each part of a blend gives.
func explain(reasons []reason, seeded bool) string {
	var titles, terms, shares, words []string
	share := map[string]float32{}
	for _, r := range reasons {
		if r.Via != "" {
			if _, known := share[r.Via]; !known {
				shares = append(shares, r.Via)
			}
			share[r.Via] += r.Part
		}
		switch {
		case r.Kind == recommender.ReasonLiked && r.Title != "" && r.Part > 0:
			titles = add(titles, r.Title)
		case (r.Kind == recommender.ReasonTag || r.Kind == recommender.ReasonText) && r.Part > 0:
			terms = add(terms, r.Term)
		case r.Kind == recommender.ReasonPopular:
			words = append(words, strconv.Itoa(int(r.Part))+" users have it")
		}
	}
	if titles != nil && seeded {
		words = append(words, "like "+strings.Join(titles, " and "))
	} else if titles != nil {
		words = append(words, "because you liked "+strings.Join(titles, " and "))
	}
	if terms != nil {
		words = append(words, "about "+strings.Join(terms, ", "))
	}
	for i, part := range shares {
		shares[i] = fmt.Sprintf("%s %.2f", part, share[part])
	}
	if shares != nil {
		words = append(words, strings.Join(shares, " + "))
	}
	return strings.Join(words, "; ")
}

// add appends s if it is new and there is room.
func add(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	if len(list) == inExplanation {
		return list
	}
	return append(list, s)
}
