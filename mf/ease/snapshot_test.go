package ease_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/mf/ease"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func TestReadModelAnswersAsTheOneWritten(t *testing.T) {
	for name, keep := range map[string]int{"dense": 0, "sparse": 6} {
		t.Run(name, func(t *testing.T) {
			d := recommendertest.SmallWorld(2)
			data := save(t, train(t, ease.Config{MinStars: 2, Keep: keep}, d))
			m, err := ease.ReadModel(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(save(t, m), data) {
				t.Error("written again, the bytes differ")
			}
			recommendertest.TestModel(t, m, d, recommendertest.TrainerOptions{})
		})
	}
}

// 1,600 items take two sections of the triangle.
func TestLargeTrianglesReadBack(t *testing.T) {
	var rows []recommender.Interaction
	for i := range 1600 {
		rows = append(rows, view(i%40, i), view(40+i%7, i))
	}
	m := train(t, ease.Config{}, dataset(t, 1600, rows...))
	data := save(t, m)
	read, err := ease.ReadModel(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(save(t, read), data) {
		t.Error("written again, the bytes differ")
	}
	for _, j := range []int{0, 1, 1449, 1599} {
		want, _ := m.Weight(itemID(77), itemID(j))
		if got, _ := read.Weight(itemID(77), itemID(j)); got != want {
			t.Errorf("weight on item %d is %v, want %v", j, got, want)
		}
	}
}

func tiny(tb testing.TB, keep int) []byte {
	return save(tb, train(tb, ease.Config{Keep: keep}, dataset(tb, 4, view(0, 0), view(0, 1), view(1, 1), view(1, 2))))
}

func TestDamagedSnapshotsAreCorrupt(t *testing.T) {
	for _, keep := range []int{0, 1} {
		data := tiny(t, keep)
		for i := range data {
			bad := bytes.Clone(data)
			bad[i] ^= 0x10
			if _, err := ease.ReadModel(bytes.NewReader(bad)); !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
				t.Errorf("byte %d changed: error %v, want ErrCorrupt", i, err)
			}
			if _, err := ease.ReadModel(bytes.NewReader(data[:i])); !errors.Is(err, recommender.ErrCorrupt) {
				t.Errorf("cut to %d bytes: error %v, want ErrCorrupt", i, err)
			}
		}
	}
}

func TestSnapshotsOfOthersAreInvalid(t *testing.T) {
	for name, c := range map[string]struct {
		kind    string
		version uint16
	}{"another kind": {"bpr", 1}, "a newer version": {ease.Kind, 9}} {
		var b bytes.Buffer
		if _, err := snapshot.NewWriter(&b, c.kind, c.version).Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := ease.ReadModel(&b); !errors.Is(err, recommender.ErrInvalid) {
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
		form           []byte
		scale          []float32
		triangle       []float32
		rows, columns  []int32 // of the sparse form
		weights        []float32
	}
	good := func(form byte) parts {
		return parts{
			head:  []byte{31, 0, 0, 0, 0, 0, 0, 0},
			items: []string{"a", "b", "c"}, users: []string{"u"},
			offset: []int32{0, 2}, places: []int32{0, 1}, values: []float32{0, 0},
			counts: []int32{2}, liked: []int32{0, 1},
			form: []byte{form, 0, 0, 0}, scale: []float32{1, 2}, triangle: []float32{0.5},
			rows: []int32{1, 0, 0}, columns: []int32{1}, weights: []float32{3},
		}
	}
	read := func(p parts) error {
		var b bytes.Buffer
		w := snapshot.NewWriter(&b, ease.Kind, 1)
		w.Bytes(p.head)
		w.Strings(p.items)
		w.Strings(p.users)
		w.Int32s(p.offset)
		w.Int32s(p.places)
		w.Float32s(p.values)
		w.Int32s(p.counts)
		w.Int32s(p.liked)
		w.Bytes(p.form)
		w.Float32s(p.scale)
		if p.form[0] == 0 {
			w.Float32s(p.triangle)
		} else {
			w.Int32s(p.rows)
			w.Int32s(p.columns)
			w.Float32s(p.weights)
		}
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := ease.ReadModel(&b)
		return err
	}
	for form := range byte(2) {
		if err := read(good(form)); err != nil {
			t.Fatalf("the good one of form %d: %v", form, err)
		}
	}
	zero := float32(0)
	for name, c := range map[string]struct {
		form  byte
		spoil func(*parts)
	}{
		"short head":               {0, func(p *parts) { p.head = p.head[:7] }},
		"unknown kinds":            {0, func(p *parts) { p.head[1] = 1 }},
		"stars that are NaN":       {0, func(p *parts) { p.head[6], p.head[7] = 0xff, 0xff }},
		"an item twice":            {0, func(p *parts) { p.items[1] = "a" }},
		"a history out of range":   {0, func(p *parts) { p.places[0] = 7 }},
		"more counts than users":   {0, func(p *parts) { p.counts = []int32{2, 0} }},
		"a negative count":         {0, func(p *parts) { p.counts[0] = -1 }},
		"a positive out of range":  {0, func(p *parts) { p.liked[1] = 3 }},
		"positives out of order":   {0, func(p *parts) { p.liked = []int32{1, 0} }},
		"an unknown form":          {0, func(p *parts) { p.form[0] = 2 }},
		"a long form":              {0, func(p *parts) { p.form = make([]byte, 5) }},
		"a scale too few":          {0, func(p *parts) { p.scale = p.scale[:1] }},
		"a scale that is NaN":      {0, func(p *parts) { p.scale[0] = zero / zero }},
		"a scale below zero":       {0, func(p *parts) { p.scale[0] = -1 }},
		"a short triangle":         {0, func(p *parts) { p.triangle = nil }},
		"a long triangle":          {0, func(p *parts) { p.triangle = []float32{1, 2} }},
		"a weight that is NaN":     {0, func(p *parts) { p.triangle[0] = zero / zero }},
		"an infinite weight":       {1, func(p *parts) { p.weights[0] = 1 / zero }},
		"a row of weights missing": {1, func(p *parts) { p.rows = p.rows[:2] }},
		"weights out of range":     {1, func(p *parts) { p.columns[0] = 3 }},
		"a weight too few":         {1, func(p *parts) { p.weights = nil }},
		"histories of other users": {0, func(p *parts) { p.users, p.offset = nil, []int32{0} }},
	} {
		p := good(c.form)
		c.spoil(&p)
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
	m := train(t, ease.Config{}, pattern(t))
	if _, err := m.WriteTo(failing{broken}); !errors.Is(err, broken) {
		t.Errorf("write: error %v, want %v", err, broken)
	}
	if _, err := ease.ReadModel(failing{broken}); !errors.Is(err, broken) || errors.Is(err, recommender.ErrCorrupt) {
		t.Errorf("read: error %v, want %v alone", err, broken)
	}
}

func FuzzReadModel(f *testing.F) {
	f.Add(tiny(f, 0))
	f.Add(tiny(f, 1))
	f.Add([]byte("OSUM"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ease.ReadModel(bytes.NewReader(data))
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
