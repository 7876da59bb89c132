package main

import (
	"fmt"
	"slices"
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
		list[i] = reason{Kind: r.Kind, Title: c.title(r.Item), Term: r.Term, Via: r.Via, Part: r.Part}
	}
	return list
}

// title is an item's name, or its ID where it has left the catalogue.
func (c *catalogue) title(id recommender.ItemID) string {
	if t := c.byID[id]; t != nil {
		return t.name
	}
	return string(id)
}

// explain is the sentence about an item, then what each part of a blend gives.
func explain(sentence string, why []recommender.Reason) string {
	var parts []string
	share := map[string]float32{}
	for _, r := range why {
		if r.Via == "" {
			continue
		}
		if _, known := share[r.Via]; !known {
			parts = append(parts, r.Via)
		}
		share[r.Via] += r.Part
	}
	for i, part := range parts {
		parts[i] = fmt.Sprintf("%s %.2f", part, share[part])
	}
	words := []string{sentence, strings.Join(parts, " + ")}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), "; ")
}
