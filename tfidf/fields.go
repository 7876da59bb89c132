package tfidf

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Fields say how an item becomes the fields of a document. They are kept in
// snapshots, so that new items are treated as the trained ones were.
type fields struct {
	Title, Aliases, Tags, Text, Attrs float64 // weights; negative leaves out, Aliases 0 goes with the title
	AttrNames                         []string
	Joined                            bool
}

func (c Config) fields() fields {
	return fields{c.Title, c.Aliases, c.Tags, c.Text, c.Attrs, c.AttrNames, c.Joined}
}

// check returns f with its defaults, and every fault. A weight left out comes back
// as -1, so that checking again changes nothing.
func (f fields) check() (fields, []string) {
	var faults []string
	some := f.Joined
	for _, w := range []struct {
		name  string
		field *float64
		value float64
	}{
		{"Title", &f.Title, 2}, {"Aliases", &f.Aliases, 0}, {"Tags", &f.Tags, 1}, {"Text", &f.Text, 1}, {"Attrs", &f.Attrs, 0.25},
	} {
		// The vectors' float32 could not tell apart what lies further from 1.
		if !(*w.field <= 0 || *w.field >= 1e-6 && *w.field <= 1e6) {
			faults = append(faults, fmt.Sprintf("%s %v outside [1e-6, 1e6]", w.name, *w.field))
		}
		*w.field = max(-1, cmp.Or(*w.field, w.value))
		some = some || *w.field > 0
	}
	if !some {
		faults = append(faults, "Title, Aliases, Tags, Text and Attrs are all left out")
	}
	f.AttrNames = slices.Clone(f.AttrNames)
	if f.AttrNames == nil {
		f.AttrNames = []string{recommender.AttrStudio, recommender.AttrFormat}
	}
	return f, faults
}

// weights are those of the fields of a document, in the order of add.
func (f fields) weights() []float64 {
	if f.Joined {
		return []float64{1}
	}
	return []float64{max(0, f.Title), max(0, f.Aliases), max(0, f.Tags), max(0, f.Text), max(0, f.Attrs)}
}

// add adds an item to s and returns its number there.
func (f fields) add(s *shard, it recommender.Item) int {
	d := s.begin()
	if f.Joined {
		s.text(it.Title + "\n" + strings.Join(it.Tags, "\n") + "\n" + it.Text)
		s.end()
		return d
	}
	if f.Title > 0 {
		s.text(it.Title)
		if f.Aliases == 0 {
			for _, alias := range it.Aliases {
				s.text(alias)
			}
		}
	}
	s.end()
	if f.Aliases > 0 {
		for _, alias := range it.Aliases {
			s.text(alias)
		}
	}
	s.end()
	if f.Tags > 0 {
		for _, tag := range it.Tags {
			s.whole("", tag)
		}
	}
	s.end()
	if f.Text > 0 {
		s.text(it.Text)
	}
	s.end()
	if f.Attrs > 0 {
		for _, name := range f.AttrNames {
			s.whole(name+"=", it.Attrs[name])
		}
	}
	s.end()
	return d
}

// whole counts a value as one term, whatever spaces it has: a tag "slice of
// life" says nothing about slices. A tag of one word is the same term as that
// word in a text.
func (s *shard) whole(prefix, value string) {
	if value = tidy(value); value != "" {
		s.count(prefix + value)
	}
}

// tidy is a value as it is compared: folded, with single spaces.
func tidy(value string) string { return strings.Join(strings.Fields(fold(value)), " ") }

// described reports whether there is anything to read about the item.
func described(it recommender.Item) bool {
	return it.Title != "" || it.Text != "" || len(it.Aliases) > 0 || len(it.Tags) > 0 || len(it.Attrs) > 0
}
