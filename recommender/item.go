package recommender

import "time"

// A UserID names a user. It is opaque: no code reads a number out of it.
type UserID string

// An ItemID names an item. It is a type of its own so that swapping it with a
// [UserID] does not compile.
type ItemID string

// RecordID is the ID of a source's record: "source:id". Records of two
// catalogues that happen to share a number therefore never collide.
func RecordID(source, id string) ItemID { return ItemID(source + ":" + id) }

// An Item is one thing that can be recommended.
//
// Straight from a [Source] it is a record and its ID is RecordID(source, id). A
// canonical item, made by [Merge] after a [Deduplicator] has grouped the
// records, has an ID of its own and lists its Members.
//
// The zero Item is not valid: stores refuse an empty ID with [ErrInvalid], so
// that an item used after an ignored error surfaces at the next write.
type Item struct {
	ID      ItemID            // required
	Title   string            // the main title, as the catalogue writes it
	Aliases []string          // other titles and spellings, in any script
	Text    string            // synopsis or description
	Tags    []string          // genres, themes
	Year    int               // of first appearance; 0: unknown
	Time    time.Time         // when it appeared, if known to the day
	Refs    []ItemID          // IDs that the record itself gives in other catalogues
	Members []ItemID          // records merged into this item, sorted; empty for a record
	Attrs   map[string]string // what comparators may want, by the Attr constants or any other name
}

// Conventional names in [Item.Attrs]. A source fills in what it knows and leaves
// the rest out; values are as the catalogue writes them unless said otherwise.
const (
	AttrFormat   = "format"   // TV, Movie, OVA, ONA, Special, Music, tvSeries …
	AttrEpisodes = "episodes" // decimal count
	AttrSeason   = "season"   // winter, spring, summer or fall: when it aired
	AttrDuration = "duration" // minutes an episode, decimal
	AttrStudio   = "studio"   // the maker
	AttrSource   = "source"   // on canonical items: the catalogue the title came from
)

// Kind says what a user did.
type Kind uint8

// The kinds of interaction. Rate and Review carry stars in [0, 5] as their
// Value; the others carry a weight, where 0 means 1.
const (
	View    Kind = iota // seen, listed, or watched without a rating
	Click               // followed a link to it
	Like                // an explicit thumbs up
	Rate                // a rating in stars
	Review              // a rating in stars with a text; Value NaN is not allowed, use View for a text without stars
	Dislike             // an explicit thumbs down; never a positive example
)

var kindNames = [...]string{View: "view", Click: "click", Like: "like", Rate: "rate", Review: "review", Dislike: "dislike"}

// String returns the lower-case name of k, or "kind(n)" for an unknown one.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind(" + itoa(int(k)) + ")"
}

// Valid reports whether k is one of the kinds above.
func (k Kind) Valid() bool { return int(k) < len(kindNames) }

// State reports whether k describes where a user stands towards an item, so
// that a later interaction of the same user, item and kind replaces an earlier
// one. Clicks are events: they add up.
func (k Kind) State() bool { return k != Click }

// An Interaction is one thing that one user did with one item.
type Interaction struct {
	User  UserID // required
	Item  ItemID // required; as the source named it: a Store resolves it through its links when it is read
	Kind  Kind
	Value float32   // stars in [0, 5] for Rate and Review, else a weight ≥ 0 where 0 means 1; never NaN
	Text  string    // of a Review
	Time  time.Time // zero: unknown
}
