package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/mf/ease"
	"github.com/osusume/osusume/mf/itemknn"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/tune"
	"github.com/osusume/osusume/tfidf"
)

// A candidate is a model that can be asked for by name.
type candidate struct {
	name    string
	configs []*part // what -set can reach
	train   func(ctx context.Context, d recommender.Dataset) (recommender.Model, error)
	updates float64  // updates a second, of models trained by steps; 0 for others
	foreign *foreign // nil: trained here
}

// A part is the configuration behind a model, or behind a part of it.
type part struct {
	name   string
	config any // pointer to the trainer
}

var modelNames = []string{"popular", "tfidf", "bpr", "warp", "ials", "ease", "itemknn", "hybrid", "hybrid-a", "hybrid-b",
	"implicit:FILE.npz", "spark:DIR"}

// newCandidate returns the named model with the defaults of the code. Without a
// catalogue there is no content for a hybrid to use: that part is absent, and
// its weight shared out. With features, factor models learn vectors of the
// items' tags, years and title words, by which new items rank.
func newCandidate(name string, catalogue, features bool) (*candidate, error) {
	c := &candidate{name: name}
	var (
		popular recommender.Popular
		content tfidf.Config
		factors mf.Config
		squares mf.IALS
		items   ease.Config
		near    itemknn.Config
	)
	factors.Progress = func(p mf.Progress) { c.updates = p.UpdatesPerSecond() }
	if features {
		factors.Features.Items, squares.Features.Items = mf.ItemFeatures, mf.ItemFeatures
	}
	switch name {
	case "popular":
		c.configs = []*part{{name, &popular}}
		c.train = func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
			return popular.Train(ctx, d)
		}
	case "tfidf":
		if !catalogue {
			return nil, errors.New("tfidf learns from titles, tags and texts: give them with -items")
		}
		c.configs = []*part{{name, &content}}
		c.train = func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
			return content.Train(ctx, d)
		}
	case "bpr", "warp":
		if name == "warp" {
			factors.Loss = mf.WARP
		}
		c.configs = []*part{{name, &factors}}
		c.train = func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
			return factors.Train(ctx, d)
		}
	case "ials":
		c.configs = []*part{{name, &squares}}
		c.train = func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
			return squares.Train(ctx, d)
		}
	case "ease":
		c.configs = []*part{{name, &items}}
		c.train = func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
			return items.Train(ctx, d)
		}
	case "itemknn":
		c.configs = []*part{{name, &near}}
		c.train = func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
			return near.Train(ctx, d)
		}
	case "hybrid-a", "hybrid-b":
		blend := recommender.BlendA
		if name == "hybrid-b" {
			blend = recommender.BlendB
		}
		c.configs = []*part{{"bpr", &factors}}
		if catalogue {
			c.configs = append(c.configs, &part{"tfidf", &content})
		}
		c.train = func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
			return trainHybrid(ctx, d, blend, content, factors, catalogue)
		}
	case "hybrid":
		var blend tune.Hybrid
		c.configs = []*part{{name, &blend}, {"bpr", &factors}, {"ease", &items}, {"itemknn", &near}}
		if catalogue {
			c.configs = append(c.configs, &part{"tfidf", &content})
		}
		c.train = func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
			parts := []tune.Part{{Name: "factors", Trainer: factors}, {Name: "neighbours", Trainer: near}}
			if fits, err := easeFits(ctx, d); err != nil {
				return nil, err
			} else if fits {
				parts = append(parts, tune.Part{Name: "items", Trainer: items})
			}
			if catalogue {
				for i := range parts {
					parts[i].Inherit = "content"
				}
				parts = append(parts, tune.Part{Name: "content", Trainer: content})
			}
			blend.Parts = append(parts, tune.Part{Name: "popular", Trainer: popular, Impersonal: true})
			return blend.Train(ctx, d)
		}
	default:
		var err error
		if c.foreign, err = foreignNamed(name); c.foreign != nil || err != nil {
			c.train = func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
				return c.foreign.factors.Model(ctx, d)
			}
			return c, err
		}
		return nil, fmt.Errorf("unknown model %q: there are %s", name, strings.Join(modelNames, ", "))
	}
	return c, nil
}

// easeItems is up to how many items EASE is a part of the learned blend: beyond
// it would take longer than all other parts together.
const easeItems = 16_000

func easeFits(ctx context.Context, d recommender.Dataset) (bool, error) {
	t, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return false, err
	}
	known := map[int32]bool{}
	for _, i := range t.Item {
		known[i] = true
	}
	return len(known) <= easeItems, nil
}

// trainHybrid blends content and factors; there are no reviews in files of ratings.
func trainHybrid(ctx context.Context, d recommender.Dataset, blend func(a, b, c recommender.Model) []recommender.Part,
	content tfidf.Config, factors mf.Config, catalogue bool,
) (recommender.Model, error) {
	var text recommender.Model
	if catalogue {
		m, err := content.Train(ctx, d)
		if err != nil {
			return nil, err
		}
		text = m
	}
	taste, err := factors.Train(ctx, d)
	if err != nil {
		return nil, err
	}
	return recommender.NewHybrid(blend(text, taste, nil), recommender.HybridOptions{})
}

// newCandidates makes the models and applies the settings: each must find its
// field in one of them. Workers and Seed are settings like others.
func newCandidates(names []string, settings []setting, workers int, seed uint64, catalogue, features bool) ([]*candidate, error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("no model: there are %s", strings.Join(modelNames, ", "))
	}
	common := []setting{{"Workers", strconv.Itoa(workers)}, {"Seed", strconv.FormatUint(seed, 10)}}
	found := make([]bool, len(settings))
	var list []*candidate
	for _, name := range names {
		if slices.ContainsFunc(list, func(c *candidate) bool { return c.name == name }) {
			return nil, fmt.Errorf("model %q is there twice", name)
		}
		c, err := newCandidate(name, catalogue, features)
		if err != nil {
			return nil, err
		}
		for _, p := range c.configs {
			if _, err := apply(p.config, common); err != nil {
				return nil, err
			}
			here, err := apply(p.config, settings)
			if err != nil {
				return nil, err
			}
			for i := range here {
				found[i] = found[i] || here[i]
			}
		}
		list = append(list, c)
	}
	for i, ok := range found {
		if !ok {
			return nil, fmt.Errorf("-set %s: no such field; %s", settings[i].field, describe(list))
		}
	}
	return list, nil
}

// describe lists what can be set.
func describe(list []*candidate) string {
	var lines []string
	for _, c := range list {
		for _, p := range c.configs {
			if line := p.name + " has " + strings.Join(fields(p.config), ", "); !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	if lines == nil {
		return "there is nothing to set"
	}
	return strings.Join(lines, "; ")
}

// settingsOf is the configuration, for the output: of one part its fields, of
// several each under its name.
func (c *candidate) settingsOf() map[string]any {
	if c.foreign != nil {
		return c.foreign.settings
	}
	if len(c.configs) == 1 {
		return values(c.configs[0].config)
	}
	out := map[string]any{}
	for _, p := range c.configs {
		out[p.name] = values(p.config)
	}
	return out
}
