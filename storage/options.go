package storage

import (
	"fmt"
	"strings"
	"time"

	"github.com/osusume/osusume/recommender"
)

// Options are the options of [Open].
type Options struct {
	// ReadOnly opens without the writer's lock: any number of readers see the
	// state at their opening, or at their last [Warehouse.Refresh].
	ReadOnly bool
	// Workers is how many goroutines [Warehouse.Table] uses; 0 means as many as
	// there are processors. It does not change results.
	Workers int
	// CompactFiles is how many small files of a table are merged into a larger
	// one; 0 means 8. Fewer makes reading faster and writing slower: a row is
	// written about log(pages) / log(CompactFiles) times.
	CompactFiles int
	// Clock tells the time of commits; nil means time.Now.
	Clock func() time.Time
}

func (o Options) withDefaults() (Options, error) {
	var faults []string
	if o.Workers < 0 {
		faults = append(faults, fmt.Sprintf("Workers %d < 0", o.Workers))
	}
	if o.CompactFiles == 0 {
		o.CompactFiles = 8
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.CompactFiles < 2 {
		faults = append(faults, fmt.Sprintf("CompactFiles %d < 2", o.CompactFiles))
	}
	if len(faults) > 0 {
		return o, fmt.Errorf("%w: options: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return o, nil
}
