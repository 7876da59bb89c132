package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/tune"
)

// learnedParts are the models that the learned blend is made of, by the names of
// its parts. Titles that nobody has tried inherit from what is like them.
var learnedParts = []struct {
	part, model, inherit string
	impersonal           bool
}{
	{part: "collaborative", model: bprName, inherit: "content"},
	{part: "content", model: contentName},
	{part: "reviews", model: sentimentName, impersonal: true},
	{part: "popular", model: popularName, impersonal: true},
}

// learn finds the blend's weights on a part of the training split.
func (m *modeller) learn(ctx context.Context, s *stage) (*tune.Learned, error) {
	h := tune.Hybrid{Seed: m.cfg.seed, Workers: m.cfg.workers, Progress: s.say}
	for _, p := range learnedParts {
		if slices.Contains(m.absent, p.model) {
			continue
		}
		trainer := m.trainer(p.model)
		if p.model == sentimentName {
			trainer = reviewTrainer{trainer, m.store}
		}
		h.Parts = append(h.Parts, tune.Part{Name: p.part, Trainer: trainer, Impersonal: p.impersonal, Inherit: p.inherit})
	}
	learned, err := h.Learn(ctx, m.dataset(hybridLearned, m.train))
	if err != nil {
		return nil, err
	}
	return &learned, nil
}

func (m *modeller) trainer(name string) recommender.Trainer {
	for _, b := range m.basics(nil) {
		if b.name == name {
			return b.trainer
		}
	}
	panic("pipeline: no basic model " + name)
}

// reviewTrainer trains on the reviews, with their texts, of the users and items
// that meet in a Dataset: one made of a Table carries no texts.
type reviewTrainer struct {
	recommender.Trainer
	texts recommender.Dataset
}

func (t reviewTrainer) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	table, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return nil, err
	}
	return t.Trainer.Train(ctx, newReviewed(t.texts, table))
}

// learnedBlend puts the trained models together.
func (m *modeller) learnedBlend() (*recommender.Hybrid, error) {
	var parts []recommender.Part
	for _, p := range learnedParts {
		parts = append(parts, recommender.Part{
			Name: p.part, Model: m.trained[p.model], Weight: m.learned.Weights[p.part], Impersonal: p.impersonal, Inherit: p.inherit,
		})
	}
	return recommender.NewHybrid(parts, recommender.HybridOptions{Levels: m.learned.Levels})
}

// learnedRecipe is how the learned blend is published.
func (m *modeller) learnedRecipe() recommender.Recipe {
	r := recommender.Recipe{Normalization: recommender.HybridOptions{}.Normalization.String(), Levels: m.learned.Levels}
	for _, p := range learnedParts {
		if slices.Contains(m.absent, p.model) {
			r.Absent = append(r.Absent, p.part)
			continue
		}
		r.Parts = append(r.Parts, recommender.RecipePart{
			Name: p.part, Version: m.versionID(p.model), Weight: m.learned.Weights[p.part], Impersonal: p.impersonal, Inherit: p.inherit,
		})
	}
	return r
}

// describeLearned says what was learned: "collaborative 70 popular 30; from 35 items on: …".
func describeLearned(l *tune.Learned) string {
	say := func(weights map[string]float64) string {
		var words []string
		for _, p := range learnedParts {
			if w := weights[p.part]; w > 0 {
				words = append(words, fmt.Sprintf("%s %.0f", p.part, 100*w))
			}
		}
		return strings.Join(words, " ")
	}
	text := say(l.Weights)
	for _, level := range l.Levels {
		text += fmt.Sprintf("; from %d items on %s", level.From, say(level.Weights))
	}
	return text
}
