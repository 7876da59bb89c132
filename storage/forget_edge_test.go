package storage_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// TestForgetCalledOffDropsNothing ends the context while a snapshot is rewritten.
func TestForgetCalledOffDropsNothing(t *testing.T) {
	w, _ := remembered(t, faultfs.NewMem())
	before := w.Version()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := w.Forget(ctx, []recommender.UserID{secret}, storage.ForgetOptions{
		Rewrite: func(context.Context, recommender.Version, io.Reader, io.Writer) error {
			cancel()
			return context.Canceled
		},
	})
	versions, verr := w.Versions(t.Context())
	check(t, verr)
	if !errors.Is(err, context.Canceled) || w.Version() != before || len(versions) != 3 {
		t.Errorf("got error %v, version %d, %d model versions; want the end of the context, version %d and all 3", err, w.Version(), len(versions), before)
	}
}

// TestForgetReadsNoFileWhoseBoundsExcludeTheUser damages one.
func TestForgetReadsNoFileWhoseBoundsExcludeTheUser(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	check(t, w.PutUsers(t.Context(), values(storage.User{ID: "ann"}, storage.User{ID: "bob"})))
	check(t, w.Close())
	name := named(fs, "dim_user")[0]
	fs.Corrupt(name, make([]byte, len(fs.Files()[name])))
	w = openFS(t, fs)
	_, err := w.Forget(t.Context(), []recommender.UserID{"zoe"}, storage.ForgetOptions{})
	check(t, err)
	if _, err := w.Forget(t.Context(), []recommender.UserID{"az"}, storage.ForgetOptions{}); !errors.Is(err, recommender.ErrCorrupt) {
		t.Errorf("a user within the bounds of a damaged file: got error %v; want ErrCorrupt", err)
	}
}
