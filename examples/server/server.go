package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// A server is the service without its sockets: what serves, the experiment, and
// the journal.
type server struct {
	split    *abtest.Splitter
	reload   *reloader
	journal  recommender.Journal
	served   *served
	standing *standing
	log      *slog.Logger
	now      func() time.Time

	stop    context.CancelFunc
	polling sync.WaitGroup
}

// openServer opens the warehouse in dir for reading and the journal beside it for
// writing, and keeps up with what is published until it is closed.
func openServer(ctx context.Context, cfg config, log *slog.Logger) (*server, error) {
	split, err := newSplit()
	if err != nil {
		return nil, err
	}
	journal, err := storage.OpenJournal(filepath.Join(cfg.dir, "journal"), storage.JournalOptions{})
	if err != nil {
		return nil, err
	}
	served, err := readServed(ctx, journal, split.Experiment(), servedUsers)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the journal: %w", err), journal.Close())
	}
	now := func() time.Time { return time.Now().UTC() }
	s := &server{
		split: split, journal: journal, served: served, log: log, now: now,
		reload:   &reloader{dir: cfg.dir, split: split, log: log},
		standing: &standing{journal: journal, split: split, now: now, fresh: cfg.statusAge},
	}
	s.reload.poll(ctx)
	polling, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	s.polling.Go(func() {
		tick := time.NewTicker(cfg.poll)
		defer tick.Stop()
		s.reload.run(polling, tick.C)
	})
	return s, nil
}

// close ends the polling and writes the journal out. Requests must have ended.
func (s *server) close() error {
	s.stop()
	s.polling.Wait()
	return errors.Join(s.journal.Close(), s.reload.close())
}
