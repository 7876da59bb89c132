package recommender

import "context"

// A Store keeps items, links and interactions. Writes are atomic per call and
// durable on return.
//
// The contract, checked by recommendertest.TestStore:
//
//  1. Put commits a page's items, interactions and its cursor together or not
//     at all. An item with the ID of an earlier record replaces it; an
//     interaction replaces an earlier one of the same user, item and state
//     kind (see [Kind.State]) unless it is older. Empty IDs and values that
//     [CheckInteraction] refuses are refused with [ErrInvalid], and then
//     nothing of the page is stored. Page.Bad is not stored.
//  2. Interactions are kept under the ID they came with and resolved through
//     the current links when they are read, so that a merge can be undone. An
//     ID without a link resolves to itself.
//  3. Link replaces all links and canonical items. Every link must name a
//     canonical item of the call and a stored record, else [ErrInvalid].
//  4. Items yields the canonical items, then the records without a link, each
//     part sorted by ID. Item finds both kinds and linked records too.
//  5. A walk sees the state at its start, holds no lock while it yields, and
//     may be broken off; the loop body may write.
//  6. Delete removes records, canonical items and users with their
//     interactions; IDs that are not there are no error.
//  7. After Close every method returns an error.
//
// Safe for concurrent use. A Store may have two optional methods: a bulk path
// Table(ctx, Filter) (*Table, error), which [Load] finds, and
// Records(ctx) iter.Seq2[Item, error], which [Records] finds.
type Store interface {
	Dataset
	// Item returns a record or canonical item, or ErrNotFound.
	Item(ctx context.Context, id ItemID) (Item, error)
	// Put stores a page of source and where its walk goes on, in one commit.
	Put(ctx context.Context, p Page, source string) error
	// Cursor returns where the walk of source goes on; "" before its first Put.
	Cursor(ctx context.Context, source string) (Cursor, error)
	// Link replaces the links and the canonical items.
	Link(ctx context.Context, r *Resolution, canonical []Item) error
	// Delete forgets items and users.
	Delete(ctx context.Context, items []ItemID, users []UserID) error
	Close() error
}
