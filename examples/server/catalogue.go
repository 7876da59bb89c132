package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// A title is what an answer says about an item.
type title struct {
	id     recommender.ItemID
	number int64
	name   string
	source string // the catalogue that the name is from
	tags   string // joined by "|"
}

// A catalogue finds titles by ID and by number. The IDs and numbers of records
// lead to the title that they were merged into. Immutable.
type catalogue struct {
	byID     map[recommender.ItemID]*title
	byNumber map[int64]*title
}

func readCatalogue(ctx context.Context, store *storage.Warehouse) (*catalogue, error) {
	c := &catalogue{byID: map[recommender.ItemID]*title{}, byNumber: map[int64]*title{}}
	for it, err := range store.Items(ctx) {
		if err != nil {
			return nil, err
		}
		t := &title{id: it.ID, name: it.Title, source: it.Attrs[recommender.AttrSource], tags: strings.Join(it.Tags, "|")}
		if t.source == "" {
			t.source, _, _ = strings.Cut(string(it.ID), ":")
		}
		if t.number, err = store.Number(ctx, it.ID); err != nil {
			return nil, err
		}
		c.byID[it.ID], c.byNumber[t.number] = t, t
		for _, member := range it.Members {
			number, err := store.Number(ctx, member)
			if err != nil {
				return nil, fmt.Errorf("member of %q: %w", it.ID, err)
			}
			c.byID[member], c.byNumber[number] = t, t
		}
	}
	return c, nil
}

// find reads an anime_id of a request: an integer is a catalogue number, a
// string an item ID. The error is a *problem that names it.
func (c *catalogue) find(field string, raw json.RawMessage) (*title, error) {
	if number, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		if t := c.byNumber[number]; t != nil {
			return t, nil
		}
		return nil, fault(http.StatusUnprocessableEntity, field, "there is no anime number %d", number)
	}
	var id string
	if err := json.Unmarshal(raw, &id); err != nil || string(raw) == "null" {
		return nil, fault(http.StatusBadRequest, field, "%.40s is neither a catalogue number nor an item ID", raw)
	}
	if err := checkID(field, id, maxItemID); err != nil {
		return nil, err
	}
	if t := c.byID[recommender.ItemID(id)]; t != nil {
		return t, nil
	}
	return nil, fault(http.StatusUnprocessableEntity, field, "there is no anime %q", id)
}
