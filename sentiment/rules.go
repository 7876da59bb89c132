package sentiment

import "math"

// The rules of VADER (C.J. Hutto and E. Gilbert: VADER: A Parsimonious
// Rule-based Model for Sentiment Analysis of Social Media Text, ICWSM 2014),
// with the constants that its authors measured on people's ratings.
const (
	window   = 3     // tokens before a word that can change it
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

// fading is how much of a booster's strength is left at a distance of tokens.
var fading = [window + 1]float64{1: 1, 2: 0.95, 3: 0.9}

// grammar lists the closed-class words and phrases with rules of their own. A
// phrase is one token, so that "at least" is no "least", and the "doubt" of
// "without doubt" is not counted.
var grammar = []struct {
	token string
	entry
}{
	{"no", entry{role: no, shift: negation, reach: 2}},
	{"or", entry{role: or}},
	{"nor", entry{role: or, shift: negation, reach: window}},
	{"but", entry{role: but}},
	{"least", entry{shift: negation, reach: 1}},
	{"at least", entry{}},
	{"very least", entry{}},
	{"never so", entry{shift: stressed, reach: window}},
	{"never this", entry{shift: stressed, reach: window}},
	{"without doubt", entry{boost: boosted}},
	{"without a doubt", entry{boost: boosted}},
}

// score applies the rules to what was read. Products are converted explicitly,
// which forbids the compiler to fuse them with the next sum: the same bytes on
// every machine.
func (s *scratch) score() Score {
	out := Score{Tokens: len(s.tokens)}
	mixed := s.capitals > 0 && s.capitals < len(s.tokens)
	var sum, positive, negative, neutral float64
	for i := range s.tokens {
		v := valence(s.tokens, i, mixed)
		if s.tokens[i].valence != 0 {
			out.Known++
		}
		switch {
		case s.but < 0:
		case i < s.but:
			v = float64(v * before)
		case i > s.but:
			v = float64(v * after)
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
	emphasis := s.emphasis()
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

// valence returns what token i says where it stands; mixed is whether some
// tokens are in capitals and some are not.
func valence(tokens []token, i int, mixed bool) float64 {
	v := tokens[i].valence
	if v == 0 || tokens[i].role == no && i+1 < len(tokens) && tokens[i+1].valence != 0 {
		return 0
	}
	if mixed && tokens[i].capitals {
		v = stronger(v, capital)
	}
	for d := 1; d <= window && d <= i; d++ {
		w := tokens[i-d]
		if w.boost != 0 && w.valence == 0 {
			by := w.boost
			if mixed && w.capitals {
				by += capital
			}
			v = stronger(v, float64(by*fading[d]))
		}
		reach := w.reach
		if w.role == no {
			if tokens[i-1].role == or {
				reach++
			}
		} else if w.valence != 0 {
			continue
		}
		if d <= reach {
			v = float64(v * w.shift)
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
