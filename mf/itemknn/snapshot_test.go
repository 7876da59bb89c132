package itemknn_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/mf/itemknn"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func TestReadModelAnswersAsTheOneWritten(t *testing.T) {
	d := recommendertest.SmallWorld(2)
	data := save(t, train(t, itemknn.Config{MinStars: 2, Neighbours: 9}, d))
	m, err := itemknn.ReadModel(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(save(t, m), data) {
		t.Error("written again, the bytes differ")
	}
	recommendertest.TestModel(t, m, d, recommendertest.TrainerOptions{})
}

func tiny(tb testing.TB) []byte {
	return save(tb, train(tb, itemknn.Config{}, dataset(tb, 4, view(0, 0), view(0, 1), view(1, 1), view(1, 2))))
}

func TestDamagedSnapshotsAreCorrupt(t *testing.T) {
	data := tiny(t)
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x10
		if _, err := itemknn.ReadModel(bytes.NewReader(bad)); !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("byte %d changed: error %v, want ErrCorrupt", i, err)
		}
		if _, err := itemknn.ReadModel(bytes.NewReader(data[:i])); !errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("cut to %d bytes: error %v, want ErrCorrupt", i, err)
		}
	}
}

func TestSnapshotsOfOthersAreInvalid(t *testing.T) {
	for name, c := range map[string]struct {
		kind    string
		version uint16
	}{"another kind": {"bpr", 1}, "a newer version": {itemknn.Kind, 9}} {
		var b bytes.Buffer
		if _, err := snapshot.NewWriter(&b, c.kind, c.version).Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := itemknn.ReadModel(&b); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

// Sections that check but do not fit together; each case spoils one thing.
func TestSnapshotsThatDoNotFitAreCorrupt(t *testing.T) {
	type parts struct {
		head           []byte
		items, users   []string
		offset, places []int32
		values         []float32
		counts, liked  []int32
		rows, columns  []int32
		weights        []float32
	}
	good := func() parts {
		return parts{
			head:  []byte{31, 0, 0, 0, 0, 0, 0, 0},
			items: []string{"a", "b", "c"}, users: []string{"u"},
			offset: []int32{0, 2}, places: []int32{0, 1}, values: []float32{0, 0},
			counts: []int32{2}, liked: []int32{0, 1},
			rows: []int32{1, 0, 0}, columns: []int32{1}, weights: []float32{3},
		}
	}
	read := func(p parts) error {
		var b bytes.Buffer
		w := snapshot.NewWriter(&b, itemknn.Kind, 1)
		w.Bytes(p.head)
		w.Strings(p.items)
		w.Strings(p.users)
		w.Int32s(p.offset)
		w.Int32s(p.places)
		w.Float32s(p.values)
		w.Int32s(p.counts)
		w.Int32s(p.liked)
		w.Int32s(p.rows)
		w.Int32s(p.columns)
		w.Float32s(p.weights)
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := itemknn.ReadModel(&b)
		return err
	}
	if err := read(good()); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	zero := float32(0)
	for name, spoil := range map[string]func(*parts){
		"short head":               func(p *parts) { p.head = p.head[:7] },
		"unknown kinds":            func(p *parts) { p.head[1] = 1 },
		"stars that are NaN":       func(p *parts) { p.head[6], p.head[7] = 0xff, 0xff },
		"an item twice":            func(p *parts) { p.items[1] = "a" },
		"a history out of range":   func(p *parts) { p.places[0] = 7 },
		"more counts than users":   func(p *parts) { p.counts = []int32{2, 0} },
		"a negative count":         func(p *parts) { p.counts[0] = -1 },
		"a positive out of range":  func(p *parts) { p.liked[1] = 3 },
		"positives out of order":   func(p *parts) { p.liked = []int32{1, 0} },
		"a weight that is NaN":     func(p *parts) { p.weights[0] = zero / zero },
		"an infinite weight":       func(p *parts) { p.weights[0] = 1 / zero },
		"a row of weights missing": func(p *parts) { p.rows = p.rows[:2] },
		"weights out of range":     func(p *parts) { p.columns[0] = 3 },
		"a weight too few":         func(p *parts) { p.weights = nil },
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
func (f failing) Read([]byte) (int, error)  { return 0, f.err }

func TestErrorsOfTheStreamComeThrough(t *testing.T) {
	broken := errors.New("broken pipe")
	m := train(t, itemknn.Config{}, pattern(t))
	if _, err := m.WriteTo(failing{broken}); !errors.Is(err, broken) {
		t.Errorf("write: error %v, want %v", err, broken)
	}
	if _, err := itemknn.ReadModel(failing{broken}); !errors.Is(err, broken) || errors.Is(err, recommender.ErrCorrupt) {
		t.Errorf("read: error %v, want %v alone", err, broken)
	}
}

func FuzzReadModel(f *testing.F) {
	f.Add(tiny(f))
	f.Add([]byte("OSUM"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := itemknn.ReadModel(bytes.NewReader(data))
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
