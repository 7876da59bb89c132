package recommender

import (
	"context"
	"iter"
)

// A Cursor says where a walk stands. It is opaque to all but the [Source] that
// made it; the zero Cursor is the start.
type Cursor string

// A Page is what a [Source] hands over at once. Committing it together with
// Next, as [Store.Put] does, makes a walk resumable: a killed crawl neither
// loses nor doubles a record.
type Page struct {
	Items        []Item
	Interactions []Interaction
	Bad          []*RecordError // records that could not be read; the walk goes on
	Next         Cursor         // where the walk goes on after this page
	Done         int64          // progress so far in the walk, in units of the source's own; 0: not known
	Total        int64          // of the same units; 0: not known
}

// A Source reads one origin: a file, an API, a generator.
//
// The contract, checked by recommendertest.TestSource:
//
//  1. Name is not empty and does not change. Items carry RecordID(Name, id).
//  2. Pages(ctx, "") walks from the start; Pages(ctx, c) with a Cursor from an
//     earlier page of the same origin yields what followed that page, also in
//     another process. Resuming at the last page's Cursor yields what has been
//     added since, or no page at all.
//  3. A non-nil error is the last pair of a walk; its Page is the zero Page.
//     A record that cannot be read is not an error of the walk: it goes into
//     Page.Bad and the walk goes on.
//  4. ctx is honoured between pages and while waiting; its error ends the walk.
//  5. Two walks may run at once. Breaking out of the loop releases everything.
//  6. The caller owns a yielded Page and may keep and change it.
type Source interface {
	Name() string
	Pages(ctx context.Context, from Cursor) iter.Seq2[Page, error]
}
