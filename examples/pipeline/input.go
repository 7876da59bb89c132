package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources"
	"github.com/osusume/osusume/sources/synthetic"
)

// An input is where everything comes from.
type input struct {
	name    string
	sources []recommender.Source
	world   *synthetic.World // nil for files
}

func (c config) open() (*input, error) {
	if c.builtIn() {
		return c.openWorld()
	}
	in := &input{name: "files"}
	for _, f := range c.catalogues {
		in.sources = append(in.sources, sources.Catalogue{Path: f.path, Label: f.label})
	}
	for _, f := range c.ratings {
		in.sources = append(in.sources, sources.Ratings{
			Path: f.path, Label: f.label + "-ratings", Catalogue: f.label, UserPrefix: f.label + ":",
			Columns: c.columns, Scale: c.scale, Unrated: c.unrated,
		})
	}
	for _, f := range c.reviews {
		in.sources = append(in.sources, sources.Reviews{
			Path: f.path, Label: f.label + "-reviews", Catalogue: f.label, UserPrefix: f.label + ":",
			Columns: c.columns, Scale: c.scale,
		})
	}
	return in, nil
}

func (c config) openWorld() (*input, error) {
	w, err := synthetic.New(c.world)
	if err != nil {
		return nil, err
	}
	in := &input{name: fmt.Sprintf("the built-in world, seed %d", c.seed), world: w}
	in.sources = append(in.sources, w.Catalogues()...)
	in.sources = append(in.sources, w.Ratings(), w.Reviews())
	return in, nil
}

// identity describes the input, so that a directory is never filled from two.
type identity struct {
	World      *synthetic.Config `json:"world,omitempty"`
	Catalogues map[string]string `json:"catalogues,omitempty"`
	Ratings    map[string]string `json:"ratings,omitempty"`
	Reviews    map[string]string `json:"reviews,omitempty"`
	Scale      float64           `json:"rating_scale,omitempty"`
	Unrated    *float64          `json:"unrated,omitempty"`
	Columns    *sources.Columns  `json:"columns,omitempty"`
}

const identityFile = "pipeline.json"

// claim writes what the directory is filled from, or checks that it is the same
// as before.
func (c config) claim() error {
	id := identity{}
	if c.builtIn() {
		id.World = &c.world
	} else {
		id = identity{Catalogues: byLabel(c.catalogues), Ratings: byLabel(c.ratings), Reviews: byLabel(c.reviews), Scale: c.scale, Unrated: c.unrated}
		if c.columns != (sources.Columns{}) {
			id.Columns = &c.columns
		}
	}
	want, err := json.MarshalIndent(id, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(c.dir, identityFile)
	got, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.WriteFile(path, append(want, '\n'), 0o644)
	case err != nil:
		return err
	case !bytes.Equal(bytes.TrimSpace(got), want):
		return fmt.Errorf("%s was filled from another input (see %s): choose another -dir, or remove it", c.dir, path)
	}
	return nil
}

func byLabel(files []labelled) map[string]string {
	if len(files) == 0 {
		return nil
	}
	m := make(map[string]string, len(files))
	for _, f := range files {
		path, err := filepath.Abs(f.path)
		if err != nil {
			path = f.path
		}
		m[f.label] = path
	}
	return m
}
