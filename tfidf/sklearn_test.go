package tfidf_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/tfidf"
)

// The figures were computed with scikit-learn 1.9.1: TfidfVectorizer with
// ngram_range, stop_words, analyzer, binary, smooth_idf=False, use_idf=False,
// norm, sublinear_tf, min_df=0.5 and max_df=1, as the options say. They are
// rounded to nine places; ours are float32.
func TestOptionsEqualScikitLearn(t *testing.T) {
	docs := []string{"Salt  sea\tat sea", "a salt lake", "Sea of tea; é!"}
	for _, c := range []struct {
		name    string
		options tfidf.Options
		terms   []string
		want    [][]float64
	}{
		{
			"words and pairs", tfidf.Options{Analysis: tfidf.Plain, MinGram: 1, MaxGram: 2},
			[]string{"at", "at sea", "lake", "of", "of tea", "salt", "salt lake", "salt sea", "sea", "sea at", "sea of", "tea"},
			[][]float64{
				{0.380914453, 0.380914453, 0, 0, 0, 0.28969526, 0, 0.380914453, 0.57939052, 0.380914453, 0, 0},
				{0, 0, 0.622766008, 0, 0, 0.473629601, 0.622766008, 0, 0, 0, 0, 0},
				{0, 0, 0, 0.467350982, 0.467350982, 0, 0, 0, 0.355432468, 0, 0.467350982, 0.467350982},
			},
		},
		{
			"pairs without stop words", tfidf.Options{Analysis: tfidf.Plain, MinGram: 2, MaxGram: 2, StopWords: []string{"at", "of"}},
			[]string{"salt lake", "salt sea", "sea sea", "sea tea"},
			[][]float64{
				{0, 0.707106781, 0.707106781, 0},
				{1, 0, 0, 0},
				{0, 0, 0, 1},
			},
		},
		{
			"characters", tfidf.Options{Analysis: tfidf.Chars, MinGram: 2, MaxGram: 3},
			[]string{"\ta", "\tat", " l", " la", " o", " of", " s", " sa", " se", " t", " te", " é", " é!", "; ", "; é", "a\t", "a\ta", "a ", "a o", "a s", "a;", "a; ", "ak", "ake", "al", "alt", "at", "at ", "ea", "ea\t", "ea ", "ea;", "f ", "f t", "ke", "la", "lak", "lt", "lt ", "of", "of ", "sa", "sal", "se", "sea", "t ", "t l", "t s", "te", "tea", "é!"},
			[][]float64{
				{0.182457493, 0.182457493, 0, 0, 0, 0, 0.277527253, 0, 0.364914987, 0, 0, 0, 0, 0, 0, 0.182457493, 0.182457493, 0, 0, 0, 0, 0, 0, 0, 0.138763627, 0.138763627, 0.182457493, 0.182457493, 0.277527253, 0.182457493, 0, 0, 0, 0, 0, 0, 0, 0.138763627, 0.138763627, 0, 0, 0.138763627, 0.138763627, 0.277527253, 0.277527253, 0.277527253, 0, 0.364914987, 0, 0, 0},
				{0, 0, 0.256447393, 0.256447393, 0, 0, 0.195034853, 0.256447393, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.195034853, 0, 0.256447393, 0, 0, 0.256447393, 0.256447393, 0.195034853, 0.195034853, 0, 0, 0, 0, 0, 0, 0, 0, 0.256447393, 0.256447393, 0.256447393, 0.195034853, 0.195034853, 0, 0, 0.195034853, 0.195034853, 0, 0, 0.195034853, 0.256447393, 0, 0, 0, 0},
				{0, 0, 0, 0, 0.203916951, 0.203916951, 0, 0, 0, 0.203916951, 0.203916951, 0.203916951, 0.203916951, 0.203916951, 0.203916951, 0, 0, 0.155084097, 0.203916951, 0, 0.203916951, 0.203916951, 0, 0, 0, 0, 0, 0, 0.310168195, 0, 0.203916951, 0.203916951, 0.203916951, 0.203916951, 0, 0, 0, 0, 0, 0.203916951, 0.203916951, 0, 0, 0.155084097, 0.155084097, 0, 0, 0, 0.203916951, 0.203916951, 0.203916951},
			},
		},
		{
			"characters of words", tfidf.Options{Analysis: tfidf.WordChars, MinGram: 3, MaxGram: 5},
			[]string{" a ", " at", " at ", " la", " lak", " lake", " of", " of ", " sa", " sal", " salt", " se", " sea", " sea ", " te", " tea", " tea;", " é!", " é! ", "a; ", "ake", "ake ", "alt", "alt ", "at ", "ea ", "ea;", "ea; ", "ke ", "lak", "lake", "lake ", "lt ", "of ", "sal", "salt", "salt ", "sea", "sea ", "tea", "tea;", "tea; ", "é! "},
			[][]float64{
				{0, 0.21277953, 0.21277953, 0, 0, 0, 0, 0, 0.161824317, 0.161824317, 0.161824317, 0.323648634, 0.323648634, 0.323648634, 0, 0, 0, 0, 0, 0, 0, 0, 0.161824317, 0.161824317, 0.21277953, 0.323648634, 0, 0, 0, 0, 0, 0, 0.161824317, 0, 0.161824317, 0.161824317, 0.161824317, 0.323648634, 0.323648634, 0, 0, 0, 0},
				{0.256447393, 0, 0, 0.256447393, 0.256447393, 0.256447393, 0, 0, 0.195034853, 0.195034853, 0.195034853, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.256447393, 0.256447393, 0.195034853, 0.195034853, 0, 0, 0, 0, 0.256447393, 0.256447393, 0.256447393, 0.256447393, 0.195034853, 0, 0.195034853, 0.195034853, 0.195034853, 0, 0, 0, 0, 0, 0},
				{0, 0, 0, 0, 0, 0, 0.232681518, 0.232681518, 0, 0, 0, 0.176960292, 0.176960292, 0.176960292, 0.232681518, 0.232681518, 0.232681518, 0.232681518, 0.232681518, 0.232681518, 0, 0, 0, 0, 0, 0.176960292, 0.232681518, 0.232681518, 0, 0, 0, 0, 0, 0.232681518, 0, 0, 0, 0.176960292, 0.176960292, 0.232681518, 0.232681518, 0.232681518, 0.232681518},
			},
		},
		{
			"binary", tfidf.Options{Analysis: tfidf.Plain, Binary: true},
			[]string{"at", "lake", "of", "salt", "sea", "tea"},
			[][]float64{
				{0.68091856, 0, 0, 0.517856116, 0.517856116, 0},
				{0, 0.795960542, 0, 0.605348508, 0, 0},
				{0, 0, 0.622766008, 0, 0.473629601, 0.622766008},
			},
		},
		{
			"idf not smooth", tfidf.Options{Analysis: tfidf.Plain, RawIDF: true},
			[]string{"at", "lake", "of", "salt", "sea", "tea"},
			[][]float64{
				{0.555335479, 0, 0, 0.371914642, 0.743829285, 0},
				{0, 0.830880748, 0, 0.556450521, 0, 0},
				{0, 0, 0.639070441, 0, 0.427992923, 0.639070441},
			},
		},
		{
			"no idf", tfidf.Options{Analysis: tfidf.Plain, NoIDF: true},
			[]string{"at", "lake", "of", "salt", "sea", "tea"},
			[][]float64{
				{0.40824829, 0, 0, 0.40824829, 0.816496581, 0},
				{0, 0.707106781, 0, 0.707106781, 0, 0},
				{0, 0, 0.577350269, 0, 0.577350269, 0.577350269},
			},
		},
		{
			"l1", tfidf.Options{Analysis: tfidf.Plain, Norm: tfidf.L1},
			[]string{"at", "lake", "of", "salt", "sea", "tea"},
			[][]float64{
				{0.304731506, 0, 0, 0.231756165, 0.463512329, 0},
				{0, 0.568012132, 0, 0.431987868, 0, 0},
				{0, 0, 0.362249833, 0, 0.275500335, 0.362249833},
			},
		},
		{
			"no norm", tfidf.Options{Analysis: tfidf.Plain, Norm: tfidf.NoNorm, Sublinear: true},
			[]string{"at", "lake", "of", "salt", "sea", "tea"},
			[][]float64{
				{1.69314718, 0, 0, 1.28768207, 2.18023527, 0},
				{0, 1.69314718, 0, 1.28768207, 0, 0},
				{0, 0, 1.69314718, 0, 1.28768207, 1.69314718},
			},
		},
		{
			"least share", tfidf.Options{Analysis: tfidf.Plain, MinShare: 0.5},
			[]string{"salt", "sea"},
			[][]float64{
				{0.447213595, 0.894427191},
				{1, 0},
				{0, 1},
			},
		},
		{
			"most documents", tfidf.Options{Analysis: tfidf.Plain, MaxCount: 1},
			[]string{"at", "lake", "of", "tea"},
			[][]float64{
				{1, 0, 0, 0},
				{0, 1, 0, 0},
				{0, 0, 0.707106781, 0.707106781},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := tfidf.Fit(docs, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.terms, v.Terms()); diff != "" {
				t.Fatalf("terms (-want +got):\n%s", diff)
			}
			for i, want := range c.want {
				got := make([]float64, len(v.Terms()))
				x := v.Vector(docs[i])
				for k, term := range x.Terms {
					got[term] = float64(x.Values[k])
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-6, 1e-7)); diff != "" {
					t.Errorf("document %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}
