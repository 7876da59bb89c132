package mf_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func TestReadModelAnswersAsTheOneWritten(t *testing.T) {
	d := recommendertest.SmallWorld(2)
	data := save(t, train(t, mf.Config{Factors: 5, Epochs: 5, MinStars: 2}, d))
	m, err := mf.ReadModel(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(save(t, m), data) {
		t.Error("written again, the bytes differ")
	}
	recommendertest.TestModel(t, m, d, recommendertest.TrainerOptions{})
}

func tiny(tb testing.TB) []byte {
	return save(tb, train(tb, mf.Config{Factors: 2, Epochs: 1}, dataset(tb, 3, view(0, 0), view(0, 1), view(1, 1))))
}

func TestDamagedSnapshotsAreCorrupt(t *testing.T) {
	data := tiny(t)
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x10
		if _, err := mf.ReadModel(bytes.NewReader(bad)); !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("byte %d changed: error %v, want ErrCorrupt", i, err)
		}
		if _, err := mf.ReadModel(bytes.NewReader(data[:i])); !errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("cut to %d bytes: error %v, want ErrCorrupt", i, err)
		}
	}
}

func TestSnapshotsOfOthersAreInvalid(t *testing.T) {
	for name, c := range map[string]struct {
		kind    string
		version uint16
	}{"another kind": {"tfidf", 1}, "a newer version": {mf.Kind, 9}} {
		var b bytes.Buffer
		if _, err := snapshot.NewWriter(&b, c.kind, c.version).Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := mf.ReadModel(&b); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

// sections that check but do not fit together; each case spoils one thing.
func TestSnapshotsThatDoNotFitAreCorrupt(t *testing.T) {
	type parts struct {
		head            []byte
		items, users    []string
		offset, places  []int32
		values          []float32
		counts, liked   []int32
		user, item, bia []float32
	}
	good := func() parts {
		return parts{
			head:  []byte{1, 0, 0, 0, 31, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63},
			items: []string{"a", "b"}, users: []string{"u"},
			offset: []int32{0, 1}, places: []int32{1}, values: []float32{0},
			counts: []int32{1}, liked: []int32{1},
			user: []float32{1}, item: []float32{1, 2}, bia: []float32{0, 0},
		}
	}
	read := func(p parts) error {
		var b bytes.Buffer
		w := snapshot.NewWriter(&b, mf.Kind, 1)
		w.Bytes(p.head)
		w.Strings(p.items)
		w.Strings(p.users)
		w.Int32s(p.offset)
		w.Int32s(p.places)
		w.Float32s(p.values)
		w.Int32s(p.counts)
		w.Int32s(p.liked)
		w.Float32s(p.user)
		w.Float32s(p.item)
		w.Float32s(p.bia)
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := mf.ReadModel(&b)
		return err
	}
	if err := read(good()); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	zero := float32(0)
	for name, spoil := range map[string]func(*parts){
		"short head":               func(p *parts) { p.head = p.head[:15] },
		"no factors":               func(p *parts) { p.head[0] = 0 },
		"too many factors":         func(p *parts) { p.head[2] = 1 },
		"unknown kinds":            func(p *parts) { p.head[5] = 1 },
		"stars that are NaN":       func(p *parts) { p.head[10], p.head[11] = 0xff, 0xff },
		"a scale that is NaN":      func(p *parts) { p.head[14], p.head[15] = 0xff, 0xff },
		"an item twice":            func(p *parts) { p.items[1] = "a" },
		"a history out of range":   func(p *parts) { p.places[0] = 2 },
		"more counts than users":   func(p *parts) { p.counts = []int32{1, 0} },
		"a negative count":         func(p *parts) { p.counts[0] = -1 },
		"a count beyond the list":  func(p *parts) { p.counts[0] = 2 },
		"positives of nobody":      func(p *parts) { p.liked = []int32{1, 1} },
		"a positive out of range":  func(p *parts) { p.liked[0] = 2 },
		"a positive below zero":    func(p *parts) { p.liked[0] = -1 },
		"positives out of order":   func(p *parts) { p.counts[0], p.liked = 2, []int32{1, 0} },
		"a short user vector":      func(p *parts) { p.user = nil },
		"a long item vector":       func(p *parts) { p.item = append(p.item, 1) },
		"a bias too few":           func(p *parts) { p.bia = p.bia[:1] },
		"a factor that is NaN":     func(p *parts) { p.item[0] = zero / zero },
		"a factor beyond bounds":   func(p *parts) { p.user[0] = 1e7 },
		"a bias that is infinite":  func(p *parts) { p.bia[1] = 1 / zero },
		"histories of other users": func(p *parts) { p.users, p.offset = nil, []int32{0} },
	} {
		p := good()
		spoil(&p)
		if err := read(p); !errors.Is(err, recommender.ErrCorrupt) || errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrCorrupt alone", name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestErrorsOfTheStreamComeThrough(t *testing.T) {
	full := errors.New("disk full")
	m, err := mf.ReadModel(bytes.NewReader(tiny(t)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.WriteTo(failing{full}); !errors.Is(err, full) {
		t.Errorf("write: error %v, want %v", err, full)
	}
}

func FuzzReadModel(f *testing.F) {
	f.Add(tiny(f))
	f.Add([]byte("OSUM"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := mf.ReadModel(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, user := range append(m.Users(), "nobody") {
			got, err := m.Recommend(t.Context(), recommender.Request{User: user, Explain: true})
			if err != nil && !errors.Is(err, recommender.ErrColdStart) {
				t.Errorf("user %q: %v, %v", user, got, err)
			}
		}
		if !bytes.Equal(save(t, m), data) {
			t.Error("a snapshot that reads is written differently")
		}
	})
}
