package recommender

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// An Exposure says that a list was shown to somebody. The serving layer logs it,
// not the model and not the router, so that evaluation creates none.
type Exposure struct {
	ID         string   // names the request; required
	User       UserID   // "": anonymous, and then not counted by arm
	Experiment string   // "": outside of any
	Arm        string   // of the experiment
	Model      string   // the version that answered
	Items      []ItemID // as shown, best first
	Time       time.Time
}

// EventKind says what a user did with something that was shown.
type EventKind uint8

// The kinds of event.
const (
	EventClick   EventKind = iota // followed it
	EventRating                   // rated it: Value is stars in [0, 5]
	EventDismiss                  // waved it away
)

var eventNames = [...]string{EventClick: "click", EventRating: "rating", EventDismiss: "dismiss"}

// String returns "click", "rating" or "dismiss".
func (k EventKind) String() string {
	if int(k) < len(eventNames) {
		return eventNames[k]
	}
	return "event(" + itoa(int(k)) + ")"
}

// ParseEventKind is the inverse of String. The error wraps [ErrInvalid] and lists the kinds.
func ParseEventKind(s string) (EventKind, error) {
	for k, name := range eventNames {
		if s == name {
			return EventKind(k), nil
		}
	}
	return 0, fmt.Errorf("%w: event kind %q; there are click, rating and dismiss", ErrInvalid, s)
}

// An Event is what a user did with an item, under the arm that the user is in.
type Event struct {
	User       UserID // required
	Item       ItemID // required
	Kind       EventKind
	Value      float32 // of a rating: stars in [0, 5]; else 0
	Predicted  float32 // of a rating: what the model had said, in stars; 0: it said nothing
	Experiment string
	Arm        string
	Model      string
	Time       time.Time
}

// CheckEvent says whether e may be logged. The error wraps [ErrInvalid].
func CheckEvent(e Event) error {
	switch {
	case e.User == "":
		return fmt.Errorf("%w: event on item %q has an empty user ID", ErrInvalid, e.Item)
	case e.Item == "":
		return fmt.Errorf("%w: event of user %q has an empty item ID", ErrInvalid, e.User)
	case int(e.Kind) >= len(eventNames):
		return fmt.Errorf("%w: %v of user %q", ErrInvalid, e.Kind, e.User)
	case !(e.Value >= 0 && e.Value <= MaxStars):
		return fmt.Errorf("%w: value %v of a %v of user %q is outside [0, %v]", ErrInvalid, e.Value, e.Kind, e.User, MaxStars)
	case e.Predicted-e.Predicted != 0: // NaN or infinite; a model may well predict six stars
		return fmt.Errorf("%w: prediction %v of a %v of user %q", ErrInvalid, e.Predicted, e.Kind, e.User)
	}
	return nil
}

// A Journal keeps exposures and events, at serving rate. Safe for concurrent use.
//
// The contract, checked by recommendertest.TestJournal: an Append that is refused
// (an exposure without an ID, an event that [CheckEvent] refuses) stores nothing
// of the call; a walk sees what was there at its start and holds no lock while it
// yields; after Close every method returns an error.
type Journal interface {
	// Append returns when what it was given is durable. Concurrent calls share
	// the cost of that.
	Append(ctx context.Context, exposures []Exposure, events []Event) error
	// Exposures and Events walk what is durable, oldest append first.
	Exposures(ctx context.Context) iter.Seq2[Exposure, error]
	Events(ctx context.Context) iter.Seq2[Event, error]
	Close() error
}
