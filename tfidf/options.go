package tfidf

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Options say which terms a [Vectorizer] keeps and how it weighs them. The zero
// value keeps all words, with raw counts.
type Options struct {
	Analysis Analysis
	// MinGram and MaxGram are how many neighbouring words, or characters, make a
	// term. 0 means 1 for words and 3 for characters, or MinGram for MaxGram. At most 16.
	MinGram, MaxGram int
	// Stop names a list of words to leave out, and StopWords more of them,
	// before neighbours are put together. Only analyses by words have them.
	Stop      StopList
	StopWords []string

	MaxFeatures int     // keep only the most frequent terms, ties by term; 0 means all
	MinDF       int     // leave out terms that fewer documents have; 0 means 1
	MinShare    float64 // leave out terms that a smaller share of documents has, in [0, 1]
	MaxDF       float64 // leave out terms that a larger share of documents has, in (0, 1]; 0 means 1
	MaxCount    int     // leave out terms that more documents have; 0 means no limit

	Weighting Weighting
	Binary    bool // count a term once a document
	Sublinear bool // weigh n occurrences as 1+ln n; not with BM25
	RawIDF    bool // ln(n/df)+1 instead of ln((1+n)/(1+df))+1; not with BM25
	NoIDF     bool // let all terms count alike
	Norm      Norm // what vectors are divided by
}

// A Weighting is a way of weighing terms.
type Weighting uint8

const (
	// TFIDF is the count of a term times its inverse document frequency.
	TFIDF Weighting = iota
	// BM25 lets counts saturate, sooner in documents (or fields) shorter than
	// the average: n(k+1)/(n+k(1−b+b·length/average)), k = 1.2, b = 0.75,
	// times ln(1+(N−df+½)/(df+½)) (Robertson and Zaragoza, 2009).
	BM25
)

// The constants of BM25, as most search engines have them.
const (
	bm25k = 1.2
	bm25b = 0.75
)

// String returns the name of w.
func (w Weighting) String() string { return name("weighting", uint8(w), "tfidf", "bm25") }

// A Norm is what the values of a vector are divided by.
type Norm uint8

const (
	L2 Norm = iota // the length: products are cosines
	L1             // the sum
	NoNorm
)

// String returns the name of n.
func (n Norm) String() string { return name("norm", uint8(n), "l2", "l1", "none") }

// A StopList names a list of words that say nothing about a text.
type StopList uint8

const (
	NoStops StopList = iota
	English          // [EnglishStopWords]
)

// String returns the name of s.
func (s StopList) String() string { return name("stoplist", uint8(s), "none", "english") }

func name(kind string, n uint8, names ...string) string {
	if int(n) < len(names) {
		return names[n]
	}
	return kind + "(" + strconv.Itoa(int(n)) + ")"
}

// maxGram bounds terms, and with them the size of a vocabulary.
const maxGram = 16

// check returns o with its defaults, and every fault. It copies StopWords.
func (o Options) check() (Options, []string) {
	var faults []string
	fault := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	fault(o.Analysis > WordChars, "Analysis %d is unknown", o.Analysis)
	if o.MinGram == 0 {
		o.MinGram = 1
		if o.Analysis.chars() {
			o.MinGram = 3
		}
		if o.MaxGram > 0 {
			o.MinGram = min(o.MinGram, o.MaxGram)
		}
	}
	o.MaxGram = cmp.Or(o.MaxGram, o.MinGram)
	fault(o.MinGram < 1 || o.MinGram > maxGram, "MinGram %d outside [1, %d]", o.MinGram, maxGram)
	fault(o.MaxGram < o.MinGram || o.MaxGram > maxGram, "MaxGram %d outside [MinGram, %d]", o.MaxGram, maxGram)
	fault(o.Stop > English, "Stop %d is unknown", o.Stop)
	fault(o.Analysis.chars() && (o.Stop != NoStops || len(o.StopWords) > 0), "Analysis %v has no words to stop", o.Analysis)
	fault(o.MaxFeatures < 0, "MaxFeatures %d < 0", o.MaxFeatures)
	fault(o.MinDF < 0, "MinDF %d < 0", o.MinDF)
	fault(!(o.MinShare >= 0 && o.MinShare <= 1), "MinShare %v outside [0, 1]", o.MinShare)
	fault(!(o.MaxDF >= 0 && o.MaxDF <= 1), "MaxDF %v outside [0, 1]", o.MaxDF)
	fault(o.MaxCount < 0, "MaxCount %d < 0", o.MaxCount)
	fault(o.Weighting > BM25, "Weighting %d is unknown", o.Weighting)
	fault(o.Norm > NoNorm, "Norm %d is unknown", o.Norm)
	fault(o.Weighting == BM25 && o.Sublinear, "Sublinear with BM25, which has its own")
	fault(o.Weighting == BM25 && o.RawIDF, "RawIDF with BM25, which has its own")
	o.MinDF = cmp.Or(o.MinDF, 1)
	o.MaxDF = cmp.Or(o.MaxDF, 1)
	o.MaxCount = cmp.Or(o.MaxCount, math.MaxInt)
	o.StopWords = slices.Clone(o.StopWords)
	return o, faults
}

func invalid(what string, faults []string) error {
	return fmt.Errorf("tfidf: invalid %s: %s: %w", what, strings.Join(faults, "; "), recommender.ErrInvalid)
}
