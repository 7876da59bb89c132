package mf_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

func TestFeaturesComeBackFromASnapshot(t *testing.T) {
	for kind, c := range kinds(known) {
		m := train(t, c, sided(t))
		data := save(t, m)
		path := filepath.Join(t.TempDir(), "model")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		read, err1 := mf.ReadModel(bytes.NewReader(data))
		opened, err2 := mf.OpenModel(path)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		for name, n := range map[string]*mf.Model{"read": read, "opened": opened} {
			if !bytes.Equal(save(t, n), data) {
				t.Errorf("%s: %s and written again, the bytes differ", kind, name)
			}
			if _, err := n.Recommend(t.Context(), recommender.Request{User: userID(900)}); !errors.Is(err, recommender.ErrColdStart) {
				t.Errorf("%s: %s, without anybody to ask: error %v, want ErrColdStart", kind, name, err)
			}
			n = n.WithUsers(campOf)
			for _, u := range []recommender.UserID{userID(1), userID(900)} {
				if diff := cmp.Diff(scores(t, m, recommender.Request{User: u})[:sidedItems], scores(t, n, recommender.Request{User: u})[:sidedItems]); diff != "" {
					t.Errorf("%s: %s, user %s has other scores:\n%s", kind, name, u, diff)
				}
			}
			want, wantBias, _ := m.ItemVector([]string{"tag:odd"})
			got, bias, err := n.ItemVector([]string{"tag:odd"})
			if diff := cmp.Diff(want, got); diff != "" || bias != wantBias || err != nil {
				t.Errorf("%s: %s, a feature differs: bias %v, want %v; %v\n%s", kind, name, bias, wantBias, err, diff)
			}
		}
		shared := opened.WithUsers(campOf)
		own, err := shared.WithItems(mf.NewItem{ID: "x", Features: []string{"tag:odd"}})
		if err := errors.Join(err, opened.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := shared.UserVector([]string{"all"}); !errors.Is(err, mf.ErrClosed) {
			t.Errorf("%s: a model that shares the closed file: error %v, want ErrClosed", kind, err)
		}
		if _, _, err := shared.ItemVector([]string{"tag:odd"}); !errors.Is(err, mf.ErrClosed) {
			t.Errorf("%s: a model that shares the closed file: error %v, want ErrClosed", kind, err)
		}
		if _, err := shared.WithItems(); !errors.Is(err, mf.ErrClosed) {
			t.Errorf("%s: a model that shares the closed file: error %v, want ErrClosed", kind, err)
		}
		if _, _, err := own.ItemVector([]string{"tag:odd"}); err != nil {
			t.Errorf("%s: a copy needs the closed file: %v", kind, err)
		}
	}
}

func TestDamagedFeaturesAreCorrupt(t *testing.T) {
	data := save(t, train(t, mf.IALS{Factors: 1, Epochs: 1, Features: known}, sided(t)))
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x10
		if _, err := mf.ReadModel(bytes.NewReader(bad)); !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
			t.Fatalf("byte %d changed: error %v, want ErrCorrupt", i, err)
		}
	}
}

// Sections that check but do not fit together, after those of a model of one
// user with the second of three items, of one factor.
func TestFeaturesThatDoNotFitAreCorrupt(t *testing.T) {
	type parts struct {
		marks   []byte
		reserve []float32
		names   [2][]string
		rows    [2][]float32
	}
	good := func() parts {
		return parts{
			marks: []byte{0, 1, 2}, reserve: []float32{0.5},
			names: [2][]string{{"a", "b"}, nil}, rows: [2][]float32{make([]float32, 48), make([]float32, 16)},
		}
	}
	read := func(p parts, version uint16) error {
		head := make([]byte, 112)
		head[0], head[4] = 1, 31
		var b bytes.Buffer
		w := snapshot.NewWriter(&b, mf.Kind, version)
		w.Bytes(head)
		w.Strings([]string{"x", "y", "z"})
		w.Strings([]string{"u"})
		w.Int32s([]int32{0, 1})
		w.Int32s([]int32{1})
		w.Float32s([]float32{0})
		w.Int32s([]int32{1})
		w.Int32s([]int32{1})
		w.Bytes([]byte{1})
		w.Bytes(p.marks)
		w.Float32s(make([]float32, 3))
		for _, n := range []int{16, 48, 256, 256} {
			w.Aligned(make([]float32, n))
		}
		if version > 2 {
			w.Float32s(p.reserve)
			for k := range p.names {
				w.Strings(p.names[k])
				w.Aligned(p.rows[k])
			}
		}
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := mf.ReadModel(&b)
		return err
	}
	if err := read(good(), 3); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	if err := read(good(), 2); !errors.Is(err, recommender.ErrCorrupt) {
		t.Errorf("a vector of features in a model without: error %v, want ErrCorrupt", err)
	}
	for name, spoil := range map[string]func(*parts){
		"a mark that is none":           func(p *parts) { p.marks[0] = 3 },
		"a positive by features alone":  func(p *parts) { p.marks[1] = 2 },
		"no reserve":                    func(p *parts) { p.reserve = nil },
		"a reserve below 0":             func(p *parts) { p.reserve[0] = -1 },
		"a reserve that is NaN":         func(p *parts) { p.reserve[0] = float32(math.NaN()) },
		"features out of order":         func(p *parts) { p.names[0] = []string{"b", "a"} },
		"a feature twice":               func(p *parts) { p.names[0] = []string{"a", "a"} },
		"a vector too few":              func(p *parts) { p.rows[0] = p.rows[0][:32] },
		"no common vector of the users": func(p *parts) { p.rows[1] = nil },
		"a number beyond bounds":        func(p *parts) { p.rows[1][0] = 1e7 },
	} {
		p := good()
		spoil(&p)
		if err := read(p, 3); !errors.Is(err, recommender.ErrCorrupt) || errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrCorrupt alone", name, err)
		}
	}
}
