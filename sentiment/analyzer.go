package sentiment

import (
	"fmt"
	"sync"

	"github.com/osusume/osusume/recommender"
)

// Options configure an [Analyzer]. The zero value means the defaults.
type Options struct {
	// Lexicon is what the words mean. nil means English(): the one whose
	// agreement with people is published and measured.
	Lexicon *Lexicon
}

// An Analyzer scores texts. Safe for concurrent use.
type Analyzer struct {
	lex  *Lexicon
	pool sync.Pool // of *scratch
}

// New returns an Analyzer. Invalid options are refused with one error that
// names every fault and wraps [recommender.ErrInvalid].
func New(o Options) (*Analyzer, error) {
	if o.Lexicon == nil {
		o.Lexicon = English()
	}
	if o.Lexicon.Len() == 0 {
		return nil, fmt.Errorf("sentiment: %w: Lexicon has no word with a valence", recommender.ErrInvalid)
	}
	return &Analyzer{lex: o.Lexicon}, nil
}

// A Score says how good a text sounds.
type Score struct {
	// Compound is the sum of all that the text says, squeezed into [-1, 1].
	// Customarily positive from 0.05 on and negative from -0.05 down.
	Compound float64
	// Positive, Negative and Neutral are the shares of the text, in [0, 1],
	// that sound so. They add up to 1, or are 0 where the text has no token.
	Positive, Negative, Neutral float64
	Tokens                      int // words, phrases, emoticons, words of emoji
	Known                       int // tokens that have a valence in the lexicon; 0: the score means nothing
}

// Score scores a text of any length in O(len(text)). Any string is valid; bytes
// that are not UTF-8 separate words. It does not allocate, after the first texts.
func (a *Analyzer) Score(text string) Score {
	s, _ := a.pool.Get().(*scratch)
	if s == nil {
		s = &scratch{lex: a.lex}
	}
	s.read(text)
	score := s.score()
	if cap(s.tokens) <= maxKept && cap(s.buf) <= maxKept {
		a.pool.Put(s)
	}
	return score
}

const maxKept = 1 << 14 // tokens, or bytes of a word; one huge text should not hold memory for ever
