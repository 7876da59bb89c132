package tune

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

// A Part is a part of a [Hybrid] to be: see [recommender.Part].
type Part struct {
	Name       string
	Trainer    recommender.Trainer
	Impersonal bool
	Inherit    string
}

// Hybrid is a [recommender.Trainer] of hybrids whose weights are learned.
type Hybrid struct {
	// Parts are what is blended; required.
	Parts []Part
	// Normalization is that of [recommender.HybridOptions].
	Normalization recommender.Normalization
	// Split divides the training data for learning; nil means eval.Random, a
	// fifth of every user's items. Dislikes that it holds back are not asked for.
	Split eval.Splitter
	// K is the length of the lists whose NDCG is to be best; 0 means 10.
	K int
	// Users is how many users, drawn evenly, are looked at; 0 means 4000: the
	// standard error of a difference is then about 0.001.
	Users int
	// Levels is how many groups of users, by the number of their items, may get
	// weights of their own; 0 means 3, 1 the same for all.
	Levels int
	// Seed draws users and splits.
	Seed uint64
	// Workers is the number of goroutines; 0 means one per processor. It changes
	// no result.
	Workers int
	// Progress, if not nil, is called before each stage ("train content",
	// "learn weights") by the goroutine that called Train, which waits for it.
	Progress func(stage string)
}

var _ recommender.Trainer = Hybrid{}

// Learned is what was found on the validation part.
type Learned struct {
	Weights map[string]float64  // for users below the first of Levels; they add up to 1
	Levels  []recommender.Level // ascending; may be empty
	Users   int                 // looked at
	NDCG    map[string]float64  // of each part alone, and of "blend"
}

// Model is a learned hybrid.
type Model struct {
	*recommender.Hybrid
	Learned Learned
	// Parts are the hybrid's parts, trained on all data, with the learned
	// weights: for publishing each as a version of its own.
	Parts []recommender.Part
}

// Train learns the weights, trains the parts on all data and blends them. The
// Model is a [*Model]. It refuses, with [recommender.ErrInvalid], parts without
// a name or a trainer, and data whose split leaves nobody to learn from.
func (h Hybrid) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	learned, err := h.Learn(ctx, d)
	if err != nil {
		return nil, err
	}
	parts, err := h.train(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("tune: %w", err)
	}
	for i := range parts {
		parts[i].Weight = learned.Weights[parts[i].Name]
	}
	blend, err := recommender.NewHybrid(parts, recommender.HybridOptions{Normalization: h.Normalization, Levels: learned.Levels})
	if err != nil {
		return nil, fmt.Errorf("tune: %w", err)
	}
	return &Model{Hybrid: blend, Learned: learned, Parts: parts}, nil
}

// Learn finds the weights only.
func (h Hybrid) Learn(ctx context.Context, d recommender.Dataset) (Learned, error) {
	h, err := h.withDefaults()
	if err != nil {
		return Learned{}, fmt.Errorf("tune: %w", err)
	}
	all, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return Learned{}, fmt.Errorf("tune: load the training data: %w", err)
	}
	train, held, err := h.Split.Split(all)
	if err != nil {
		return Learned{}, fmt.Errorf("tune: %w", err)
	}
	parts, err := h.train(ctx, recommender.Combine(d, train.Dataset()))
	if err != nil {
		return Learned{}, fmt.Errorf("tune: on the learning split: %w", err)
	}
	h.say("learn weights")
	jury, err := h.assemble(ctx, parts, train, held)
	if err != nil {
		return Learned{}, fmt.Errorf("tune: %w", err)
	}
	if len(jury.members) == 0 {
		return Learned{}, fmt.Errorf("tune: %w: of %d interactions the split leaves no user to learn weights from", recommender.ErrInvalid, all.Len())
	}
	// Users have more items in all of the data than in the split.
	return jury.learn(ctx, h.Levels, float64(all.Len())/float64(max(1, train.Len())))
}

func (h Hybrid) withDefaults() (Hybrid, error) {
	var faults []string
	names := map[string]bool{}
	for i, p := range h.Parts {
		if p.Name == "" || names[p.Name] || p.Name == blended {
			faults = append(faults, fmt.Sprintf("part %d: name %q is empty or taken", i, p.Name))
		}
		names[p.Name] = true
		if p.Trainer == nil {
			faults = append(faults, fmt.Sprintf("part %q has no Trainer", p.Name))
		}
		if p.Inherit != "" && (p.Inherit == p.Name || !slices.ContainsFunc(h.Parts, func(o Part) bool { return o.Name == p.Inherit })) {
			faults = append(faults, fmt.Sprintf("part %q: nothing to inherit from %q", p.Name, p.Inherit))
		}
	}
	if h.Normalization > recommender.ReciprocalRank {
		faults = append(faults, "unknown "+h.Normalization.String())
	}
	if h.Workers < 0 {
		faults = append(faults, fmt.Sprintf("Workers %d < 0", h.Workers))
	}
	if len(h.Parts) == 0 {
		faults = append(faults, "no Parts")
	}
	for _, n := range []struct {
		name  string
		value *int
		std   int
	}{{"K", &h.K, 10}, {"Users", &h.Users, 4000}, {"Levels", &h.Levels, 3}} {
		if *n.value < 0 {
			faults = append(faults, fmt.Sprintf("%s %d < 0", n.name, *n.value))
		} else if *n.value == 0 {
			*n.value = n.std
		}
	}
	if faults != nil {
		return h, fmt.Errorf("invalid config: %s: %w", strings.Join(faults, "; "), recommender.ErrInvalid)
	}
	if h.Split == nil {
		h.Split = eval.Random{Seed: h.Seed}
	}
	return h, nil
}

// train trains every part on d; all weigh the same.
func (h Hybrid) train(ctx context.Context, d recommender.Dataset) ([]recommender.Part, error) {
	parts := make([]recommender.Part, len(h.Parts))
	for i, p := range h.Parts {
		h.say("train " + p.Name)
		m, err := p.Trainer.Train(ctx, d)
		if err != nil {
			return nil, fmt.Errorf("train part %q: %w", p.Name, err)
		}
		parts[i] = recommender.Part{Name: p.Name, Model: m, Weight: 1, Impersonal: p.Impersonal, Inherit: p.Inherit}
	}
	return parts, nil
}

func (h Hybrid) say(stage string) {
	if h.Progress != nil {
		h.Progress(stage)
	}
}
