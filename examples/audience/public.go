package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
	"github.com/osusume/osusume/storage"
)

// A public is who asks, and the truth about what they like.
type public struct {
	users  []recommender.UserID
	record map[int64]recommender.ItemID // of a catalogue number: a record by which the world knows it
	oracle *synthetic.Oracle
}

// openPublic reads the warehouse that the pipeline filled from a world.
func openPublic(ctx context.Context, dir string) (p *public, err error) {
	world, err := openWorld(dir)
	if err != nil {
		return nil, err
	}
	store, err := storage.Open(dir, storage.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	table, err := recommender.Load(ctx, store, recommender.Filter{})
	if err != nil {
		return nil, err
	}
	p = &public{oracle: world.Oracle(), record: map[int64]recommender.ItemID{}}
	for u, off := 0, table.ByUser(); u < len(table.Users); u++ {
		if off[u] < off[u+1] {
			p.users = append(p.users, table.Users[u])
		}
	}
	if len(p.users) == 0 {
		return nil, fmt.Errorf("%s has no users yet: run the pipeline to its end", dir)
	}
	for it, err := range store.Items(ctx) {
		if err != nil {
			return nil, err
		}
		number, err := store.Number(ctx, it.ID)
		if err != nil {
			return nil, err
		}
		p.record[number] = it.ID
		if len(it.Members) > 0 {
			p.record[number] = it.Members[0]
		}
	}
	return p, nil
}

// openWorld makes the world that pipeline.json tells of.
func openWorld(dir string) (*synthetic.World, error) {
	path := filepath.Join(dir, "pipeline.json")
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w; fill the directory by: go run ./examples/pipeline -dir %s", err, dir)
	}
	var input struct {
		World *synthetic.Config `json:"world"`
	}
	if err := json.Unmarshal(b, &input); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if input.World == nil {
		return nil, fmt.Errorf("%s: the warehouse was filled from files; only the built-in world has an oracle", path)
	}
	return synthetic.New(*input.World)
}

// like returns the true chance that the user likes a catalogue number.
func (p *public) like(user recommender.UserID, number int64) (float64, error) {
	record, known := p.record[number]
	if !known {
		return 0, fmt.Errorf("the server recommends number %d, which the warehouse does not have: is -dir its directory?", number)
	}
	return p.oracle.Like(user, record)
}

// stars is what the user would give, in half stars.
func (p *public) stars(user recommender.UserID, number int64) (float64, error) {
	opinion, err := p.oracle.Opinion(user, p.record[number])
	return min(5, max(0.5, math.Round(2*(3+2*opinion))/2)), err
}
