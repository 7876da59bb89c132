package tfidf_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

func saved(tb testing.TB, m *tfidf.Model) []byte {
	tb.Helper()
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	if err != nil {
		tb.Fatal(err)
	}
	if n != int64(b.Len()) {
		tb.Fatalf("WriteTo returns %d, wrote %d bytes", n, b.Len())
	}
	return b.Bytes()
}

func TestSnapshotReadsBack(t *testing.T) {
	for name, c := range map[string]tfidf.Config{
		"default": {}, "reference": tfidf.Reference(), "bm25": {Weighting: tfidf.BM25, Title: -1, Aliases: 0.3}, "more neighbours than items": {Neighbours: math.MaxInt},
	} {
		t.Run(name, func(t *testing.T) {
			m := library(200, 10).train(t, c)
			b := saved(t, m)
			back, err := tfidf.ReadModel(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(saved(t, back), b) {
				t.Error("the bytes of the model read back differ")
			}
			text := recommender.Item{Title: "word1 word20", Text: "word300", Tags: []string{"tag 1"}}
			if diff := cmp.Diff(m.Vector(text), back.Vector(text)); diff != "" {
				t.Errorf("vector of a new item (-want +got):\n%s", diff)
			}
			for _, user := range []recommender.UserID{"0", "7"} {
				req := recommender.Request{User: user, Explain: true}
				want, err1 := m.Recommend(t.Context(), req)
				got, err2 := back.Recommend(t.Context(), req)
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("user %q (-want +got):\n%s", user, diff)
				}
			}
		})
	}
}

// The library is larger than what a worker takes at a time.
func TestModelIsTheSameBytesAtAnyNumberOfWorkers(t *testing.T) {
	s := library(1300, 10)
	want := saved(t, s.train(t, tfidf.Config{Neighbours: 5, Workers: 1}))
	for _, workers := range []int{2, 7} {
		if got := saved(t, s.train(t, tfidf.Config{Neighbours: 5, Workers: workers})); !bytes.Equal(got, want) {
			t.Errorf("1 and %d workers give different models", workers)
		}
	}
}

func TestReadModelRefusesDamage(t *testing.T) {
	b := saved(t, fixed().train(t, tfidf.Config{Neighbours: 2}))
	for at := range b {
		for _, damaged := range [][]byte{b[:at], flipped(b, at)} {
			_, err := tfidf.ReadModel(bytes.NewReader(damaged))
			if !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
				t.Fatalf("%d of %d bytes, damaged at %d: error %v", len(damaged), len(b), at, err)
			}
		}
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0x55
	return b
}

func TestReadModelRefusesOtherSnapshots(t *testing.T) {
	for _, c := range []struct {
		kind    string
		version uint16
	}{{"bpr", 1}, {tfidf.Kind, 1000}} {
		var b bytes.Buffer
		if _, err := snapshot.NewWriter(&b, c.kind, c.version).Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := tfidf.ReadModel(&b); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("kind %q version %d: error %v, want ErrInvalid", c.kind, c.version, err)
		}
	}
}

// parts are the sections of a snapshot of two items and one user.
type parts struct {
	names          []string
	users          []string
	offset, places []int32
	opinions       []float32
	about          string
	words          []string
	idf            []float32
	order          []int32
	lengths, terms []int32
	values         []float32
	k              []int32
	near, nearest  []int32
	cosines        []float32
}

func whole() parts {
	return parts{
		names: []string{"a", "b"},
		users: []string{"u"}, offset: []int32{0, 1}, places: []int32{0}, opinions: []float32{4},
		about: `{"Options": {}, "Fields": {"AttrNames": []}, "Average": [1, 0, 0, 0, 0]}`,
		words: []string{"reef", "salt"}, idf: []float32{1.5, 1}, order: []int32{0, 1},
		lengths: []int32{2, 1}, terms: []int32{0, 1, 1}, values: []float32{0.6, 0.8, 1},
		k: []int32{1}, near: []int32{1, 1}, nearest: []int32{1, 0}, cosines: []float32{0.8, 0.8},
	}
}

func (p parts) bytes(tb testing.TB, version uint16) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := snapshot.NewWriter(&b, tfidf.Kind, version)
	w.Strings(p.names)
	w.Strings(p.users)
	w.Int32s(p.offset)
	w.Int32s(p.places)
	w.Float32s(p.opinions)
	w.Bytes([]byte(p.about))
	w.Strings(p.words)
	w.Float32s(p.idf)
	w.Int32s(p.order)
	w.Int32s(p.lengths)
	w.Int32s(p.terms)
	w.Float32s(p.values)
	w.Int32s(p.k)
	w.Int32s(p.near)
	w.Int32s(p.nearest)
	w.Float32s(p.cosines)
	if _, err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// Version 1 had no vocabulary.
func TestReadModelRefusesVersion1(t *testing.T) {
	_, err := tfidf.ReadModel(bytes.NewReader(whole().bytes(t, 1)))
	if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "train the model again") {
		t.Errorf("error %v, want ErrInvalid and advice", err)
	}
}

// Sections that check one by one must also fit together.
func TestReadModelRefusesWhatDoesNotFit(t *testing.T) {
	if _, err := tfidf.ReadModel(bytes.NewReader(whole().bytes(t, 2))); err != nil {
		t.Fatalf("the undamaged parts: %v", err)
	}
	for name, damage := range map[string]func(p *parts){
		"repeated item":         func(p *parts) { p.names[1] = "a" },
		"too few items":         func(p *parts) { p.names = p.names[:1] },
		"place out of range":    func(p *parts) { p.places[0] = 2 },
		"no settings":           func(p *parts) { p.about = "" },
		"unknown analysis":      func(p *parts) { p.about = `{"Options": {"Analysis": 9}}` },
		"impossible weight":     func(p *parts) { p.about = `{"Fields": {"Title": 1e9}}` },
		"means missing":         func(p *parts) { p.about = `{"Options": {"Weighting": 1}}` },
		"negative mean":         func(p *parts) { p.about = `{"Average": [-1]}` },
		"word missing":          func(p *parts) { p.words = p.words[:1] },
		"words out of order":    func(p *parts) { p.words[0] = "zest" },
		"negative idf":          func(p *parts) { p.idf[0] = -1 },
		"infinite idf":          func(p *parts) { p.idf[0] = float32(math.Inf(1)) },
		"idf missing":           func(p *parts) { p.idf = nil },
		"column twice":          func(p *parts) { p.order[0] = 1 },
		"column beyond":         func(p *parts) { p.order[0] = 2 },
		"negative length":       func(p *parts) { p.lengths[0], p.lengths[1] = -1, 4 },
		"length too long":       func(p *parts) { p.lengths[1] = 2 },
		"length missing":        func(p *parts) { p.lengths = p.lengths[:1] },
		"terms out of order":    func(p *parts) { p.terms[0], p.terms[1] = 1, 0 },
		"negative term":         func(p *parts) { p.terms[0] = -1 },
		"value beyond 1":        func(p *parts) { p.values[2] = 2 },
		"row beyond 1":          func(p *parts) { p.values[0] = 1 },
		"value missing":         func(p *parts) { p.values = p.values[:2] },
		"no neighbours' number": func(p *parts) { p.k = nil },
		"negative neighbours":   func(p *parts) { p.k[0] = -1 },
		"neighbour list gone":   func(p *parts) { p.near = p.near[:1] },
		"neighbour too many":    func(p *parts) { p.near[1] = 2 },
		"neighbour too few":     func(p *parts) { p.near[1] = 0 },
		"neighbour beyond":      func(p *parts) { p.nearest[0] = 2 },
		"negative cosine":       func(p *parts) { p.cosines[1] = -0.5 },
		"cosine missing":        func(p *parts) { p.cosines = nil },
		"neighbours all absent": func(p *parts) { p.near, p.nearest, p.cosines = nil, nil, nil },
	} {
		p := whole()
		damage(&p)
		if _, err := tfidf.ReadModel(bytes.NewReader(p.bytes(t, 2))); !errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("%s: error %v, want ErrCorrupt", name, err)
		}
	}
}

func TestWriteToReportsErrors(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	if _, err := m.WriteTo(fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

var errFull = errors.New("disk is full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func FuzzReadModel(f *testing.F) {
	f.Add(saved(f, fixed().train(f, tfidf.Config{})))
	f.Add(whole().bytes(f, 2))
	f.Add([]byte("OSUM"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := tfidf.ReadModel(bytes.NewReader(b))
		if err != nil {
			if !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
				t.Fatalf("error %v wraps no sentinel", err)
			}
			return
		}
		again, err := tfidf.ReadModel(bytes.NewReader(saved(t, m)))
		if err != nil {
			t.Fatalf("what was read does not read back: %v", err)
		}
		for _, id := range m.Catalog() {
			req := recommender.Request{Seeds: []recommender.ItemID{id}, Explain: true}
			want, err1 := m.Recommend(t.Context(), req)
			got, err2 := again.Recommend(t.Context(), req)
			if (err1 == nil) != (err2 == nil) || !cmp.Equal(want, got, cmpopts.EquateNaNs()) {
				t.Fatalf("seed %q: %v %v, then %v %v", id, want, err1, got, err2)
			}
		}
	})
}
