package match

import (
	"fmt"
	"slices"
	"strings"

	"github.com/osusume/osusume/internal/ngram"
)

// Config says how tables are matched. The zero value is the documented defaults,
// which are meant for any table.
type Config struct {
	// On names the columns to look at, in the spelling of either table, any case;
	// nil looks at all. Leave out what numbers the rows.
	On []string
	// Neighbours is how many nearest rows each row is compared with, by the text of
	// the whole row; half as many more by each column of names. 0 means 10, which
	// held 99.6 % or more of the true pairs of eight public data sets. At most 10,000.
	Neighbours int
	// Threshold is the probability from which a pair matches, in (0, 1). 0 means
	// 0.35: F1 is best at half its own value (Lipton et al., ECML 2014), and five
	// public pairs of tables, on which it was chosen, reach 0.70 to 0.99.
	// For Self 0 means 0.5, because there an error spreads through a cluster.
	Threshold float64
	// Workers is how many goroutines work; 0 means one per processor. Results do
	// not depend on it.
	Workers int
	// Progress, where given, is called before each stage with its name: "read",
	// "block", "compare", "learn", "assign". It runs on the caller's goroutine.
	Progress func(stage string)
}

const (
	defaultNeighbours    = 10
	maxNeighbours        = 10_000
	defaultThreshold     = 0.35
	defaultSelfThreshold = 0.5
)

// prepare fills in what is 0 and reports every fault of c and the tables together.
func (c Config) prepare(self bool, tables map[string]Table) (Config, error) {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if c.Neighbours < 0 || c.Neighbours > maxNeighbours {
		fault("Neighbours %d is not in [0, %d]", c.Neighbours, maxNeighbours)
	}
	if !(c.Threshold >= 0 && c.Threshold < 1) {
		fault("Threshold %v is not in [0, 1)", c.Threshold)
	}
	if c.Workers < 0 {
		fault("Workers %d < 0", c.Workers)
	}
	var found []string
	for _, side := range []string{"table", "left", "right"} {
		if t, ok := tables[side]; ok {
			faults = append(faults, t.check(side)...)
			found = append(found, t.Columns...)
		}
	}
	for _, name := range c.On {
		if !slices.ContainsFunc(found, func(o string) bool { return sameName(o, name) }) {
			fault("On: there is no column %q among %q", name, found)
		}
	}
	if faults != nil {
		return c, invalid(strings.Join(faults, "; "))
	}
	if c.Neighbours == 0 {
		c.Neighbours = defaultNeighbours
	}
	if c.Threshold == 0 {
		c.Threshold = defaultThreshold
		if self {
			c.Threshold = defaultSelfThreshold
		}
	}
	if c.Progress == nil {
		c.Progress = func(string) {}
	}
	return c, nil
}

// wants reports whether a column is to be looked at.
func (c Config) wants(name string) bool {
	return len(c.On) == 0 || slices.ContainsFunc(c.On, func(o string) bool { return sameName(o, name) })
}

// sameName compares names of columns: releaseDate is not release_date, Title is title.
func sameName(a, b string) bool { return ngram.Fold(a) == ngram.Fold(b) }
