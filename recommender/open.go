package recommender

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// HybridKind is the [Version.Kind] of a published [Recipe].
const HybridKind = "hybrid"

// A Recipe is how a [Hybrid] is published: weights, and the versions of its
// parts. Its snapshot is a few lines of JSON; the parts are versions of their own.
type Recipe struct {
	Parts         []RecipePart `json:"parts"`
	Normalization string       `json:"normalization"`        // as Normalization.String gives it
	ListDepth     int          `json:"list_depth,omitempty"` // as in HybridOptions
	Absent        []string     `json:"absent,omitempty"`
	Levels        []Level      `json:"levels,omitempty"` // as in HybridOptions
}

// A RecipePart is one part of a [Recipe].
type RecipePart struct {
	Name       string  `json:"name"`
	Version    string  `json:"version"`
	Weight     float64 `json:"weight"`
	Impersonal bool    `json:"impersonal,omitempty"`
	Inherit    string  `json:"inherit,omitempty"`
}

var _ io.WriterTo = Recipe{}

// Versions returns the versions of the parts, for [Version.Parts].
func (r Recipe) Versions() []string {
	list := make([]string, len(r.Parts))
	for i, p := range r.Parts {
		list[i] = p.Version
	}
	return list
}

// WriteTo writes the recipe as JSON.
func (r Recipe) WriteTo(w io.Writer) (int64, error) {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return 0, err
	}
	n, err := w.Write(append(b, '\n'))
	return int64(n), err
}

// OpenModel opens a published version, with the decoder of its kind; a version
// of [HybridKind] is put together from the versions that it names. It returns
// [ErrNotFound] for an unknown version, [ErrInvalid] where no decoder fits and for
// a recipe that nobody can follow, and [ErrCorrupt] for damaged bytes, naming the
// version.
func OpenModel(ctx context.Context, reg Registry, id string, decoders map[string]Decoder) (Model, Version, error) {
	return openModel(ctx, reg, id, decoders, true)
}

func openModel(ctx context.Context, reg Registry, id string, decoders map[string]Decoder, hybrids bool) (Model, Version, error) {
	v, r, err := reg.Open(ctx, id)
	if err != nil {
		return nil, Version{}, fmt.Errorf("recommender: open version %s: %w", id, err)
	}
	defer func() { _ = r.Close() }() // it was only read
	var m Model
	decode, ok := decoders[v.Kind]
	switch {
	case ok:
		m, err = decode(r)
	case v.Kind == HybridKind && hybrids:
		m, err = openHybrid(ctx, reg, r, decoders)
	default:
		err = fmt.Errorf("%w: no decoder for kind %q", ErrInvalid, v.Kind)
	}
	if err == nil {
		// A Registry checks the bytes by the time the last one is read, and a
		// decoder may stop before that.
		_, err = io.Copy(io.Discard, r)
	}
	if err != nil {
		return nil, Version{}, fmt.Errorf("recommender: open version %s: %w", id, err)
	}
	return m, v, nil
}

func openHybrid(ctx context.Context, reg Registry, r io.Reader, decoders map[string]Decoder) (Model, error) {
	var recipe Recipe
	data, err := io.ReadAll(io.LimitReader(r, 1<<20)) // a recipe is a few lines
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &recipe); err != nil {
		return nil, fmt.Errorf("%w: recipe: %w", ErrCorrupt, err)
	}
	norm, err := parseNormalization(recipe.Normalization)
	if err != nil {
		return nil, err
	}
	var parts []Part
	for _, p := range recipe.Parts {
		// A hybrid of hybrids could name itself; a part is a model of its own.
		m, _, err := openModel(ctx, reg, p.Version, decoders, false)
		if err != nil {
			return nil, err
		}
		parts = append(parts, Part{Name: p.Name, Model: m, Weight: p.Weight, Impersonal: p.Impersonal, Inherit: p.Inherit})
	}
	for _, name := range recipe.Absent {
		parts = append(parts, Part{Name: name})
	}
	return NewHybrid(parts, HybridOptions{Normalization: norm, ListDepth: recipe.ListDepth, Levels: recipe.Levels})
}

func parseNormalization(name string) (Normalization, error) {
	for i, n := range normalizationNames {
		if n == name {
			return Normalization(i), nil
		}
	}
	return 0, fmt.Errorf("%w: recipe: unknown normalization %q", ErrInvalid, name) // of a newer version, or a typing error: the bytes are whole
}
