package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources"
)

// widest is the top of the widest scale of ratings that is understood. Files
// are read on it first, because only the end of a file tells what its top is.
const widest = 100

// scales are the tops that files have.
var scales = []float64{1, recommender.MaxStars, 10, widest}

// ratingRules say what of a file counts.
type ratingRules struct {
	columns sources.Columns
	min     *float64 // keep rows at or above; in the file's own scale
	unrated *float64 // the rating that means none
	scale   float64  // top of the ratings; 0: found out
}

// readRatings reads a file of interactions, and returns the highest rating in it.
// Where rules have no scale, stars are as if the ratings went up to widest: see
// rescale.
func readRatings(ctx context.Context, path string, rules ratingRules, notes io.Writer) (t *recommender.Table, top float64, err error) {
	scale := cmp.Or(rules.scale, widest)
	src := sources.Ratings{Path: path, Columns: rules.columns, Scale: scale, Unrated: rules.unrated}
	if src.Rows.Format, err = formatOf(path); err != nil {
		return nil, 0, err
	}
	b := recommender.NewTableBuilder(0)
	bad := complaints{notes: notes}
	for page, err := range src.Pages(ctx, "") {
		if err != nil {
			return nil, 0, err
		}
		bad.add(page.Bad)
		for _, x := range page.Interactions {
			rating := own(x.Value, scale)
			rated := x.Kind == recommender.Rate
			if rules.min != nil && (!rated || rating < *rules.min) {
				continue
			}
			if rated {
				top = max(top, rating)
			}
			if err := b.Add(x); err != nil {
				return nil, 0, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	bad.sum(path)
	if t = b.Table(); t.Len() == 0 {
		return nil, 0, fmt.Errorf("%s: no interactions%s", path, afterFilter(rules))
	}
	return t, top, nil
}

// formatOf is List for a file that looks like one column of CSV, which cannot be
// interactions: the user of a list's first line may have no items.
func formatOf(path string) (sources.Format, error) {
	rows, err := sources.OpenRows(path, sources.RowOptions{})
	if err != nil {
		return sources.Auto, err
	}
	columns := len(rows.Columns())
	err = rows.Close()
	if columns != 1 || rows.Format() != sources.CSV {
		return sources.Auto, err
	}
	return sources.List, err
}

// rescale turns stars that were read as if ratings went up to widest into those of
// the first scale that holds top.
func rescale(t *recommender.Table, top float64) {
	scale := topOf(top)
	for row, k := range t.Kind {
		if k == recommender.Rate {
			t.Value[row] = float32(own(t.Value[row], widest) * recommender.MaxStars / scale)
		}
	}
}

func afterFilter(rules ratingRules) string {
	if rules.min == nil {
		return ""
	}
	return fmt.Sprintf(" rated %v or more", *rules.min)
}

// topOf is the first scale that holds a rating.
func topOf(rating float64) float64 {
	for _, s := range scales {
		if rating <= s {
			return s
		}
	}
	return widest
}

// own is a rating in the file's own scale, without the rounding of stars.
func own(stars float32, scale float64) float64 {
	return math.Round(float64(stars)*scale/recommender.MaxStars*1e4) / 1e4
}

// readItems reads a catalogue. bare leaves the IDs as the file has them, as
// ratings name them; else they are recommender.RecordID(label, id).
func readItems(ctx context.Context, label, path string, bare bool, notes io.Writer) ([]recommender.Item, error) {
	src := sources.Catalogue{Path: path, Label: label}
	var items []recommender.Item
	seen := map[recommender.ItemID]bool{}
	bad := complaints{notes: notes}
	for page, err := range src.Pages(ctx, "") {
		if err != nil {
			return nil, err
		}
		bad.add(page.Bad)
		for _, it := range page.Items {
			if bare {
				it.ID = recommender.ItemID(strings.TrimPrefix(string(it.ID), src.Name()+":"))
			}
			if !seen[it.ID] {
				seen[it.ID] = true
				items = append(items, it)
			}
		}
	}
	bad.sum(path)
	return items, nil
}

// complaints tells of rows that could not be read: the first few, then how many.
type complaints struct {
	notes io.Writer
	n     int
}

func (c *complaints) add(bad []*recommender.RecordError) {
	for _, err := range bad {
		if c.n++; c.n <= 3 {
			fmt.Fprintln(c.notes, "left out:", err)
		}
	}
}

func (c *complaints) sum(path string) {
	if c.n > 3 {
		fmt.Fprintf(c.notes, "left out: %d rows of %s in all\n", c.n, path)
	}
}

// column reads a file's rows and hands over the values of the named columns;
// what the file lacks is an error that lists what it has.
func column(path string, names []string, f func(values []string) error) (err error) {
	rows, err := sources.OpenRows(path, sources.RowOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	values := make([]string, len(names))
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i, name := range names {
			at := columnAt(rows.Columns(), name)
			if at < 0 {
				return fmt.Errorf("%s: no column %q; found %q", path, name, rows.Columns())
			}
			values[i] = ""
			if at < len(row.Values) {
				values[i] = row.Values[at]
			}
		}
		if err := f(values); err != nil {
			return fmt.Errorf("%s: line %d: %w", path, row.Line, err)
		}
	}
}

func columnAt(columns []string, name string) int {
	for i, c := range columns {
		if strings.EqualFold(strings.TrimSpace(c), name) {
			return i
		}
	}
	return -1
}
