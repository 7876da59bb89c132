package itemknn

import (
	"fmt"
	"math"

	"github.com/osusume/osusume/internal/csr"
)

// A Weighting says how much a user who has two items adds to their likeness, and
// what the likeness of popular items is divided by. In its formulas a user has n
// of the N items, and an item c of the U users.
type Weighting uint8

const (
	// Default is TFIDF.
	Default Weighting = iota
	// BM25 adds f(u)² and multiplies by the idf of both items, where
	// f = (K1+1)/(K1·(1-B+B·n/mean n)+1) and idf = ln(1+U/(1+c)): users are
	// documents, items their words (Robertson and Zaragoza: The Probabilistic
	// Relevance Framework, 2009).
	BM25
	// Cosine adds 1 and divides by the roots of both c: the cosine of the items'
	// columns.
	Cosine
	// TFIDF is the cosine of columns that hold ln(1+N/(1+n)) for each user: who
	// has everything says little.
	TFIDF
)

var weightingNames = [...]string{Default: "default", BM25: "bm25", Cosine: "cosine", TFIDF: "tfidf"}

// String returns "default", "bm25", "cosine" or "tfidf".
func (w Weighting) String() string {
	if int(w) < len(weightingNames) {
		return weightingNames[w]
	}
	return fmt.Sprintf("weighting(%d)", uint8(w))
}

// weigh returns what each user adds to a pair, 1 in the mean of the positives,
// and what a pair is multiplied by for each of its items.
func (c Config) weigh(own csr.Matrix) (user, item []float32) {
	counts := own.Counts()
	items, users := 0, 0
	for _, n := range counts {
		items += min(1, int(n))
	}
	for u := range own.Rows() {
		users += min(1, len(own.Of(u)))
	}
	user, item = make([]float32, own.Rows()), make([]float32, own.Columns)
	var sum float64
	meanItems := float64(len(own.Column)) / float64(users)
	raw := make([]float64, len(user))
	for u := range raw {
		n := float64(len(own.Of(u)))
		raw[u] = c.userWeight(n, meanItems, float64(items))
		sum += float64(raw[u] * n)
	}
	mean := sum / float64(len(own.Column))
	for u, w := range raw {
		user[u] = float32(w / mean)
	}
	if c.Weighting == BM25 {
		for i, n := range counts {
			item[i] = float32(math.Log(1 + float64(users)/(1+float64(n))))
		}
		return user, item
	}
	squares := make([]float64, len(item)) // of the lengths of the columns
	for u, w := range user {
		for _, i := range own.Of(u) {
			squares[i] += float64(w)
		}
	}
	for i, s := range squares {
		if s > 0 {
			item[i] = float32(1 / math.Sqrt(s))
		}
	}
	return user, item
}

func (c Config) userWeight(n, mean, items float64) float64 {
	f := 1.0
	switch c.Weighting {
	case BM25:
		length := 1 - c.B + float64(c.B*(n/mean))
		f = (c.K1 + 1) / (float64(c.K1*length) + 1)
	case TFIDF:
		f = math.Log(1 + items/(1+n))
	}
	return f * f
}
