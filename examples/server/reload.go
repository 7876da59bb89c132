package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/storage"
)

// errUnpublished says that there is nothing to serve yet.
var errUnpublished = errors.New("nothing is published")

// A reloader keeps the serving state up with the warehouse. One goroutine polls;
// any number ask for the current state.
type reloader struct {
	dir   string
	split *abtest.Splitter
	log   *slog.Logger

	store   *storage.Warehouse // nil until there is one; of the polling goroutine
	current atomic.Pointer[serving]
	failed  atomic.Pointer[error] // why the newest state is not the one that serves
}

// run polls at every tick until ctx ends. The state before stays while a new one
// is loaded, and where it cannot be.
func (r *reloader) run(ctx context.Context, tick <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
			r.poll(ctx)
		}
	}
}

// poll looks for a new commit, and loads and swaps in what it published. What
// goes wrong is logged once, tried again at the next poll, and shown by /health.
func (r *reloader) poll(ctx context.Context) {
	err := r.load(ctx)
	if ctx.Err() != nil {
		return // the end of the process, not a failure
	}
	before := r.failed.Load()
	switch {
	case err == nil:
		r.failed.Store(nil)
	case before == nil || (*before).Error() != err.Error():
		r.failed.Store(&err)
		if errors.Is(err, errUnpublished) {
			r.log.Warn("nothing to serve yet", "dir", r.dir, "why", err.Error())
		} else {
			r.log.Error("load the newest state", "dir", r.dir, "error", err.Error())
		}
	}
}

func (r *reloader) load(ctx context.Context) error {
	began := time.Now()
	if err := r.refresh(ctx); err != nil {
		return err
	}
	old := r.current.Load()
	var models modelSet
	if old != nil {
		if old.commit == r.store.Version() {
			return nil
		}
		models = old.models
	}
	next, err := newServing(ctx, r.store, r.split, models)
	if err != nil {
		return err
	}
	r.current.Store(next)
	r.log.Info("serving", "commit", next.commit, "titles", len(next.titles.byNumber), "models", len(next.models),
		"aliases", next.aliases, "ms", time.Since(began).Milliseconds())
	return nil
}

// refresh opens the warehouse, or lets it see the newest commit.
func (r *reloader) refresh(ctx context.Context) error {
	if r.store != nil {
		return r.store.Refresh(ctx)
	}
	store, err := storage.Open(r.dir, storage.Options{ReadOnly: true})
	if errors.Is(err, fs.ErrNotExist) {
		return errUnpublished
	}
	r.store = store
	return err
}

func (r *reloader) close() error {
	if r.store == nil {
		return nil
	}
	return r.store.Close()
}

// serving returns the state to answer from; a *problem where there is none.
func (r *reloader) serving() (*serving, error) {
	if s := r.current.Load(); s != nil {
		return s, nil
	}
	p := fault(http.StatusServiceUnavailable, "", "nothing is published in %s yet; publish by: go run ./examples/pipeline -dir %s", r.dir, r.dir).
		with("Retry-After", "5")
	if failed := r.failed.Load(); failed != nil {
		if !errors.Is(*failed, errUnpublished) {
			p.Detail = "what is published cannot be loaded; the log says why"
		}
		p = p.because(*failed)
	}
	return nil, p
}
