package recommender

import (
	"context"
	"io"
	"time"
)

// A Version describes a published model. Its ID is immutable and so are its bytes.
type Version struct {
	ID      string // not empty; letters, digits, '.', '_' and '-' only
	Kind    string // names the decoder: "bpr", "tfidf", "hybrid"
	Created time.Time
	Metrics map[string]float64
	Config  map[string]string
	Data    string   // version of the training data
	Parts   []string // versions that a hybrid is made of
}

// A Registry keeps immutable model versions and movable aliases ("champion").
// Safe for concurrent use.
type Registry interface {
	// Publish stores m under v.ID, durably and all or nothing. A second
	// Publish of an ID is refused with ErrInvalid.
	Publish(ctx context.Context, v Version, m io.WriterTo) error
	// Versions returns all versions, oldest first.
	Versions(ctx context.Context) ([]Version, error)
	// Open returns a version and its bytes, checked against their checksum at
	// the latest when the last byte is read. ErrNotFound, ErrCorrupt.
	Open(ctx context.Context, id string) (Version, io.ReadCloser, error)
	// Alias points name at a version, atomically; id "" removes the alias.
	Alias(ctx context.Context, name, id string) error
	// Aliases returns what every alias points at.
	Aliases(ctx context.Context) (map[string]string, error)
}

// A Decoder turns a published version back into a [Model]. There is no global
// registration: whoever opens a [Registry] passes a map from Version.Kind.
type Decoder func(r io.Reader) (Model, error)
