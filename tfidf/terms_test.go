package tfidf_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/tfidf"
)

func TestAnalysesCutText(t *testing.T) {
	for _, c := range []struct {
		name, text   string
		words, plain []string
	}{
		{"nothing", "", nil, nil},
		{"lower case and punctuation", "Iron-Clad, WALTZ!", []string{"iron", "clad", "waltz"}, []string{"iron", "clad", "waltz"}},
		{"single characters", "a K 7 of 9x", []string{"of", "9x"}, []string{"of", "9x"}},
		{"underscore", "snake_case", []string{"snake", "case"}, []string{"snake_case"}},
		{"width", "Ｆｕｌｌ ｗｉｄｔｈ", []string{"full", "width"}, []string{"ｆｕｌｌ", "ｗｉｄｔｈ"}},
		{"combining mark", "cafe\u0301 noir", []string{"café", "noir"}, []string{"cafe", "noir"}},
		{"mark that does not compose", "x\u0323\u0307 हिन्दी", []string{"ẋ̣", "हिन्दी"}, nil},
		{"unspaced run", "東京の夜", []string{"東京", "京の", "の夜"}, []string{"東京の夜"}},
		{"unspaced single", "猫 と cat", []string{"猫", "と", "cat"}, []string{"cat"}},
		{"prolonged sound", "ケーキ", []string{"ケー", "ーキ"}, []string{"ケーキ"}},
		{"half width katakana", "ｶﾞﾑ", []string{"ガム"}, []string{"ｶﾞﾑ"}},
		{"script change", "第12話remix版", []string{"第", "12", "話", "remix", "版"}, []string{"第12話remix版"}},
		{"hangul", "고양이", []string{"고양", "양이"}, []string{"고양이"}},
		{"invalid", "good\xffbad", []string{"good", "bad"}, []string{"good", "bad"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.words, tfidf.Words.Terms(nil, c.text)); diff != "" {
				t.Errorf("Words (-want +got):\n%s", diff)
			}
			if c.name == "mark that does not compose" {
				return // Python's \w leaves marks out and cuts the word in pieces
			}
			if diff := cmp.Diff(c.plain, tfidf.Plain.Terms(nil, c.text)); diff != "" {
				t.Errorf("Plain (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTermsAppends(t *testing.T) {
	got := tfidf.Words.Terms([]string{"first"}, "second third")
	if diff := cmp.Diff([]string{"first", "second", "third"}, got); diff != "" {
		t.Errorf("terms (-want +got):\n%s", diff)
	}
}

func TestOptionsCutText(t *testing.T) {
	for _, c := range []struct {
		name    string
		options tfidf.Options
		text    string
		want    []string
	}{
		{"pairs of words", tfidf.Options{MaxGram: 2}, "Reef of 東京の", []string{"reef", "of", "東京", "京の", "reef of", "of 東京", "東京 京の"}},
		{"without stop words", tfidf.Options{Stop: tfidf.English, StopWords: []string{"reef"}}, "The reef and its divers", []string{"divers"}},
		{"characters", tfidf.Options{Analysis: tfidf.Chars}, "A  bé", []string{"a b", " bé"}},
		{"characters of words", tfidf.Options{Analysis: tfidf.WordChars, MaxGram: 4, MinGram: 3}, "a cat", []string{" a ", " ca", "cat", "at ", " cat", "cat "}},
		{"short text", tfidf.Options{Analysis: tfidf.Chars, MinGram: 2, MaxGram: 5}, "ab", []string{"ab"}},
		{"impossible", tfidf.Options{MinGram: 99}, "reef", nil},
	} {
		if diff := cmp.Diff(c.want, c.options.Terms(nil, c.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Every stop word can be a term, and stands once in the list.
func TestStopWordsAreTerms(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range tfidf.EnglishStopWords() {
		if seen[w] {
			t.Errorf("%q is there twice", w)
		}
		seen[w] = true
		if got := tfidf.Words.Terms(nil, w); len(w) > 1 && (len(got) != 1 || got[0] != w) {
			t.Errorf("%q is cut into %q", w, got)
		}
	}
}

func FuzzTerms(f *testing.F) {
	for _, s := range []string{"", "Iron waltz", "東京の夜ケーキ", "a\xff\u0301b", "İstanbul ΣΑΣ", "\u1100\u1161 한"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, o := range []tfidf.Options{{MinGram: 1, MaxGram: 3}, {Analysis: tfidf.Chars, MaxGram: 4}, {Analysis: tfidf.WordChars, MaxGram: 4}} {
			for _, term := range o.Terms(nil, s) {
				if n := utf8.RuneCountInString(term); term == "" || n == 0 || o.Analysis == tfidf.Chars && (n < 3 || n > 4) || o.Analysis == tfidf.WordChars && n > 4 {
					t.Errorf("%v: term %q of %q", o.Analysis, term, s)
				}
			}
		}
		for _, a := range []tfidf.Analysis{tfidf.Words, tfidf.Plain} {
			terms := a.Terms(nil, s)
			for _, term := range terms {
				if !utf8.ValidString(term) || term == "" || strings.ContainsAny(term, " \n\t,.!\ufffd") {
					t.Errorf("%v: term %q of %q", a, term, s)
				}
			}
			// A text of all terms has the same terms, but for what lies between
			// the pairs of unspaced scripts.
			if a == tfidf.Plain && !cmp.Equal(a.Terms(nil, strings.Join(terms, " ")), terms) {
				t.Errorf("%v: terms %q change when they are cut again", a, terms)
			}
		}
	})
}
