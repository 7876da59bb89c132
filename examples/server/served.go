package main

import (
	"context"
	"sync"

	"github.com/osusume/osusume/recommender"
)

// served remembers which version last served a user, of at least the last limit
// users; events carry it. Safe for concurrent use.
type served struct {
	limit int

	mu         sync.Mutex
	fresh, old map[recommender.UserID]string // old is what fresh was when it was last full
}

// servedUsers is some 20 MB of users.
const servedUsers = 100_000

// readServed rebuilds the memory from the journal.
func readServed(ctx context.Context, j recommender.Journal, experiment string, limit int) (*served, error) {
	s := &served{limit: limit, fresh: map[recommender.UserID]string{}}
	for x, err := range j.Exposures(ctx) {
		if err != nil {
			return nil, err
		}
		if x.Experiment == experiment && x.User != "" {
			s.put(x.User, x.Model)
		}
	}
	return s, nil
}

func (s *served) put(user recommender.UserID, version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.fresh) >= s.limit {
		s.fresh, s.old = make(map[recommender.UserID]string, s.limit), s.fresh
	}
	s.fresh[user] = version
}

// get returns the version that last served the user; "" where it is not known.
func (s *served) get(user recommender.UserID) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if version, known := s.fresh[user]; known {
		return version
	}
	return s.old[user]
}
