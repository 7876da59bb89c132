package mf_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
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
	}{"another kind": {"tfidf", 1}, "a newer version": {mf.Kind, 9}, "an older version": {mf.Kind, 1}} {
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
		used, known     []byte
		bias            []float32
		user, item      []float32
		weights, bWeigh []float32
	}
	number := func(p *parts, at int, x float64) { binary.LittleEndian.PutUint64(p.head[at:], math.Float64bits(x)) }
	good := func() parts {
		p := parts{
			head:  make([]byte, 112),
			items: []string{"a", "b"}, users: []string{"u"},
			offset: []int32{0, 1}, places: []int32{1}, values: []float32{0},
			counts: []int32{1}, liked: []int32{1}, used: []byte{1}, known: []byte{0, 1}, bias: []float32{0, 0},
			user: make([]float32, 16), item: make([]float32, 32), weights: make([]float32, 256), bWeigh: make([]float32, 256),
		}
		p.head[0], p.head[4] = 1, 31
		return p
	}
	read := func(p parts) error {
		var b bytes.Buffer
		w := snapshot.NewWriter(&b, mf.Kind, 2)
		w.Bytes(p.head)
		w.Strings(p.items)
		w.Strings(p.users)
		w.Int32s(p.offset)
		w.Int32s(p.places)
		w.Float32s(p.values)
		w.Int32s(p.counts)
		w.Int32s(p.liked)
		w.Bytes(p.used)
		w.Bytes(p.known)
		w.Float32s(p.bias)
		for _, list := range [][]float32{p.user, p.item, p.weights, p.bWeigh} {
			w.Aligned(list)
		}
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
		"short head":                func(p *parts) { p.head = p.head[:111] },
		"no factors":                func(p *parts) { p.head[0] = 0 },
		"too many factors":          func(p *parts) { p.head[2] = 1 },
		"unknown kinds":             func(p *parts) { p.head[5] = 1 },
		"too many candidates":       func(p *parts) { p.head[10] = 1 },
		"stars that are NaN":        func(p *parts) { p.head[14], p.head[15] = 0xff, 0xff },
		"a weight below 0":          func(p *parts) { number(p, 16, -1) },
		"a scale that is NaN":       func(p *parts) { number(p, 72, math.NaN()) },
		"a power beyond bounds":     func(p *parts) { number(p, 32, 5) },
		"a slope that is infinite":  func(p *parts) { number(p, 88, math.Inf(1)) },
		"an item twice":             func(p *parts) { p.items[1] = "a" },
		"a history out of range":    func(p *parts) { p.places[0] = 2 },
		"a history out of order":    func(p *parts) { p.offset[1], p.places, p.values = 2, []int32{1, 0}, []float32{0, 0} },
		"more counts than users":    func(p *parts) { p.counts = []int32{1, 0} },
		"a negative count":          func(p *parts) { p.counts[0] = -1 },
		"a count beyond the list":   func(p *parts) { p.counts[0] = 2 },
		"positives of nobody":       func(p *parts) { p.liked = []int32{1, 1} },
		"a positive out of range":   func(p *parts) { p.liked[0] = 2 },
		"a positive below zero":     func(p *parts) { p.liked[0] = -1 },
		"positives out of order":    func(p *parts) { p.counts[0], p.liked = 2, []int32{1, 0} },
		"a mark too few":            func(p *parts) { p.used = nil },
		"a mark that is none":       func(p *parts) { p.known[0] = 2 },
		"a positive without a mark": func(p *parts) { p.known[1] = 0 },
		"a user without a mark":     func(p *parts) { p.used[0] = 0 },
		"a short user vector":       func(p *parts) { p.user = nil },
		"a long item vector":        func(p *parts) { p.item = append(p.item, 1) },
		"a bias too few":            func(p *parts) { p.bias = p.bias[:1] },
		"weights of other factors":  func(p *parts) { p.weights = make([]float32, 1024) },
		"a weight that is NaN":      func(p *parts) { p.bWeigh[3] = zero / zero },
		"a factor that is NaN":      func(p *parts) { p.item[0] = zero / zero },
		"a factor beyond bounds":    func(p *parts) { p.user[0] = 1e7 },
		"padding that is used":      func(p *parts) { p.user[1] = 1 },
		"a bias that is infinite":   func(p *parts) { p.bias[1] = 1 / zero },
		"histories of other users":  func(p *parts) { p.users, p.offset = nil, []int32{0} },
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
	f.Add(save(f, train(f, mf.IALS{Factors: 2, Epochs: 1}, dataset(f, 3, view(0, 0), view(0, 1), view(1, 1)))))
	one := mf.Features{Items: func(recommender.Item) []string { return []string{"one"} }, Users: campOf}
	f.Add(save(f, train(f, mf.IALS{Factors: 2, Epochs: 1, Features: one}, dataset(f, 3, view(0, 0), view(0, 1), view(1, 1)))))
	f.Add([]byte("OSUM"))
	f.Fuzz(tryModel)
}

// tryModel reads bytes that may be a model, and asks it for whatever may go wrong
// where it is one.
func tryModel(t *testing.T, data []byte) {
	m, err := mf.ReadModel(bytes.NewReader(data))
	if _, err2 := mf.ModelOf(data); (err == nil) != (err2 == nil) {
		t.Fatalf("read: %v; in place: %v", err, err2)
	}
	if err != nil {
		return
	}
	for _, user := range append(m.Users(), "nobody") {
		got, err := m.Recommend(t.Context(), recommender.Request{User: user, Explain: true})
		if err != nil && !errors.Is(err, recommender.ErrColdStart) {
			t.Errorf("user %q: %v, %v", user, got, err)
		}
		for _, id := range m.Catalog()[:min(4, len(m.Catalog()))] {
			req := recommender.Request{User: user, History: []recommender.Interaction{{Item: id}}}
			dst := make([]float32, len(m.Catalog()))
			if err := m.ScoreAll(t.Context(), req, dst); err != nil && !errors.Is(err, recommender.ErrColdStart) && !errors.Is(err, recommender.ErrInvalid) {
				t.Errorf("user %q with %q: %v", user, id, err)
			}
			for _, s := range dst {
				if math.IsInf(float64(s), 0) {
					t.Errorf("user %q with %q: a score of %v", user, id, s)
				}
			}
		}
	}
	// Not data: a length may be written in more bytes than it needs.
	written := save(t, m)
	again, err := mf.ReadModel(bytes.NewReader(written))
	if err != nil {
		t.Fatalf("read what was written: %v", err)
	}
	if !bytes.Equal(save(t, again), written) {
		t.Error("written again, the bytes differ")
	}
}
