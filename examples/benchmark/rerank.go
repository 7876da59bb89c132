package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/rerank"
)

// A reranker makes a model around a model.
type reranker struct {
	name   string // as on the command line
	around func(recommender.Model) (recommender.Model, error)
}

// prepareItems reads what goes by the tags or the popularity of items, and
// checks the segments before anything is trained.
func (r *ranking) prepareItems(ctx context.Context) error {
	for _, s := range r.among {
		if _, err := s.Items(r.train); err != nil {
			return fmt.Errorf("-segment: %w; users have cold, warm and heavy", err)
		}
	}
	var tags *rerank.Tags
	if r.o.items != "" {
		var err error
		if tags, err = rerank.NewTags(ctx, r.data); err != nil {
			return err
		}
		r.options.Diversity = rerank.Diversity(tags)
	}
	for _, text := range words(r.o.rerank) {
		re, err := r.newReranker(text, tags)
		if err != nil {
			return fmt.Errorf("-rerank %s: %w", text, err)
		}
		r.rerankers = append(r.rerankers, re)
	}
	return nil
}

func (r *ranking) newReranker(text string, tags *rerank.Tags) (reranker, error) {
	name, option, given := strings.Cut(text, ":")
	x := 0.0
	if given {
		var err error
		if x, err = strconv.ParseFloat(option, 64); err != nil {
			return reranker{}, fmt.Errorf("option %q is no number", option)
		}
		if x == 0 && name == "explorer" {
			return reranker{}, errors.New("a temperature of 0 explores nothing")
		}
		if x == 0 {
			x = -1 // none; to the options 0 is the default
		}
	}
	if tags == nil && (name == "mmr" || name == "calibrated") {
		return reranker{}, errors.New("it goes by tags: give them with -items")
	}
	users := r.usersOf()
	around := map[string]func(recommender.Model) (recommender.Model, error){
		"mmr": func(m recommender.Model) (recommender.Model, error) {
			return rerank.NewMMR(m, tags, rerank.MMROptions{Diversity: x})
		},
		"calibrated": func(m recommender.Model) (recommender.Model, error) {
			return rerank.NewCalibrated(m, tags, rerank.CalibratedOptions{Strength: x})
		},
		"unpopular": func(m recommender.Model) (recommender.Model, error) {
			return rerank.NewUnpopular(m, users, rerank.UnpopularOptions{Penalty: x})
		},
		"explorer": func(m recommender.Model) (recommender.Model, error) {
			return rerank.NewExplorer(m, rerank.ExplorerOptions{Temperature: x})
		},
	}[name]
	if around == nil {
		return reranker{}, errors.New("there are mmr, calibrated, unpopular and explorer")
	}
	_, err := around(recommender.ModelFunc(nil)) // an option that does not fit is known now
	return reranker{text, around}, err
}

// usersOf counts the training users of an item.
func (r *ranking) usersOf() func(recommender.ItemID) float64 {
	count := map[recommender.ItemID]float64{}
	t := r.train
	for row, i := range t.Item {
		if row == 0 || t.User[row-1] != t.User[row] || t.Item[row-1] != i {
			count[t.Items[i]]++
		}
	}
	return func(id recommender.ItemID) float64 { return count[id] }
}
