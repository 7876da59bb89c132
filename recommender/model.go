package recommender

import (
	"context"
	"fmt"
	"time"
)

// A Trainer builds a [Model]. Its fields are the configuration, its zero value
// the documented defaults: mf.Config{Factors: 64} is one.
//
// The contract, checked by recommendertest.TestTrainer: the same configuration,
// seed and data give the same model at any number of workers; an invalid
// configuration is refused before any work with one error that names every
// fault; nothing to learn from is [ErrInvalid]; ctx is honoured within a
// fraction of a second.
type Trainer interface {
	Train(ctx context.Context, d Dataset) (Model, error)
}

// A Model ranks items. There is no unfitted Model: a [Trainer] or a [Decoder]
// makes one. Safe for concurrent use; one call sees one state.
//
// Recommend returns at most req.N distinct eligible items, best first, and as
// many as there are when there are fewer; ties break by the place in the
// catalogue. It returns [ErrColdStart] where it knows nothing about the request.
type Model interface {
	Recommend(ctx context.Context, req Request) (Ranking, error)
}

// A Scorer is a Model that can score its whole catalogue at once. [Hybrid] and
// evaluation use it where it is there.
type Scorer interface {
	Model
	// Catalog returns the items that the model knows, in the order of ScoreAll's
	// places. It is the same slice at every call; callers do not modify it.
	Catalog() []ItemID
	// ScoreAll writes one score per Catalog item into dst, which must have just
	// that length, else ErrInvalid. Higher is better; NaN says "I cannot tell",
	// which is not "bad"; no score is infinite. Filters of the request (N, Within, Exclude, Keep,
	// IncludeSeen) are not applied: they are the ranker's.
	ScoreAll(ctx context.Context, req Request, dst []float32) error
}

// ModelFunc is a function as a [Model].
type ModelFunc func(ctx context.Context, req Request) (Ranking, error)

// Recommend calls f.
func (f ModelFunc) Recommend(ctx context.Context, req Request) (Ranking, error) { return f(ctx, req) }

// A Historian is a Model that knows what users did in its training data. It is
// optional: composed models ask their parts, so that what a user has seen is
// left out even where another part does the scoring.
type Historian interface {
	// Seen returns the items that the user has, in no particular order; nil for
	// an unknown user. Callers do not modify it.
	Seen(user UserID) []ItemID
}

// An Explainer is a Model that can attribute a score. It is optional.
type Explainer interface {
	// Explain returns reasons whose Parts add up, within 1e-5 of the score's
	// size, to the score that the model gives item under req.
	Explain(ctx context.Context, req Request, item ItemID) ([]Reason, error)
}

// A Resembler is a Model that finds items like another. It is optional.
type Resembler interface {
	// Similar returns the k items most like item, best first, with a score in
	// (0, 1]; fewer where fewer are like it at all. ErrNotFound for an item
	// outside the catalogue, ErrColdStart for one about which nothing is known.
	Similar(ctx context.Context, item ItemID, k int) ([]Scored, error)
}

// A Request asks for a ranking. The zero Request asks an anonymous top ten.
type Request struct {
	User        UserID            // "": anonymous
	Seeds       []ItemID          // "more like these", instead of what the user likes; not recommended themselves. None known: ErrColdStart
	History     []Interaction     // fresher than training, or of a user nobody has seen: folded in
	Within      []ItemID          // rank only these; nil: the whole catalogue
	Exclude     []ItemID          // never these
	Keep        func(ItemID) bool // nil keeps all; lists still complete to N when N exist
	N           int               // how many; 0 means 10
	IncludeSeen bool              // also what the user has already had
	At          time.Time         // now, for whatever decays; zero: the end of the training data
	Seed        uint64            // for exploring re-rankers
	Explain     bool              // fill Scored.Why
}

// DefaultN is the length of a ranking where [Request.N] is 0.
const DefaultN = 10

// Check says whether req can be answered: N not negative, and History as
// [CheckInteraction] wants it but for the user, which may be left out. The
// error wraps [ErrInvalid].
func (req Request) Check() error {
	if req.N < 0 {
		return fmt.Errorf("%w: request for N = %d items", ErrInvalid, req.N)
	}
	for i, x := range req.History {
		if x.User == "" {
			x.User = "anonymous"
		}
		if err := CheckInteraction(x); err != nil {
			return fmt.Errorf("history[%d]: %w", i, err)
		}
	}
	return nil
}

// A Ranking is a Model's answer.
type Ranking struct {
	Items   []Scored // best first
	Model   string   // the version that answered
	Arm     string   // set by an A/B router; the caller logs the exposure, so that evaluation creates none
	Blocked int      // candidates with a score that filters removed
}

// Scored is one ranked item. Score is the relevance; a re-ranker changes the
// order, not the score, and says so in Why.
type Scored struct {
	Item       ItemID
	Score      float32
	Propensity float32  // probability of being shown here, where the model explores; else 0
	Why        []Reason // filled where Request.Explain is set and the model can
}

// The kinds of [Reason].
const (
	ReasonLiked   = "liked"   // Item: one of the user's own items or seeds that it is like
	ReasonTag     = "tag"     // Term: a tag that they share
	ReasonText    = "text"    // Term: a word that they share
	ReasonReviews = "reviews" // what reviewers say
	ReasonPopular = "popular" // how many like it
	ReasonPart    = "part"    // Term: the part of a hybrid
	ReasonAlike   = "alike"   // Item: an item that resembles it, whose score it inherits
	ReasonOrder   = "order"   // Term: what a re-ranker did; its Part is 0
	ReasonBias    = "bias"    // what the item gets from everybody
	ReasonRest    = "rest"    // what cannot be attributed
)

// A Reason is one share of a score. The Parts of an item's reasons add up to
// its Score; what cannot be attributed is a Reason of kind [ReasonRest].
type Reason struct {
	Kind string
	Item ItemID // the item behind it, if any: the user's own, or one that it resembles
	Term string // the tag, word or part behind it, if any
	Via  string // the part of a hybrid that it comes from, if any
	Part float32
}
