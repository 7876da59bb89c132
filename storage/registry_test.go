package storage_test

import (
	"errors"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// A decoder that knows how much to read never sees the end of the file, where
// an error could still come.
func TestDamageOfAModelIsFoundBeforeItsLastByte(t *testing.T) {
	fs := filled(t)
	w := openFS(t, fs)
	_, rc, err := w.Open(t.Context(), "m1")
	check(t, err)
	check(t, rc.Close())
	name := named(fs, "model-")[0]
	b := fs.Files()[name]
	b[0] ^= 1
	fs.Corrupt(name, b) // also after it has been right once
	if _, _, err = w.Open(t.Context(), "m1"); !errors.Is(err, recommender.ErrCorrupt) {
		t.Errorf("got error %v; want ErrCorrupt", err)
	}
}
