package mftest

import (
	"bytes"
	"errors"
	"testing"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func (s Suite) readsBack(t *testing.T) {
	for name, keep := range map[string]int{"all": 0, "some": 6} {
		t.Run(name, func(t *testing.T) {
			d := recommendertest.SmallWorld(2)
			data := Save(t, s.train(t, 2, keep, d))
			m, err := s.Read(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(Save(t, m), data) {
				t.Error("written again, the bytes differ")
			}
			recommendertest.TestModel(t, m, d, recommendertest.TrainerOptions{})
		})
	}
}

// tiny is the snapshot of a model of four items.
func (s Suite) tiny(tb testing.TB, keep int) []byte {
	tb.Helper()
	return Save(tb, s.train(tb, 0, keep, Dataset(tb, 4, View(0, 0), View(0, 1), View(1, 1), View(1, 2))))
}

func (s Suite) damage(t *testing.T) {
	for _, keep := range []int{0, 1} {
		data := s.tiny(t, keep)
		for i := range data {
			bad := bytes.Clone(data)
			bad[i] ^= 0x10
			if _, err := s.Read(bytes.NewReader(bad)); !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
				t.Errorf("byte %d changed: error %v, want ErrCorrupt", i, err)
			}
			if _, err := s.Read(bytes.NewReader(data[:i])); !errors.Is(err, recommender.ErrCorrupt) {
				t.Errorf("cut to %d bytes: error %v, want ErrCorrupt", i, err)
			}
		}
	}
}

func (s Suite) others(t *testing.T) {
	for name, c := range map[string]struct {
		kind    string
		version uint16
	}{"another kind": {"another", 1}, "a newer version": {s.Kind, 9}} {
		var b bytes.Buffer
		if _, err := snapshot.NewWriter(&b, c.kind, c.version).Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Read(&b); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
func (f failing) Read([]byte) (int, error)  { return 0, f.err }

func (s Suite) stream(t *testing.T) {
	broken := errors.New("broken pipe")
	m := s.train(t, 0, 0, Pattern(t))
	if _, err := m.WriteTo(failing{broken}); !errors.Is(err, broken) {
		t.Errorf("write: error %v, want %v", err, broken)
	}
	if _, err := s.Read(failing{broken}); !errors.Is(err, broken) || errors.Is(err, recommender.ErrCorrupt) {
		t.Errorf("read: error %v, want %v alone", err, broken)
	}
}

// Fuzz reads any bytes: what reads answers everybody, and is written as it was.
func (s Suite) Fuzz(f *testing.F) {
	f.Add(s.tiny(f, 0))
	f.Add(s.tiny(f, 1))
	f.Add([]byte("OSUM"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := s.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, user := range append(m.Users(), "nobody") {
			got, err := m.Recommend(t.Context(), recommender.Request{User: user, Explain: true})
			if err != nil && !errors.Is(err, recommender.ErrColdStart) {
				t.Errorf("user %q: %v, %v", user, got, err)
			}
		}
		if !bytes.Equal(Save(t, m), data) {
			t.Error("a snapshot that reads is written differently")
		}
	})
}

// Sections are those that the snapshots of all models of items begin with.
type Sections struct {
	Head           []byte
	Items, Users   []string
	Offset, Places []int32
	Values         []float32
	Counts, Liked  []int32
}

// GoodSections fit together: user u has a and b of the items a, b and c.
func GoodSections() Sections {
	return Sections{
		Head:  []byte{31, 0, 0, 0, 0, 0, 0, 0},
		Items: []string{"a", "b", "c"}, Users: []string{"u"},
		Offset: []int32{0, 2}, Places: []int32{0, 1}, Values: []float32{0, 0},
		Counts: []int32{2}, Liked: []int32{0, 1},
	}
}

// Write writes them.
func (p Sections) Write(w *snapshot.Writer) {
	w.Bytes(p.Head)
	w.Strings(p.Items)
	w.Strings(p.Users)
	w.Int32s(p.Offset)
	w.Int32s(p.Places)
	w.Float32s(p.Values)
	w.Int32s(p.Counts)
	w.Int32s(p.Liked)
}

// Spoilers each make one thing of GoodSections unfit.
func Spoilers() map[string]func(*Sections) {
	return map[string]func(*Sections){
		"short head":               func(p *Sections) { p.Head = p.Head[:7] },
		"unknown kinds":            func(p *Sections) { p.Head[1] = 1 },
		"stars that are NaN":       func(p *Sections) { p.Head[6], p.Head[7] = 0xff, 0xff },
		"an item twice":            func(p *Sections) { p.Items[1] = "a" },
		"a history out of range":   func(p *Sections) { p.Places[0] = 7 },
		"more counts than users":   func(p *Sections) { p.Counts = []int32{2, 0} },
		"a negative count":         func(p *Sections) { p.Counts[0] = -1 },
		"a positive out of range":  func(p *Sections) { p.Liked[1] = 3 },
		"positives out of order":   func(p *Sections) { p.Liked = []int32{1, 0} },
		"histories of other users": func(p *Sections) { p.Users, p.Offset = nil, []int32{0} },
	}
}

// MustBeCorrupt says of an error of reading what does not fit whether it is
// ErrCorrupt alone.
func MustBeCorrupt(t *testing.T, name string, err error) {
	t.Helper()
	if !errors.Is(err, recommender.ErrCorrupt) || errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("%s: error %v, want ErrCorrupt alone", name, err)
	}
}
