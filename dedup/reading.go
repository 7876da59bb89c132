package dedup

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// A reading is one title taken apart, before its keys get numbers.
type reading struct {
	Title
	script                  script
	hash                    uint64 // of the title as it is written, lower case
	full, bare, stem, exact string // keys; see form
	words                   []string
}

// readTitle is the work on a title that depends on nothing else.
func readTitle(raw string) *reading {
	t := ParseTitle(raw)
	if t.Norm == "" {
		return &reading{}
	}
	s := scriptOf(t.Norm)
	words := strings.Fields(t.Norm)
	r := &reading{Title: t, script: s, hash: hashOf(strings.ToLower(t.Raw))}
	if s == latin {
		r.words = rareWords(words)
	}
	r.full = compactKey(words, s)
	r.bare = r.full
	if t.YearTag {
		r.bare = compactKey(t.untagged(), s)
	}
	r.stem = compactKey(strings.Fields(t.Stem), s)
	r.exact = r.stem + t.suffix()
	return r
}

// readTitles reads the titles of a batch of items on several goroutines, of each
// as many as a record holds if they all differ.
func readTitles(ctx context.Context, workers int, items []recommender.Item) ([][]*reading, error) {
	out := make([][]*reading, len(items))
	const chunk = 64
	err := par.Do(ctx, workers, (len(items)+chunk-1)/chunk, func(n int) error {
		for i := n * chunk; i < min((n+1)*chunk, len(items)); i++ {
			titles := []*reading{readTitle(items[i].Title)}
			for _, alias := range items[i].Aliases[:min(len(items[i].Aliases), maxTitles-1)] {
				titles = append(titles, readTitle(alias))
			}
			out[i] = titles
		}
		return nil
	})
	return out, err
}

// untagged returns the words of t without the year in brackets.
func (t Title) untagged() []string {
	words := strings.Fields(t.Norm)
	year := strconv.Itoa(t.Year)
	for i := len(words) - 1; i >= 0 && len(words) > 1; i-- {
		if words[i] == year {
			return slices.Delete(words, i, i+1)
		}
	}
	return words
}

// suffix writes the fields that two titles of one work must share. TV is left
// out: it is what a title without a format means. The year is left out because
// most catalogues keep it in a column.
func (t Title) suffix() string {
	var b strings.Builder
	if n := t.Sequel(); n > 1 {
		b.WriteString("|" + strconv.Itoa(n))
	}
	if t.Part > 0 {
		b.WriteString("|part" + strconv.Itoa(t.Part))
	}
	if t.Final {
		b.WriteString("|final")
	}
	switch t.Format {
	case 0, TV:
	case OVA, ONA, Special:
		b.WriteString("|extra") // catalogues do not agree on which
	default:
		b.WriteString("|" + t.Format.String())
	}
	return b.String()
}

// hashOf is FNV-1a.
func hashOf(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
