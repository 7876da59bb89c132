package sentiment_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/sentiment"
)

func saved(t testing.TB, m *sentiment.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo = %d, %v; wrote %d", n, err, b.Len())
	}
	return b.Bytes()
}

func TestReadModelKeepsTheContract(t *testing.T) {
	d := recommendertest.SmallWorld(2)
	m, err := sentiment.ReadModel(bytes.NewReader(saved(t, train(t, sentiment.Config{}, d))))
	if err != nil {
		t.Fatal(err)
	}
	recommendertest.TestModel(t, m, d, recommendertest.TrainerOptions{UserIndependent: true})
}

func TestReadModelGivesBackTheSame(t *testing.T) {
	m := train(t, sentiment.Config{}, recommendertest.SmallWorld(3))
	got, err := sentiment.ReadModel(bytes.NewReader(saved(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	if got.Summary() != m.Summary() {
		t.Errorf("summary %+v, want %+v", got.Summary(), m.Summary())
	}
	for _, id := range m.Catalog() {
		a, _ := got.ItemScore(id)
		if b, _ := m.ItemScore(id); a != b {
			t.Errorf("%s: %+v, want %+v", id, a, b)
		}
	}
	if !bytes.Equal(saved(t, got), saved(t, m)) {
		t.Error("written again, the bytes differ")
	}
}

func TestReadModelFindsDamage(t *testing.T) {
	data := saved(t, train(t, sentiment.Config{}, texts{wrote("a", "one", "good"), wrote("b", "two", "bad")}))
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x10
		if _, err := sentiment.ReadModel(bytes.NewReader(bad)); !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("byte %d changed: error %v", i, err)
		}
		if _, err := sentiment.ReadModel(bytes.NewReader(data[:i])); !errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("cut to %d bytes: error %v, want ErrCorrupt", i, err)
		}
	}
}

func TestReadModelRefusesOtherSnapshots(t *testing.T) {
	for name, c := range map[string]struct {
		kind    string
		version uint16
	}{"another kind": {"bpr", 1}, "a newer version": {sentiment.Kind, 9}, "an older version": {sentiment.Kind, 1}} {
		var b bytes.Buffer
		if _, err := snapshot.NewWriter(&b, c.kind, c.version).Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := sentiment.ReadModel(&b); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

// Sections that check one by one must also fit together.
func TestReadModelRefusesWhatDoesNotFit(t *testing.T) {
	type parts struct {
		items, users []string
		counts       []int32
		means        []float32
		evidence     []float32
		stars        []float32
		disagrees    []int32
		summary      []float64 // mean, variance, prior
	}
	read := func(spoil func(*parts)) error {
		p := parts{
			items: []string{"a", "b"}, users: []string{"u"},
			counts: []int32{2, 0}, means: []float32{0.5, 0},
			evidence: []float32{1.5, 0}, stars: []float32{4, float32(math.NaN())}, disagrees: []int32{1, 0}, summary: []float64{0.5, 0.1, 10},
		}
		spoil(&p)
		var numbers []byte
		for _, x := range p.summary {
			numbers = binary.LittleEndian.AppendUint64(numbers, math.Float64bits(x))
		}
		var b bytes.Buffer
		w := snapshot.NewWriter(&b, sentiment.Kind, 2)
		w.Strings(p.items)
		w.Int32s(p.counts)
		w.Float32s(p.means)
		w.Float32s(p.evidence)
		w.Float32s(p.stars)
		w.Int32s(p.disagrees)
		w.Bytes(numbers)
		w.Strings(p.users)
		w.Int32s([]int32{0, 1})
		w.Int32s([]int32{1})
		w.Float32s([]float32{0})
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := sentiment.ReadModel(&b)
		return err
	}
	if err := read(func(*parts) {}); err != nil {
		t.Fatalf("the undamaged parts: %v", err)
	}
	for name, spoil := range map[string]func(*parts){
		"repeated item":     func(p *parts) { p.items[1] = "a" },
		"item missing":      func(p *parts) { p.items = p.items[:1] },
		"count missing":     func(p *parts) { p.counts = p.counts[:1] },
		"mean missing":      func(p *parts) { p.means = p.means[:1] },
		"number missing":    func(p *parts) { p.summary = p.summary[:2] },
		"user too many":     func(p *parts) { p.users = append(p.users, "v") },
		"negative count":    func(p *parts) { p.counts[0] = -1 },
		"mean beyond 1":     func(p *parts) { p.means[0] = 1.5 },
		"evidence missing":  func(p *parts) { p.evidence = nil },
		"stars missing":     func(p *parts) { p.stars = p.stars[:1] },
		"disagrees missing": func(p *parts) { p.disagrees = p.disagrees[:1] },
		"negative evidence": func(p *parts) { p.evidence[0] = -1 },
		"evidence NaN":      func(p *parts) { p.evidence[0] = float32(math.NaN()) },
		"six stars":         func(p *parts) { p.stars[0] = 6 },
		"too many disagree": func(p *parts) { p.disagrees[0] = 3 },
		"mean of all NaN":   func(p *parts) { p.summary[0] = math.NaN() },
		"negative variance": func(p *parts) { p.summary[1] = -0.1 },
		"no prior":          func(p *parts) { p.summary[2] = 0 },
		"infinite prior":    func(p *parts) { p.summary[2] = math.Inf(1) },
	} {
		if err := read(spoil); !errors.Is(err, recommender.ErrCorrupt) || errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrCorrupt alone", name, err)
		}
	}
}

func FuzzReadModel(f *testing.F) {
	f.Add([]byte("OSUM"))
	f.Add(saved(f, train(f, sentiment.Config{}, texts{wrote("a", "one", "good"), wrote("b", "two", "bad")})))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := sentiment.ReadModel(bytes.NewReader(data))
		if err != nil {
			return
		}
		if _, err := m.Recommend(t.Context(), recommender.Request{Explain: true}); err != nil {
			t.Error(err)
		}
		for _, id := range m.Catalog() {
			if s, ok := m.ItemScore(id); ok && !(s.Lo <= s.Score && s.Score <= s.Hi) {
				t.Errorf("%s: %+v", id, s)
			}
		}
	})
}
