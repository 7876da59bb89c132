package sentiment

import (
	"fmt"

	"github.com/osusume/osusume/recommender"
)

// An Explanation says how a [Score] came about.
type Explanation struct {
	Score Score
	// Parts are the tokens of the text, in order, and last the punctuation if it
	// added something. Their Shares add up to Score.Compound.
	Parts []Part
}

// A Part is what one token, or the punctuation, has to do with a Score.
type Part struct {
	Text       string  // as it stands in the text; "" for the punctuation
	Start, End int     // where, in bytes
	Base       float64 // the valence that the lexicon gives it, in [-4, 4]
	Rules      []Rule  // what changed it, in the order in which they applied
	Share      float64 // of the compound, in [-1, 1]
}

// A Rule is one change to what a token says.
type Rule struct {
	Kind string
	Word string  // the token that made it, as it stands in the text
	By   float64 // added to the strength for boosters, capitals and pairs; else a factor
}

// The kinds of [Rule].
const (
	RuleCapitals  = "capitals"    // it is in capitals, and others are not: strength added
	RuleBooster   = "booster"     // "very", "slightly": strength added
	RuleNegation  = "negation"    // "not", "never so": a factor
	RuleYields    = "yields"      // a "no" that negates the next word says nothing itself: factor 0
	RulePair      = "pair"        // what it says beside the word before it: valence added
	RuleBeforeBut = "before but"  // a factor
	RuleAfterBut  = "after but"   // a factor
	RuleName      = "name"        // a Mask found it: it says nothing
	RuleLanguage  = "language"    // the text is in another language: factor 0
	RuleLength    = "length"      // the text is long: a factor
	RulePunctuate = "punctuation" // "!" and "?": strength added
)

// A telling collects rules; nil collects nothing.
type telling struct {
	s     *scratch
	text  string
	rules []Rule
}

func (t *telling) rule(kind string, at int, by float64) {
	if t != nil {
		w := t.s.tokens[at]
		t.rules = append(t.rules, Rule{kind, t.text[w.start:w.end], by})
	}
}

// Explain scores text as [Analyzer.Score] does and says how. It allocates a Part
// per token. A strict Analyzer has no explanations: the error wraps
// [recommender.ErrInvalid].
func (a *Analyzer) Explain(text string) (Explanation, error) {
	if a.strict != nil {
		return Explanation{}, fmt.Errorf("sentiment: explain: %w: the Analyzer is strict", recommender.ErrInvalid)
	}
	s := a.scratch()
	defer a.release(s)
	s.read(text)
	out := Explanation{Score: s.score(), Parts: make([]Part, len(s.tokens))}
	told := &telling{s: s, text: text}
	other := s.otherLanguage()
	var x sum
	mixed := s.mixed()
	for i := 0; i < len(s.tokens); {
		end, but := s.span(i)
		for ; i < end; i++ {
			t := s.tokens[i]
			told.rules = nil
			p := Part{Text: text[t.start:t.end], Start: t.start, End: t.end, Base: t.valence}
			switch {
			case t.entry == name:
				p.Rules = []Rule{{Kind: RuleName, Word: p.Text}}
			case other:
				if p.Base != 0 {
					p.Rules = []Rule{{Kind: RuleLanguage}}
				}
			default:
				p.Share = s.says(i, but, mixed, told)
				p.Rules = told.rules
			}
			x.words += p.Share
			out.Parts[i] = p
		}
	}
	s.finish(&x)
	squeeze := x.squeeze()
	for i := range out.Parts {
		p := &out.Parts[i]
		if p.Share != 0 && x.length != 1 {
			p.Rules = append(p.Rules, Rule{Kind: RuleLength, By: x.length})
		}
		p.Share = float64(p.Share*x.length) / squeeze
	}
	if x.emphasis != 0 {
		out.Parts = append(out.Parts, Part{
			Start: len(text), End: len(text), Share: x.emphasis / squeeze,
			Rules: []Rule{{Kind: RulePunctuate, By: s.emphasis()}},
		})
	}
	return out, nil
}
