package sentiment

import (
	"context"
	"fmt"
	"sync"

	"github.com/osusume/osusume/recommender"
)

// A Scorer says how good texts sound. An [Analyzer] is one; so can be a model in
// another process (docs/sentiment.md shows one behind HTTP).
//
// ScoreTexts writes one Score per text into dst, which has the length of texts.
// It is safe for concurrent use, honours ctx, and does not keep texts or dst. A
// text that the Scorer cannot judge gets a Score with Known 0; an error means
// that no Score in dst counts.
type Scorer interface {
	ScoreTexts(ctx context.Context, texts []string, dst []Score) error
}

// Options configure an [Analyzer]. The zero value means the defaults.
type Options struct {
	// Lexicon is what the words mean. nil means English(): the one whose
	// agreement with people is measured.
	Lexicon *Lexicon
	// Mask finds names of works, whose words say nothing about them. nil: no
	// names are looked for.
	Mask *Mask
	// Strict reproduces release 3.3.2 of vaderSentiment on PyPI, for comparison
	// with what others measured: its tokens, rules and slips, its rounding to four
	// digits (shares: three). It brings its own lexicon and excludes Lexicon and Mask.
	Strict bool
}

// An Analyzer scores texts. Safe for concurrent use.
type Analyzer struct {
	lex    *Lexicon
	mask   *Mask
	strict *strictLexicon
	pool   sync.Pool // of *scratch, or *strictScratch
}

var _ Scorer = (*Analyzer)(nil)

// New returns an Analyzer. Invalid options are refused with one error that
// names every fault and wraps [recommender.ErrInvalid].
func New(o Options) (*Analyzer, error) {
	if o.Strict {
		if o.Lexicon != nil || o.Mask != nil {
			return nil, fmt.Errorf("sentiment: invalid options: %w: Strict excludes Lexicon and Mask", recommender.ErrInvalid)
		}
		return &Analyzer{strict: strictEnglish()}, nil
	}
	if o.Lexicon == nil {
		o.Lexicon = English()
	}
	if o.Lexicon.Len() == 0 {
		return nil, fmt.Errorf("sentiment: invalid options: %w: Lexicon has no word with a valence", recommender.ErrInvalid)
	}
	return &Analyzer{lex: o.Lexicon, mask: o.Mask}, nil
}

// A Score says how good a text sounds.
type Score struct {
	// Compound is the sum of all that the text says, squeezed into [-1, 1].
	// Customarily positive from 0.05 on and negative from -0.05 down.
	Compound float64
	// Positive, Negative and Neutral are the shares of the text, in [0, 1],
	// that sound so. They add up to 1, or are 0 where the text has no token.
	Positive, Negative, Neutral float64
	Tokens                      int // words, phrases, emoticons, emoji, names
	Known                       int // tokens that have a valence in the lexicon; 0: the score means nothing
}

// Coverage is the share of the text's tokens that the lexicon judges, in [0, 1].
// 0 says that the text is not understood rather than neutral.
func (s Score) Coverage() float64 {
	if s.Tokens == 0 {
		return 0
	}
	return float64(s.Known) / float64(s.Tokens)
}

// Score scores a text of any length in O(len(text)). Any string is valid; bytes
// that are not UTF-8 separate words. It does not allocate, after the first texts.
//
// A text whose common words are another language's than the lexicon's scores 0
// with Known 0.
func (a *Analyzer) Score(text string) Score {
	if a.strict != nil {
		return a.scoreStrict(text)
	}
	s := a.scratch()
	s.read(text)
	score := s.score()
	a.release(s)
	return score
}

// ScoreTexts scores each of texts. The error wraps [recommender.ErrInvalid]
// where dst has another length.
func (a *Analyzer) ScoreTexts(ctx context.Context, texts []string, dst []Score) error {
	if len(dst) != len(texts) {
		return fmt.Errorf("sentiment: score: %w: %d places for %d texts", recommender.ErrInvalid, len(dst), len(texts))
	}
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return err
		}
		dst[i] = a.Score(text)
	}
	return nil
}

func (a *Analyzer) scratch() *scratch {
	if s, ok := a.pool.Get().(*scratch); ok {
		return s
	}
	return &scratch{lex: a.lex, mask: a.mask}
}

const maxKept = 1 << 14 // tokens, or bytes of a word; one huge text should not hold memory for ever

func (a *Analyzer) release(s *scratch) {
	s.text = ""
	if cap(s.tokens) <= maxKept && cap(s.buf) <= maxKept && s.names.size() <= maxKept {
		a.pool.Put(s)
	}
}

func (a *Analyzer) scoreStrict(text string) Score {
	s, _ := a.pool.Get().(*strictScratch)
	if s == nil {
		s = &strictScratch{lex: a.strict}
	}
	score := s.score(text)
	if cap(s.words) <= maxKept && cap(s.buf) <= maxKept && cap(s.text) <= maxKept {
		a.pool.Put(s)
	}
	return score
}
