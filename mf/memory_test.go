package mf_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func write(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "model")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnOpenedModelIsTheOneWritten(t *testing.T) {
	d := recommendertest.SmallWorld(2)
	for name, c := range map[string]recommender.Trainer{"bpr": mf.Config{Factors: 5, Epochs: 3}, "ials": mf.IALS{Factors: 17, Epochs: 3}} {
		t.Run(name, func(t *testing.T) {
			data := save(t, train(t, c, d))
			m, err := mf.OpenModel(write(t, data))
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			if m.Kind() != name || !bytes.Equal(save(t, m), data) {
				t.Errorf("kind %q; or written again, the bytes differ", m.Kind())
			}
			recommendertest.TestModel(t, m, d, recommendertest.TrainerOptions{})
			embedded, err := mf.ModelOf(append([]byte{0}, data...)[1:]) // not aligned
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(save(t, embedded), data) {
				t.Error("of bytes in memory, it is another model")
			}
		})
	}
}

func TestOpenModelSaysWhatIsWrong(t *testing.T) {
	data := tiny(t)
	bad := slices.Clone(data)
	bad[len(bad)/2] ^= 1
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"no file":  {filepath.Join(t.TempDir(), "none"), fs.ErrNotExist},
		"empty":    {write(t, nil), recommender.ErrCorrupt},
		"cut":      {write(t, data[:len(data)-9]), recommender.ErrCorrupt},
		"one bit":  {write(t, bad), recommender.ErrCorrupt},
		"no model": {write(t, []byte("OSUM\x01\x00\x05\x00tfidf\x01\x00\x00\x00\x00\x00")), recommender.ErrCorrupt},
	} {
		if _, err := mf.OpenModel(c.path); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
}

func TestAClosedModelAnswersErrClosed(t *testing.T) {
	m, err := mf.OpenModel(write(t, tiny(t)))
	if err != nil {
		t.Fatal(err)
	}
	vector := m.UserFactors(userID(0))
	var wg sync.WaitGroup
	for range 4 { // calls under way end first
		wg.Go(func() {
			for {
				if _, err := m.Recommend(t.Context(), recommender.Request{User: userID(1)}); err != nil {
					if !errors.Is(err, mf.ErrClosed) {
						t.Errorf("error %v, want ErrClosed", err)
					}
					return
				}
			}
		})
	}
	for range 2 {
		if err := m.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	wg.Wait()
	req := recommender.Request{User: userID(0)}
	_, err1 := m.Explain(t.Context(), req, itemID(0))
	_, err2 := m.WriteTo(new(bytes.Buffer))
	_, err3 := m.FoldUser([]recommender.Interaction{{Item: itemID(0)}})
	_, err4 := m.SimilarUsers(t.Context(), userID(0), 0)
	_, err5 := m.Forget(userID(0))
	for _, err := range []error{m.ScoreAll(t.Context(), req, make([]float32, 3)), err1, err2, err3, err4, err5, m.WriteNPZ(new(bytes.Buffer))} {
		if !errors.Is(err, mf.ErrClosed) {
			t.Errorf("error %v, want ErrClosed", err)
		}
	}
	for _, err := range m.RecommendAll(t.Context(), mf.Batch{}) {
		if !errors.Is(err, mf.ErrClosed) {
			t.Errorf("batch: error %v, want ErrClosed", err)
		}
	}
	if m.UserFactors(userID(0)) != nil || len(vector) != 2 || vector[0] != vector[0] {
		t.Error("a vector is still given, or one given before is gone")
	}
}

func TestForgettingLeavesNothingOfTheUser(t *testing.T) {
	const secret = "zelda-zq7x"
	rows := []recommender.Interaction{{User: secret, Item: itemID(0)}, {User: secret, Item: "only-zelda-has-it", Kind: recommender.Dislike}, {User: secret, Item: itemID(9)}}
	for u := range 30 {
		for i := range 9 {
			if (u+i)%3 > 0 {
				rows = append(rows, view(u, i))
			}
		}
	}
	d := dataset(t, 0, rows...)
	for name, c := range map[string]recommender.Trainer{"bpr": mf.Config{Factors: 5, Epochs: 3}, "ials": mf.IALS{Factors: 5, Epochs: 3}} {
		m := train(t, c, d)
		if !bytes.Contains(save(t, m), []byte(secret)) {
			t.Fatal("the snapshot never had the user")
		}
		n, err := m.Forget(secret, "nobody")
		if err != nil {
			t.Fatal(err)
		}
		data := save(t, n)
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%s: the ID is still there", name)
		}
		if _, err := n.Recommend(t.Context(), recommender.Request{User: secret}); !errors.Is(err, recommender.ErrColdStart) || n.Seen(secret) != nil || n.UserFactors(secret) != nil {
			t.Errorf("%s: error %v, want ErrColdStart; or there are items or a vector", name, err)
		}
		if q, _ := n.ItemFactors(itemID(9)); q != nil {
			t.Errorf("%s: an item that only the user had keeps its vector", name)
		}
		for _, id := range n.Users() {
			if !slices.Equal(n.UserFactors(id), m.UserFactors(id)) || !slices.Equal(n.Seen(id), m.Seen(id)) {
				t.Errorf("%s: user %s has changed", name, id)
			}
		}
		again, err := mf.ReadModel(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(save(t, again), data) {
			t.Errorf("%s: read and written again, the bytes differ", name)
		}
		if len(m.Users()) != 31 || len(n.Users()) != 30 {
			t.Errorf("%s: %d users of %d are left, want 30 of 31", name, len(n.Users()), len(m.Users()))
		}
	}
}
