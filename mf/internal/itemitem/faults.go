package itemitem

import (
	"fmt"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Faults collects all that is wrong with a configuration.
type Faults []string

// Addf adds a fault.
func (f *Faults) Addf(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// Count checks a whole number in [0, most] and puts def in the place of 0.
func (f *Faults) Count(name string, n *int, def, most int) {
	switch {
	case *n < 0:
		f.Addf("%s %d < 0", name, *n)
	case *n > most:
		f.Addf("%s %d > %d", name, *n, most)
	case *n == 0:
		*n = def
	}
}

// Number checks a number in [0, most] and puts def in the place of 0.
func (f *Faults) Number(name string, x *float64, def, most float64) {
	switch {
	case !(*x >= 0 && *x <= most):
		f.Addf("%s %v is not a number in [0, %v]", name, *x, most)
	case *x == 0:
		*x = def
	}
}

// Err returns one error that names every fault, or nil.
func (f Faults) Err() error {
	if f == nil {
		return nil
	}
	return fmt.Errorf("invalid config: %s: %w", strings.Join(f, "; "), recommender.ErrInvalid)
}
