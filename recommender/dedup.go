package recommender

import (
	"context"
	"iter"
)

// A Deduplicator groups records that describe the same thing.
//
// known are the canonical items of earlier runs (Members set); their IDs
// survive as long as one of their members does. records are the records of all
// sources. Both may be read once. Neither is kept.
//
// The contract, checked by recommendertest.TestDeduplicator: every record gets
// exactly one Link; the same input in any order gives the same Resolution; a
// second run with the first run's canonical items as known gives the same
// Links; a record with an empty ID, or two records with one ID, are refused
// with [ErrInvalid]; an error from either sequence ends the run and is returned.
type Deduplicator interface {
	Resolve(ctx context.Context, known iter.Seq2[Item, error], records iter.Seq2[Item, error]) (*Resolution, error)
}

// A Resolution is compact: one [Link] per record. Evidence is computed on demand.
type Resolution struct {
	Links  []Link // sorted by Record
	Review []Link // the grey zone, for a person: links that were not made, best first
}

// A Link says which canonical item a record belongs to.
type Link struct {
	Record, Canonical ItemID
	Confidence        float64 // probability that it belongs there, in [0, 1]
}
