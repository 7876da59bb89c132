package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// A foreign model was trained elsewhere: implicit:FILE.npz or spark:DIR.
type foreign struct {
	kind, path string
	factors    mf.Foreign // of the rows that -train has IDs for
	settings   map[string]any
}

// foreignNamed returns the foreign model of that name; nil if the name is of no such.
func foreignNamed(name string) (*foreign, error) {
	kind, path, _ := strings.Cut(name, ":")
	if kind != "implicit" && kind != "spark" {
		return nil, nil
	}
	if path == "" {
		return nil, fmt.Errorf("model %q: want implicit:FILE.npz or spark:DIR", name)
	}
	if _, err := os.Stat(path); err != nil { // before anything else takes time
		return nil, fmt.Errorf("model %q: %w", name, err)
	}
	return &foreign{kind: kind, path: path}, nil
}

// read reads the factors and finds out whose they are.
func (f *foreign) read(ctx context.Context, lists idLists, train *recommender.Table, order string, notes io.Writer) error {
	var raw mf.Foreign
	var users, items side
	switch f.kind {
	case "implicit":
		file, err := os.Open(f.path)
		if err != nil {
			return err
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return err
		}
		if raw, err = mf.ReadForeignNPZ(file, info.Size()); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
		users = side{name: "users", keys: upTo(len(raw.UserFactors) / raw.Factors), whole: true, own: plain(raw.Users)}
		items = side{name: "items", keys: upTo(len(raw.ItemFactors) / raw.Factors), whole: true, own: plain(raw.Items)}
	case "spark":
		u, i, err := readSpark(ctx, f.path)
		if err != nil {
			return err
		}
		raw = mf.Foreign{Factors: u.size, UserFactors: u.data, ItemFactors: i.data}
		users, items = side{name: "users", keys: u.keys}, side{name: "items", keys: i.keys}
	}
	userNames, err := users.named(lists.users, order)
	if err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	itemNames, err := items.named(lists.items, order)
	if err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	c := choose(userNames, itemNames, &raw, train)
	f.settings = map[string]any{
		"Factors": raw.Factors, "UserRows": c.users.order, "ItemRows": c.items.order, "Agreement": c.agreement,
	}
	taken := fmt.Sprintf("%s:%s: rows of users were taken in the order %s, of items %s (-rows has others)", f.kind, f.path, c.users.order, c.items.order)
	switch {
	case !c.fits:
		fmt.Fprintf(notes, "%s, but the scores do not tell training pairs from others (%.1f %% of draws, chance is 50 %%): are these the factors of this file?\n", taken, 100*c.agreement)
	case !c.decided:
		fmt.Fprintf(notes, "%s, but others fit the training data as well\n", taken)
	}
	return f.keep(raw, c, train)
}

// keep takes the rows of the training data's users and items.
func (f *foreign) keep(raw mf.Foreign, c choice, train *recommender.Table) error {
	f.factors = mf.Foreign{Factors: raw.Factors}
	for u, row := range rowsOf(train.Users, c.users.ids) {
		if row >= 0 {
			f.factors.Users = append(f.factors.Users, train.Users[u])
			f.factors.UserFactors = append(f.factors.UserFactors, raw.UserFactors[row*raw.Factors:][:raw.Factors]...)
		}
	}
	for i, row := range rowsOf(train.Items, c.items.ids) {
		if row < 0 {
			continue
		}
		f.factors.Items = append(f.factors.Items, train.Items[i])
		f.factors.ItemFactors = append(f.factors.ItemFactors, raw.ItemFactors[row*raw.Factors:][:raw.Factors]...)
		if raw.ItemBias != nil {
			f.factors.ItemBias = append(f.factors.ItemBias, raw.ItemBias[row])
		}
	}
	if len(f.factors.Users) == 0 || len(f.factors.Items) == 0 {
		return fmt.Errorf("%s: %w: rows of %d users and %d items that -train has",
			f.path, recommender.ErrInvalid, len(f.factors.Users), len(f.factors.Items))
	}
	return nil
}

// named is namings, where none is an error that says what was compared.
func (s side) named(lists []idList, order string) ([]naming, error) {
	if order == "auto" {
		order = ""
	}
	if len(s.keys) == 0 {
		return nil, fmt.Errorf("%w: no rows of %s", recommender.ErrInvalid, s.name)
	}
	if all := s.namings(lists, order); len(all) > 0 {
		return all, nil
	}
	have := fmt.Sprintf("%d rows of %s", len(s.keys), s.name)
	if !s.whole {
		have += fmt.Sprintf(", numbered from %d to %d,", s.keys[0], s.keys[len(s.keys)-1])
	}
	if order != "" {
		if fit := s.namings(lists, ""); fit != nil {
			return nil, fmt.Errorf("%w: %s do not fit -rows %s; what fits is %s", recommender.ErrInvalid, have, order, orders(fit))
		}
	}
	var counts []string
	for _, l := range lists {
		counts = append(counts, fmt.Sprintf("%d%s%s", len(l.ids), span(l.ids), l.from))
	}
	return nil, fmt.Errorf("%w: %s fit no order of the %s of -train: there are %s. "+
		"Rows are numbered by whole-number IDs, which all have a row, or there are as many as IDs; else save the IDs with them, in arrays users and items",
		recommender.ErrInvalid, have, s.name, strings.Join(counts, ", "))
}

// span says which numbers IDs are, if they are numbers.
func span(ids []string) string {
	low, high := 0, -1
	for _, id := range ids {
		n, ok := wholeNumber(id)
		if !ok {
			return ""
		}
		if high < 0 {
			low, high = n, n
		}
		low, high = min(low, n), max(high, n)
	}
	return fmt.Sprintf(" (whole numbers from %d to %d)", low, high)
}

func orders(all []naming) string {
	var list []string
	for _, n := range all {
		list = append(list, n.order)
	}
	return strings.Join(list, ", ")
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// readForeign reads the foreign models among the candidates. whole is -train before
// it was split.
func (r *ranking) readForeign(ctx context.Context, whole *recommender.Table, rules ratingRules, notes io.Writer) error {
	if !slices.ContainsFunc(r.candidates, func(c *candidate) bool { return c.foreign != nil }) {
		return nil
	}
	var lists idLists
	lists.add("", whole)
	if r.o.test != "" {
		lists.add(" with -test", whole, r.test)
	}
	if rules.min != nil {
		rules.min = nil
		all, _, err := readRatings(ctx, r.o.train, rules, io.Discard)
		if err != nil {
			return err
		}
		lists.add(" without -min-rating", all)
	}
	for _, c := range r.candidates {
		if c.foreign == nil {
			continue
		}
		if err := c.foreign.read(ctx, lists, r.train, r.o.rows, notes); err != nil {
			return fmt.Errorf("model %s: %w", c.foreign.kind, err)
		}
		if r.o.test == "" {
			fmt.Fprintf(notes, "%s was trained elsewhere: what -split holds back, it may have seen; -test says what it has not\n", c.name)
		}
	}
	return nil
}

func checkRows(order string) error {
	if order != "auto" && !slices.Contains(rowOrders, order) {
		return fmt.Errorf("-rows %q: there are auto, %s", order, strings.Join(rowOrders, ", "))
	}
	return nil
}
