package sentiment

import "math"

// The rules of VADER (C.J. Hutto and E. Gilbert: VADER: A Parsimonious
// Rule-based Model for Sentiment Analysis of Social Media Text, ICWSM 2014),
// with the constants that its authors measured on people's ratings.
const (
	window   = 3     // tokens before a word that can change it
	noReach  = 2     // tokens ahead that "no" works
	negation = -0.74 // factor of "not good" over "good"
	stressed = 1.25  // factor of "never so good" over "good"
	boosted  = 0.293 // strength that "very" adds
	capital  = 0.733 // strength that CAPITALS add, where not everything is in capitals
	exclaim  = 0.292 // strength that one "!" adds to the text …
	exclaims = 4     // … and how many count
	question = 0.18  // strength that each of two or three "?" adds …
	wonder   = 0.96  // … and what more of them add together
	before   = 0.5   // factor of what stands before "but" …
	after    = 1.5   // … and after it
	alpha    = 15    // of the normalisation x/√(x²+alpha): about the largest sum to be expected
)

var X = struct {
	Neg, NegNeg, Before, After, Damp float64
	Window, NegGap, BoostGap, ButGap, Long int
}{-0.74, -0.74, 0.5, 1.5, 0, 3, 9, 9, 9, 40}

// fading is how much of a booster's strength is left at a distance of tokens.
var fading = [10]float64{1: 1, 2: 0.95, 3: 0.9, 0.8, 0.7, 0.6}

// score applies the rules to what was read. Products are converted explicitly,
// which forbids the compiler to fuse them with the next sum: the same bytes on
// every machine.
func (s *scratch) score() Score {
	out := Score{Tokens: len(s.tokens)}
	mixed := s.capitals > 0 && s.capitals < len(s.tokens)
	var sum, positive, negative, neutral float64
	for i := 0; i < len(s.tokens); {
		end, but := s.span(i)
		for ; i < end; i++ {
			v := s.valence(i, mixed)
			if s.tokens[i].valence != 0 {
				out.Known++
			}
			if i > 0 && s.tokens[i].gap < clause {
				v += s.lex.pairs.weight(s.tokens[i-1].place, s.tokens[i].place)
			}
			switch {
			case but < 0:
			case i < but:
				v = float64(v * X.Before)
			case i > but:
				v = float64(v * X.After)
			}
			sum += v
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
	emphasis := s.emphasis()
	if n := len(s.tokens); n > X.Long && X.Damp > 0 {
		sum *= math.Pow(float64(X.Long)/float64(n), X.Damp)
	}
	switch {
	case sum > 0:
		sum += emphasis
	case sum < 0:
		sum -= emphasis
	}
	switch {
	case positive > negative:
		positive += emphasis
	case negative > positive:
		negative += emphasis
	}
	out.Compound = sum / math.Sqrt(float64(sum*sum)+alpha)
	if total := positive + negative + neutral; total > 0 {
		out.Positive, out.Negative, out.Neutral = positive/total, negative/total, neutral/total
	}
	return out
}

// span returns the end of the sentence that begins at i, and the place of the
// first "but" in it, or -1.
func (s *scratch) span(i int) (end, but int) {
	but = -1
	for end = i; end < len(s.tokens); end++ {
		if end > i && s.tokens[end].gap >= gap(X.ButGap) {
			break
		}
		if but < 0 && s.tokens[end].role&contrast != 0 {
			but = end
		}
	}
	return end, but
}

// valence returns what token i says where it stands; mixed is whether some
// tokens are in capitals and some are not.
func (s *scratch) valence(i int, mixed bool) float64 {
	tokens := s.tokens
	t := tokens[i]
	v := t.valence
	if v == 0 || t.role&no != 0 && i+1 < len(tokens) && tokens[i+1].valence != 0 {
		return 0
	}
	if mixed && t.capitals {
		v = stronger(v, capital)
	}
	if t.role&emoticon != 0 {
		return v
	}
	open := space
	for d := 1; d <= X.Window && d <= i; d++ {
		open = max(open, tokens[i-d+1].gap)
		w := &tokens[i-d]
		if w.boost != 0 && w.valence == 0 && open < gap(X.BoostGap) {
			by := w.boost
			if mixed && w.capitals {
				by += capital
			}
			v = stronger(v, float64(by*fading[d]))
		}
		if w.role&(negator|stresser) == 0 || w.valence != 0 && w.role&no == 0 || open >= gap(X.NegGap) {
			continue
		}
		reach := int(w.reach)
		if reach == 3 { reach = X.Window }
		if w.role&no != 0 && tokens[i-1].role&joint != 0 {
			reach++
		}
		if d <= reach {
			if w.role&stresser != 0 {
				v = float64(v * stressed)
			} else if v > 0 {
				v = float64(v * X.Neg)
			} else {
				v = float64(v * X.NegNeg)
			}
		}
	}
	return v
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
	case s.questions > 3:
		e += wonder
	case s.questions > 1:
		e += float64(float64(s.questions) * question)
	}
	return e
}
