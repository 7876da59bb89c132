package ngram_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/ngram"
	"github.com/osusume/osusume/internal/rng"
)

func TestFoldMakesSpellingsEqual(t *testing.T) {
	for in, want := range map[string]string{
		"  The Glass-Orchard! ": "the glass orchard", "Café Élan": "cafe elan", "don't": "dont", "": "", "!!!": "",
		"ＡＢＣ Ⅱ": "abc ii", "がか": "がか", "PSLX350H/Belt": "pslx350h belt", "a\xffb": "a b",
	} {
		if got := ngram.Fold(in); ngram.Fold(want) != got && got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	if ngram.Fold("が") == ngram.Fold("か") {
		t.Error("ga and ka are one")
	}
}

func texts(n int) []string {
	r := rng.New(3)
	out := make([]string, n)
	for i := range out {
		var words []string
		for range 2 + r.IntN(4) {
			words = append(words, fmt.Sprintf("w%dx%d", r.IntN(40), r.IntN(3)))
		}
		out[i] = strings.Join(words, " ")
	}
	out[n/2] = "" // a text of nothing
	return out
}

func TestNeighboursAreThoseOfBruteForce(t *testing.T) {
	all := texts(300)
	s := ngram.NewSpace(all)
	const from, k = 100, 7
	got, err := ngram.NewIndex(s, from, len(all)).Neighbours(t.Context(), 2, 0, from, k)
	if err != nil {
		t.Fatal(err)
	}
	for i := range from {
		var want []int32
		for j := from; j < len(all); j++ {
			if s.Cosine(i, j) > 0 {
				want = append(want, int32(j))
			}
		}
		slices.SortFunc(want, func(a, b int32) int {
			return cmp.Or(cmp.Compare(s.Cosine(i, int(b)), s.Cosine(i, int(a))), cmp.Compare(a, b))
		})
		want = want[:min(k, len(want))]
		for x := range want {
			if g, w := s.Cosine(i, int(got[i][x])), s.Cosine(i, int(want[x])); g < w-1e-6 {
				t.Fatalf("text %d, neighbour %d: cosine %v, want %v", i, x, g, w)
			}
		}
		if len(got[i]) != len(want) {
			t.Fatalf("text %d: %d neighbours, want %d", i, len(got[i]), len(want))
		}
	}
}

func TestWorkersDoNotChangeNeighbours(t *testing.T) {
	all := texts(900)
	x := ngram.NewIndex(ngram.NewSpace(all), 0, len(all))
	var want [][]int32
	for _, workers := range []int{1, 3, 8} {
		got, err := x.Neighbours(t.Context(), workers, 0, len(all), 5)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%d workers:\n%s", workers, diff)
		}
	}
	for i, list := range want {
		if slices.Contains(list, int32(i)) {
			t.Errorf("text %d is its own neighbour", i)
		}
	}
}

func TestCompareKnowsEqualAndApart(t *testing.T) {
	s := ngram.NewSpace([]string{"glass orchard", "Glass  Orchard", "moon harbour", "", "the glass orchard of rye"})
	same, apart, nothing, within := s.Compare(0, 1), s.Compare(0, 2), s.Compare(0, 3), s.Compare(0, 4)
	if same.Cosine < 0.9999 || same.Overlap < 0.9999 || same.Shared <= within.Shared-1e-3 || same.Shared > s.MostShared() {
		t.Errorf("equal texts: %+v", same)
	}
	if apart.Cosine > 0.1 || nothing != (ngram.Likeness{}) || !s.Empty(3) {
		t.Errorf("apart %+v, nothing %+v", apart, nothing)
	}
	if within.Overlap < 0.99 || within.Cosine > 0.95 {
		t.Errorf("a text within another: %+v", within)
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Café Ⅱ が \xff don't")
	f.Fuzz(func(t *testing.T, s string) {
		once := ngram.Fold(s)
		if !utf8.ValidString(once) || once != strings.TrimSpace(once) {
			t.Fatalf("Fold(%q) = %q", s, once)
		}
		space := ngram.NewSpace([]string{s, s, "another"})
		if c := space.Cosine(0, 1); !(c >= 0 && c <= 1) {
			t.Fatalf("cosine %v", c)
		}
	})
}

func BenchmarkNeighbours(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprintf("texts=%d", n), func(b *testing.B) {
			all := texts(n)
			b.ReportAllocs()
			for b.Loop() {
				x := ngram.NewIndex(ngram.NewSpace(all), 0, n)
				if _, err := x.Neighbours(b.Context(), 0, 0, n, 10); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "texts/s")
		})
	}
}
