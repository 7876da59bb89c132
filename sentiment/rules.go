package sentiment

import "math"

// The rules of VADER (C.J. Hutto and E. Gilbert: VADER: A Parsimonious
// Rule-based Model for Sentiment Analysis of Social Media Text, ICWSM 2014).
// What is not marked as ours has the constants that its authors measured on
// people's ratings. Ours were chosen where tweets, product reviews and film
// sentences agreed on what is better, and have few digits.
const (
	window    = 4     // tokens before a word that can change it (ours; theirs is 3)
	noReach   = 2     // tokens ahead that "no" works
	negation  = -0.74 // factor of "not good" over "good"
	unbad     = -0.4  // factor of "not bad" over "bad": it is no praise (ours; theirs is -0.74)
	stressed  = 1.25  // factor of "never so good" over "good"
	capital   = 0.733 // strength that CAPITALS add, where not everything is in capitals
	exclaim   = 0.292 // strength that one "!" adds to the text …
	exclaims  = 4     // … and how many count
	question  = 0.18  // strength that each of two or three "?" adds …
	questions = 3     //
	wonder    = 0.96  // … and what more of them add together
	before    = 0.5   // factor of what stands before "but" …
	after     = 1.3   // … and after it (ours; theirs is 1.5)
	alpha     = 15    // of the normalisation x/√(x²+alpha): about the largest sum to be expected

	// A sum of n independent words grows with √n: what is longer than this many
	// tokens is brought back by √(long/n), so that a long text is not extreme for
	// its length alone (ours).
	long = 15
)

// fading is how much of a booster's strength is left at a distance of tokens.
var fading = [window + 1]float64{1: 1, 2: 0.95, 3: 0.9, 4: 0.8}

// A sum is what a text says before it is squeezed into [-1, 1].
type sum struct {
	words    float64 // of all tokens
	length   float64 // factor for the text's length
	emphasis float64 // what punctuation adds, with the sign of words
}

func (x sum) total() float64 { return float64(x.words*x.length) + x.emphasis }

// squeeze is the divisor that takes the sum into [-1, 1].
func (x sum) squeeze() float64 {
	t := x.total()
	return math.Sqrt(float64(t*t) + alpha)
}

// score applies the rules to what was read. Products are converted explicitly,
// which forbids the compiler to fuse them with the next sum: the same bytes on
// every machine.
func (s *scratch) score() Score {
	out := Score{Tokens: len(s.tokens)}
	if s.otherLanguage() {
		if out.Tokens > 0 {
			out.Neutral = 1
		}
		return out
	}
	var x sum
	var positive, negative, neutral float64
	mixed, paired := s.mixed(), len(s.lex.pairs.list) > 0
	for i := 0; i < len(s.tokens); {
		end, but := s.span(i)
		for ; i < end; i++ {
			if s.tokens[i].valence == 0 && !paired {
				neutral++
				continue
			}
			v := s.says(i, but, mixed, nil)
			if s.tokens[i].valence != 0 {
				out.Known++
			}
			x.words += v
			// A word that says something weighs a neutral word's one more than its strength.
			switch {
			case v > 0:
				positive += v + 1
			case v < 0:
				negative += 1 - v
			default:
				neutral++
			}
		}
	}
	s.finish(&x)
	strength := math.Abs(x.emphasis)
	switch {
	case positive > negative:
		positive += strength
	case negative > positive:
		negative += strength
	}
	out.Compound = x.total() / x.squeeze()
	if total := positive + negative + neutral; total > 0 {
		out.Positive, out.Negative, out.Neutral = positive/total, negative/total, neutral/total
	}
	return out
}

// otherLanguage reports whether the text's common words are another language's.
func (s *scratch) otherLanguage() bool { return s.foreign > 1 && s.foreign > s.home }

// mixed reports whether some tokens are in capitals and some are not.
func (s *scratch) mixed() bool { return s.capitals > 0 && s.capitals < len(s.tokens) }

// finish sets what the text as a whole adds to its words.
func (s *scratch) finish(x *sum) {
	x.length = 1
	if n := len(s.tokens); n > long {
		x.length = math.Sqrt(long / float64(n))
	}
	switch {
	case x.words > 0:
		x.emphasis = s.emphasis()
	case x.words < 0:
		x.emphasis = -s.emphasis()
	}
}

// span returns the end of the sentence that begins at token i, and the place of
// the first "but" in it, or -1.
func (s *scratch) span(i int) (end, but int) {
	but = -1
	for end = i; end < len(s.tokens); end++ {
		t := &s.tokens[end]
		if t.gap >= sentence && end > i {
			break
		}
		if t.contrast && but < 0 {
			but = end
		}
	}
	return end, but
}

// says returns what token i adds to the sum.
func (s *scratch) says(i, but int, mixed bool, told *telling) float64 {
	v := s.valence(i, mixed, told)
	if by := s.beside(i); by != 0 {
		v += by
		told.rule(RulePair, i-1, by)
	}
	switch {
	case but < 0 || v == 0:
	case i < but:
		v = float64(v * before)
		told.rule(RuleBeforeBut, but, before)
	case i > but:
		v = float64(v * after)
		told.rule(RuleAfterBut, but, after)
	}
	return v
}

// beside returns what token i says as a pair with the one before it.
func (s *scratch) beside(i int) float64 {
	if i == 0 || s.tokens[i].gap >= clause {
		return 0
	}
	return s.lex.pairs.weight(s.tokens[i-1].place, s.tokens[i].place)
}

// valence returns what token i says where it stands.
func (s *scratch) valence(i int, mixed bool, told *telling) float64 {
	t := &s.tokens[i]
	v := t.valence
	if v == 0 {
		return 0
	}
	if s.yields(i) {
		told.rule(RuleYields, i+1, 0)
		return 0
	}
	if mixed && t.capitals {
		v = stronger(v, capital)
		told.rule(RuleCapitals, i, capital)
	}
	if t.role&emoticon != 0 {
		return v
	}
	widest := space
	for d := 1; d <= window && d <= i; d++ {
		widest = max(widest, s.tokens[i-d+1].gap)
		w := &s.tokens[i-d]
		if by := boost(w, d, mixed); by != 0 && widest < clause {
			v = stronger(v, by)
			told.rule(RuleBooster, i-d, by)
		}
		if by := s.factor(i, d, widest, v); by != 1 {
			v = float64(v * by)
			told.rule(RuleNegation, i-d, by)
		}
	}
	return v
}

// yields reports whether token i is a "no" that negates the next word instead of
// speaking for itself.
func (s *scratch) yields(i int) bool {
	return s.tokens[i].role&no != 0 && i+1 < len(s.tokens) && s.tokens[i+1].valence != 0
}

// boost is what w adds to the strength of a word d tokens later.
func boost(w *token, d int, mixed bool) float64 {
	if w.boost == 0 || w.speaks() {
		return 0
	}
	if mixed && w.capitals {
		return float64((w.boost + capital) * fading[d])
	}
	return float64(w.boost * fading[d])
}

// speaks reports whether a word that could change others is a judgement itself.
func (t *token) speaks() bool { return t.valence != 0 && t.role&(no|learned) == 0 }

// factor is what the token d before token i, with the widest gap between them,
// makes of its valence v. A negation ends at a comma.
func (s *scratch) factor(i, d int, widest gap, v float64) float64 {
	w := &s.tokens[i-d]
	if w.role&(negator|stresser) == 0 || w.speaks() || widest >= comma {
		return 1
	}
	reach := int(w.reach)
	if w.role&no != 0 && s.tokens[i-1].role&joint != 0 {
		reach++
	}
	switch {
	case d > reach:
		return 1
	case w.role&stresser != 0:
		return stressed
	case v > 0:
		return negation
	}
	return unbad
}

// stronger moves v away from zero by b, or towards it where b is negative.
func stronger(v, b float64) float64 {
	if v < 0 {
		return v - b
	}
	return v + b
}

// emphasis is what the text's punctuation adds to the strength of its sum.
func (s *scratch) emphasis() float64 {
	e := float64(float64(min(s.exclamations, exclaims)) * exclaim)
	switch {
	case s.questions > questions:
		e += wonder
	case s.questions > 1:
		e += float64(float64(s.questions) * question)
	}
	return e
}
