package recommender

import (
	"errors"
	"fmt"
	"strconv"
)

// Sentinels that callers branch on with errors.Is.
var (
	// ErrNotFound: there is no such item, version or alias.
	ErrNotFound = errors.New("recommender: not found")
	// ErrColdStart: the model knows nothing about this user, and the request
	// brings neither seeds nor history that it knows. An error, not an empty
	// list, so that [Fallback] can act on it and evaluation can count it.
	ErrColdStart = errors.New("recommender: nothing known about this request")
	// ErrInvalid: an argument cannot be used; the text says which and why.
	ErrInvalid = errors.New("recommender: invalid argument")
	// ErrCorrupt: stored data does not read back as it was written.
	ErrCorrupt = errors.New("recommender: stored data is damaged")
)

// A RecordError is one record that a [Source] could not read. It travels in
// [Page.Bad]; the walk goes on.
type RecordError struct {
	Source string // the source or file: "ratings.csv"
	Where  string // the place in it: "line 17"
	Err    error
}

func (e *RecordError) Error() string { return fmt.Sprintf("%s: %s: %v", e.Source, e.Where, e.Err) }

// Unwrap returns the reason.
func (e *RecordError) Unwrap() error { return e.Err }

// CheckInteraction says whether x may be stored: IDs present, kind known, Value
// finite and, for Rate and Review, in [0, 5]. The error wraps [ErrInvalid].
func CheckInteraction(x Interaction) error {
	switch {
	case x.User == "":
		return fmt.Errorf("%w: interaction with item %q has an empty user ID", ErrInvalid, x.Item)
	case x.Item == "":
		return fmt.Errorf("%w: interaction of user %q has an empty item ID", ErrInvalid, x.User)
	case !x.Kind.Valid():
		return fmt.Errorf("%w: interaction of user %q with item %q has unknown kind %d", ErrInvalid, x.User, x.Item, x.Kind)
	case x.Value != x.Value || x.Value < 0 || x.Value > maxValue:
		return fmt.Errorf("%w: interaction of user %q with item %q has value %v", ErrInvalid, x.User, x.Item, x.Value)
	case (x.Kind == Rate || x.Kind == Review) && x.Value > MaxStars:
		return fmt.Errorf("%w: rating %v of item %q by user %q is outside [0, %v]", ErrInvalid, x.Value, x.Item, x.User, MaxStars)
	}
	return nil
}

// MaxStars is the top of the rating scale; sources with another scale convert.
const MaxStars = 5

const maxValue = 1e9 // a weight beyond this is a mistake, and its square still fits a float32

func itoa(i int) string { return strconv.Itoa(i) }
