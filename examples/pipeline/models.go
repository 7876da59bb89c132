package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/recommender/tune"
	"github.com/osusume/osusume/sentiment"
	"github.com/osusume/osusume/tfidf"
)

// The models, in the order of the report.
const (
	popularName   = recommender.PopularKind
	contentName   = tfidf.Kind
	bprName       = mf.Kind
	sentimentName = sentiment.Kind
	hybridA       = "hybrid-a"
	hybridB       = "hybrid-b"
	hybridLearned = "hybrid"
)

var decoders = map[string]recommender.Decoder{
	popularName:   func(r io.Reader) (recommender.Model, error) { return recommender.ReadPopular(r) },
	contentName:   func(r io.Reader) (recommender.Model, error) { return tfidf.ReadModel(r) },
	bprName:       func(r io.Reader) (recommender.Model, error) { return mf.ReadModel(r) },
	sentimentName: func(r io.Reader) (recommender.Model, error) { return sentiment.ReadModel(r) },
}

// cohorts says which model each arm of the experiment is served by.
var cohorts = map[string]string{"control": contentName, "treatment_a": hybridA, "treatment_b": hybridB}

// A basic is a model that is trained, not blended.
type basic struct {
	name    string
	trainer recommender.Trainer
}

func (w *walker) basics(bar *stage) []basic {
	return []basic{
		{popularName, recommender.Popular{}},
		{contentName, tfidf.Config{Workers: w.cfg.workers}},
		{bprName, mf.Config{Workers: w.cfg.workers, Seed: w.cfg.seed, Progress: func(p mf.Progress) {
			if bar != nil {
				bar.at(int64(p.Epoch), int64(p.Epochs))
			}
		}}},
		{sentimentName, sentiment.Config{Workers: w.cfg.workers}},
	}
}

// A blended is a hybrid by the names of its parts.
type blended struct {
	name  string
	blend func(content, collaborative, reviews recommender.Model) []recommender.Part
}

var blends = []blended{{hybridA, recommender.BlendA}, {hybridB, recommender.BlendB}}

// parts are the blends' parts, in the order that a blend takes them.
var parts = []string{contentName, bprName, sentimentName}

// models trains, blends, measures and publishes, or finds that it was done.
func (w *walker) models(ctx context.Context) error {
	versions, err := w.store.Versions(ctx)
	if err != nil {
		return err
	}
	published := map[string]recommender.Version{}
	for _, v := range versions {
		published[v.ID] = v
	}
	data, err := w.store.DataVersion(ctx)
	if err != nil {
		return err
	}
	code, err := programHash()
	if err != nil {
		return err
	}
	m := &modeller{walker: w, data: data, code: code, published: published, trained: map[string]recommender.Model{}}
	m.train, m.test, err = eval.Random{Seed: w.cfg.seed}.Split(w.table)
	if err != nil {
		return err
	}
	w.rep.Protocol = fmt.Sprintf("a random fifth of each user's items held out (%s of %s interactions), all items ranked, every interaction counts",
		count(m.test.Len()), count(w.table.Len()))
	for _, s := range []struct {
		name string
		run  func(context.Context, *stage) error
	}{
		{"train", m.trainAll}, {"blend", m.blendAll}, {"evaluate", m.evaluateAll}, {"publish", m.publishAll}, {"tables", m.tablesAll},
	} {
		if err := s.run(ctx, w.show.stage(s.name)); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// A modeller carries what the model stages hand to each other.
type modeller struct {
	*walker
	data        string // version of the data
	code        string // hash of this program
	published   map[string]recommender.Version
	train, test *recommender.Table
	trained     map[string]recommender.Model  // on the training split; nothing where all is published
	measured    map[string]map[string]float64 // metrics by model
	learned     *tune.Learned                 // weights of the learned blend; nil where all is published
	absent      []string                      // models that the data has nothing for
}

// names returns the models that there are, in the order of the report.
func (m *modeller) names() []string {
	all := []string{popularName, contentName, bprName, sentimentName, hybridA, hybridB, hybridLearned}
	return slices.DeleteFunc(all, func(n string) bool { return slices.Contains(m.absent, n) })
}

// versionID is a function of everything that a model's bytes and metrics depend
// on, so that a run knows what an earlier one has published: the data, the seed
// and the program, whose defaults are the models' configuration.
func (m *modeller) versionID(name string) string {
	h := sha256.Sum256([]byte(strings.Join([]string{name, m.code, m.data, fmt.Sprint(m.cfg.seed)}, "\n")))
	return name + "-" + hex.EncodeToString(h[:5])
}

// done reports whether every model is published.
func (m *modeller) done() bool {
	for _, n := range m.names() {
		if _, ok := m.published[m.versionID(n)]; !ok {
			return false
		}
	}
	return true
}

// dataset is what a model learns from: the store's items and the rows of t.
// Reviews are not in a Table, so the sentiment model gets those whose rating is in t.
func (m *modeller) dataset(name string, t *recommender.Table) recommender.Dataset {
	if name == sentimentName {
		return newReviewed(m.store, t)
	}
	return recommender.Combine(m.store, t.Dataset())
}

// trainAll trains every basic model on the training split.
func (m *modeller) trainAll(ctx context.Context, s *stage) error {
	if m.in.world == nil && len(m.cfg.reviews) == 0 {
		m.absent = append(m.absent, sentimentName)
		m.rep.Notes = append(m.rep.Notes, "There are no reviews: the blends' third part is absent, and its weight is shared out between the other two.")
	}
	if m.done() {
		s.done("nothing to do: an earlier run published these models of this data")
		return nil
	}
	var took []string
	for _, b := range m.basics(s) {
		if slices.Contains(m.absent, b.name) {
			continue
		}
		s.say(b.name)
		began := time.Now()
		model, err := b.trainer.Train(ctx, m.dataset(b.name, m.train))
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		m.trained[b.name] = model
		took = append(took, fmt.Sprintf("%s %.1f s", b.name, time.Since(began).Seconds()))
	}
	s.done("on the training split: %s", strings.Join(took, ", "))
	return nil
}

// blendAll makes the hybrids out of the trained models.
func (m *modeller) blendAll(ctx context.Context, s *stage) error {
	var shares []string
	for _, b := range blends {
		if len(m.trained) > 0 {
			h, err := newBlend(b, func(name string) recommender.Model { return m.trained[name] })
			if err != nil {
				return fmt.Errorf("%s: %w", b.name, err)
			}
			m.trained[b.name] = h
		}
		var weights []string
		for _, p := range m.recipe(b).Parts {
			weights = append(weights, fmt.Sprintf("%.0f", 100*p.Weight))
		}
		shares = append(shares, b.name+" "+strings.Join(weights, "/"))
	}
	learned := "learned before"
	if len(m.trained) > 0 {
		var err error
		if m.learned, err = m.learn(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", hybridLearned, err)
		}
		if m.trained[hybridLearned], err = m.learnedBlend(); err != nil {
			return fmt.Errorf("%s: %w", hybridLearned, err)
		}
		learned = describeLearned(m.learned)
	}
	s.done("content/collaborative/reviews: %s; %s: %s", strings.Join(shares, ", "), hybridLearned, learned)
	return nil
}

// newBlend makes a hybrid of the models that get returns; nil is absent.
func newBlend(b blended, get func(name string) recommender.Model) (*recommender.Hybrid, error) {
	return recommender.NewHybrid(b.blend(get(contentName), get(bprName), get(sentimentName)), recommender.HybridOptions{})
}

// recipe is how the blend is published.
func (m *modeller) recipe(b blended) recommender.Recipe {
	r := recommender.Recipe{Normalization: recommender.HybridOptions{}.Normalization.String()}
	total := 0.0
	for i, p := range b.blend(nil, nil, nil) {
		if slices.Contains(m.absent, parts[i]) {
			r.Absent = append(r.Absent, p.Name)
			continue
		}
		total += p.Weight
		r.Parts = append(r.Parts, recommender.RecipePart{Name: p.Name, Version: m.versionID(parts[i]), Weight: p.Weight, Impersonal: p.Impersonal})
	}
	for i := range r.Parts {
		r.Parts[i].Weight /= total
	}
	return r
}

// publishAll trains what is to serve on all the data, and publishes it with its
// metrics; then it moves the aliases.
func (m *modeller) publishAll(ctx context.Context, s *stage) error {
	fresh := 0
	for _, b := range m.basics(s) {
		id := m.versionID(b.name)
		if _, ok := m.published[id]; ok || slices.Contains(m.absent, b.name) {
			continue
		}
		s.say(b.name)
		model, err := b.trainer.Train(ctx, m.dataset(b.name, m.table))
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		w, ok := model.(io.WriterTo)
		if !ok {
			return fmt.Errorf("%w: a %s model cannot be saved", recommender.ErrInvalid, b.name)
		}
		if err := m.publish(ctx, recommender.Version{ID: id, Kind: b.name, Config: map[string]string{"model": b.name, "seed": fmt.Sprint(m.cfg.seed)}}, b.name, w); err != nil {
			return err
		}
		fresh++
	}
	recipes := map[string]func() recommender.Recipe{hybridLearned: m.learnedRecipe}
	for _, b := range blends {
		recipes[b.name] = func() recommender.Recipe { return m.recipe(b) }
	}
	for _, name := range []string{hybridA, hybridB, hybridLearned} {
		if _, ok := m.published[m.versionID(name)]; ok {
			continue
		}
		if err := m.publishBlend(ctx, name, recipes[name]()); err != nil {
			return err
		}
		fresh++
	}
	aliases := map[string]string{"champion": m.versionID(m.rep.Champion)}
	for arm, name := range cohorts {
		aliases[arm] = m.versionID(name)
	}
	current, err := m.store.Aliases(ctx)
	if err != nil {
		return err
	}
	for _, alias := range slices.Sorted(maps.Keys(aliases)) {
		if current[alias] == aliases[alias] {
			continue
		}
		if err := m.store.Alias(ctx, alias, aliases[alias]); err != nil {
			return err
		}
	}
	s.done("%d new versions, trained on all interactions; champion is %s", fresh, aliases["champion"])
	return nil
}

func (m *modeller) publishBlend(ctx context.Context, name string, r recommender.Recipe) error {
	v := recommender.Version{ID: m.versionID(name), Kind: recommender.HybridKind, Parts: r.Versions(), Config: map[string]string{"model": name}}
	for _, p := range r.Parts {
		v.Config["weight."+p.Name] = fmt.Sprint(p.Weight)
	}
	return m.publish(ctx, v, name, r)
}

func (m *modeller) publish(ctx context.Context, v recommender.Version, name string, w io.WriterTo) error {
	v.Created, v.Data, v.Metrics = time.Now().UTC(), m.data, m.measured[name]
	v.Config["protocol"] = m.rep.Protocol
	err := m.store.Publish(ctx, v, w)
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("publish %s: %w", v.ID, err)
	}
	return err
}
