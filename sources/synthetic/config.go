package synthetic

import (
	"fmt"
	"strings"
	"time"

	"github.com/osusume/osusume/recommender"
)

// Config is the world's size and seed; the zero Config is the default world.
type Config struct {
	Seed     uint64    // names the world; 0 is a seed like any other
	Works    int       // works, counting each season and film; 0 means 1500, which some 4,000 records describe
	Users    int       // 0 means 5000
	Ratings  int       // rows of the ratings source, kept within 2 %; 0 means 100 a user, as in real collections, or 15 % of the works if that is less
	Reviews  int       // texts of the reviews source, on average; 0 means one for every 25 ratings; negative means none
	Start    time.Time // of the window that all interactions fall into; zero means 2024-01-01 UTC
	End      time.Time // of the window, exclusive; zero means two years after Start
	PageSize int       // items or interactions on a page; a page of interactions ends with its last user. 0 means 2000
}

// The limits keep every count within the int32 that works and users are numbered with.
const (
	maxWorks = 10_000_000
	maxUsers = 1_000_000_000
	minWorks = 20
	minDays  = 30
	// maxShare is the part of all works that one user's log can hold: home
	// catalogues lack some works, and some of the rest is not yet released or
	// follows on something unseen.
	maxShare = 0.3
)

func (c Config) withDefaults() Config {
	setInt(&c.Works, 1500)
	setInt(&c.Users, 5000)
	setInt(&c.Ratings, min(100, max(1, int(maxShare/2*float64(c.Works))))*c.Users)
	setInt(&c.Reviews, c.Ratings/25)
	setInt(&c.PageSize, 2000)
	if c.Start.IsZero() {
		c.Start = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if c.End.IsZero() {
		c.End = c.Start.AddDate(2, 0, 0)
	}
	return c
}

func setInt(v *int, def int) {
	if *v == 0 {
		*v = def
	}
}

// check reports every fault of a Config whose defaults are set.
func (c Config) check() error {
	var faults []string
	fault := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	fault(c.Works < minWorks || c.Works > maxWorks, "Works %d outside [%d, %d]", c.Works, minWorks, maxWorks)
	fault(c.Users < 1 || c.Users > maxUsers, "Users %d outside [1, %d]", c.Users, maxUsers)
	if c.Users >= 1 && c.Works >= minWorks {
		// The mean must leave room for the long tail of busy users.
		top := int(maxShare / 2 * float64(c.Works))
		fault(c.Ratings/c.Users < 1 || c.Ratings/c.Users > top,
			"Ratings %d is %.1f a user, outside [1, %d] for %d works", c.Ratings, float64(c.Ratings)/float64(c.Users), top, c.Works)
	}
	fault(c.Reviews > c.Ratings/2, "Reviews %d exceeds half of Ratings %d", c.Reviews, c.Ratings)
	fault(c.PageSize < 1, "PageSize %d < 1", c.PageSize)
	fault(c.End.Sub(c.Start) < minDays*24*time.Hour, "window from %s to %s is shorter than %d days",
		c.Start.Format(time.DateOnly), c.End.Format(time.DateOnly), minDays)
	fault(c.Start.Year() < 1990 || c.End.Year() > 9000, "window from %s to %s leaves the years 1990 to 9000",
		c.Start.Format(time.DateOnly), c.End.Format(time.DateOnly))
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("synthetic: invalid config: %s: %w", strings.Join(faults, "; "), recommender.ErrInvalid)
}
