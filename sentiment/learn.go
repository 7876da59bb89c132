package sentiment

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// An Example is a text and what its writer, or a rater, thinks.
type Example struct {
	Text   string
	Rating float64 // in [-1, 1]: -1 the worst, 0 neither, 1 the best
}

// LearnOptions configure [Learn]. The zero value means the defaults. They were
// chosen by three-fold cross-validation on film sentences.
type LearnOptions struct {
	// Base is what is believed before any example. nil means English().
	Base *Lexicon
	// MinTexts is how many texts a word that Base does not judge, or a pair of
	// words, must occur in to be learned. 0 means 2.
	MinTexts int
	// Prior is how firmly what Base says is believed, and that other words and
	// pairs say nothing: the inverse variance of a valence around its belief. 0
	// means 0.3: a standard deviation of 1.8.
	Prior float64
	// Sweeps is how often each valence is improved. 0 means 15, after which
	// little changes any more.
	Sweeps int
	// Progress is called after each sweep, by the goroutine of Learn. nil: silent.
	Progress func(sweep, sweeps int)
}

// Learn returns a Lexicon of what words, and pairs of words beside each other,
// say in one domain: the one under which the examples' ratings are most likely,
// given that Base is nearly right (logistic regression of ratings on the sums
// that the rules make, with a normal prior around Base). Scores of 0 then mean
// what a rating of 0 does.
//
// It costs O(bytes of the texts × Sweeps) and holds some 30 bytes per word of the
// texts. The same examples in the same order give the same Lexicon. Invalid
// options and ratings are refused with one error that wraps
// [recommender.ErrInvalid]; ctx is honoured.
func Learn(ctx context.Context, examples []Example, o LearnOptions) (*Lexicon, error) {
	if err := o.check(examples); err != nil {
		return nil, err
	}
	lex, err := withUnknown(ctx, examples, o)
	if err != nil {
		return nil, fmt.Errorf("sentiment: learn: %w", err)
	}
	p, err := newProblem(ctx, examples, lex, o)
	if err == nil {
		err = p.solve(ctx, o)
	}
	if err != nil {
		return nil, fmt.Errorf("sentiment: learn: %w", err)
	}
	return p.lexicon(), nil
}

// check sets the defaults and reports every fault.
func (o *LearnOptions) check(examples []Example) error {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if len(examples) == 0 {
		fault("no examples")
	}
	for i, x := range examples {
		if !(math.Abs(x.Rating) <= 1) {
			fault("rating %v of example %d is not in [-1, 1]", x.Rating, i)
			break
		}
	}
	if o.MinTexts < 0 || o.Sweeps < 0 {
		fault("MinTexts %d or Sweeps %d < 0", o.MinTexts, o.Sweeps)
	}
	if !(o.Prior >= 0) || math.IsInf(o.Prior, 0) {
		fault("Prior %v is not a finite number of 0 or more", o.Prior)
	}
	if faults != nil {
		return fmt.Errorf("sentiment: learn: %w: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	if o.Base == nil {
		o.Base = English()
	}
	o.MinTexts = cmp.Or(o.MinTexts, 2)
	o.Prior = cmp.Or(o.Prior, 0.3)
	o.Sweeps = cmp.Or(o.Sweeps, 15)
	return nil
}

// withUnknown returns Base with the words that it does not have.
func withUnknown(ctx context.Context, examples []Example, o LearnOptions) (*Lexicon, error) {
	s := &scratch{lex: o.Base}
	type count struct{ texts, last int }
	counts := make(map[string]*count)
	var buf []byte
	for i, x := range examples {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.read(x.Text)
		for _, t := range s.tokens {
			if t.entry != unknown && t.entry != contracted {
				continue
			}
			buf = appendFolded(buf[:0], x.Text[t.start:t.end])
			c := counts[string(buf)]
			if c == nil {
				c = &count{last: -1}
				counts[string(buf)] = c
			}
			if c.last != i {
				c.texts, c.last = c.texts+1, i
			}
		}
	}
	var words []string
	for w, c := range counts {
		if c.texts >= o.MinTexts && len(w) < maxToken {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	b := newBuilder(len(o.Base.entries) + len(words))
	b.merge(o.Base)
	for _, w := range words {
		e := b.entry(w)
		if strings.HasSuffix(w, string(notSuffix)) {
			e.role, e.reach = e.role|negator, window
		}
	}
	return b.finish(), nil
}

// maxToken is how long a learned word may be, in bytes: longer ones are no words.
const maxToken = 64

// lexicon returns what was learned. What moved by less than can be seen is left
// as it was.
func (p *problem) lexicon() *Lexicon {
	const seen = 0.02
	b := newBuilder(len(p.lex.entries))
	b.merge(p.lex)
	for f, w := range p.weights {
		if math.Abs(w) < seen {
			continue
		}
		if f >= len(p.lex.entries) {
			x := p.pairs[f-len(p.lex.entries)]
			tokens := [2]string{p.lex.entries[x.first].token, p.lex.entries[x.second].token}
			b.pairs[tokens] = clamp(b.pairs[tokens] + w)
			continue
		}
		e := b.entry(p.lex.entries[f].token)
		if e.role&given == 0 || e.valence == 0 {
			e.role |= learned
		}
		e.valence, e.role = clamp(e.valence+w), e.role|given
	}
	return b.finish()
}

func clamp(v float64) float64 { return min(max(v, -MaxValence), MaxValence) }
