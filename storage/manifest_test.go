package storage_test

import (
	"errors"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":1,"crc32c":"00000000","manifest":{"number":1}}`))
	f.Add([]byte(`{"format":9}`))
	f.Add([]byte{})
	fs := faultfs.NewMem()
	w, err := storage.OpenFS(fs, dir, storage.Options{})
	if err == nil {
		err = w.Put(f.Context(), recommender.Page{Next: "x"}, "src")
	}
	if err != nil {
		f.Fatal(err)
	}
	f.Add(fs.Files()[dir+"/manifest-00000001.json"])
	f.Fuzz(func(t *testing.T, b []byte) {
		number, err := storage.DecodeManifest(b)
		if err == nil && number == 0 {
			t.Error("manifest 0 was accepted")
		}
		if err != nil && !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("got error %v; want ErrCorrupt or ErrInvalid", err)
		}
	})
}
