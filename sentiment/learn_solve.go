package sentiment

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// A problem is a logistic regression: of the rating of each text on a fixed part,
// which Base and the rules say, and on a weight per entry and pair.
type problem struct {
	lex     *Lexicon
	pairs   []pair    // features beyond the entries
	weights []float64 // what each feature says beyond Base
	columns []column
	fixed   []float64 // of each text
	target  []float64 // probability of a good rating
}

// A column lists the texts in which a feature occurs, and how strongly.
type column struct {
	texts []int32
	x     []float64
}

func newProblem(ctx context.Context, examples []Example, lex *Lexicon, o LearnOptions) (*problem, error) {
	p := &problem{lex: lex, fixed: make([]float64, len(examples)), target: make([]float64, len(examples))}
	if err := p.findPairs(ctx, examples, o.MinTexts); err != nil {
		return nil, err
	}
	p.weights = make([]float64, len(lex.entries)+len(p.pairs))
	p.columns = make([]column, len(p.weights))
	known := newPairs(p.pairs)
	s := &scratch{lex: lex}
	for i, x := range examples {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.read(x.Text)
		p.target[i] = (x.Rating + 1) / 2
		p.fixed[i] = p.text(s, int32(i), &known)
	}
	return p, nil
}

// findPairs lists pairs of neighbours in at least so many texts.
func (p *problem) findPairs(ctx context.Context, examples []Example, least int) error {
	s := &scratch{lex: p.lex}
	type count struct{ texts, last int32 }
	counts := make(map[[2]int32]count)
	for i, x := range examples {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.read(x.Text)
		for j := 1; j < len(s.tokens); j++ {
			if key, ok := s.pairAt(j); ok {
				c, found := counts[key]
				if !found || c.last != int32(i) {
					counts[key] = count{c.texts + 1, int32(i)}
				}
			}
		}
	}
	for key, c := range counts {
		if int(c.texts) >= least {
			p.pairs = append(p.pairs, pair{first: key[0], second: key[1]})
		}
	}
	slices.SortFunc(p.pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.second, b.second)) })
	return nil
}

// pairAt returns the places of token j and the one before it, if they are a pair
// that may say something.
func (s *scratch) pairAt(j int) ([2]int32, bool) {
	a, b := s.tokens[j-1].place, s.tokens[j].place
	return [2]int32{a, b}, a >= 0 && b >= 0 && s.tokens[j].gap < clause
}

// text adds text i to the columns and returns what Base says of it.
func (p *problem) text(s *scratch, i int32, known *pairs) float64 {
	var x sum
	mixed := s.mixed()
	s.finish(&x) // for the length
	add := func(f int, v float64) {
		c := &p.columns[f]
		if n := len(c.texts); n > 0 && c.texts[n-1] == i {
			c.x[n-1] += v
			return
		}
		c.texts, c.x = append(c.texts, i), append(c.x, v)
	}
	for j := 0; j < len(s.tokens); {
		end, but := s.span(j)
		for ; j < end; j++ {
			t := s.tokens[j]
			x.words += s.says(j, but, mixed, nil)
			by := x.length
			switch {
			case but >= 0 && j < but:
				by = float64(by * before)
			case but >= 0 && j > but:
				by = float64(by * after)
			}
			if t.place >= 0 && t.role&(emoticon|no) == 0 {
				add(int(t.place), float64(by*s.factors(j, t.valence)))
			}
			if j > 0 {
				if key, ok := s.pairAt(j); ok {
					if at := known.place(key[0], key[1]); at >= 0 {
						add(len(p.lex.entries)+at, by)
					}
				}
			}
		}
	}
	s.finish(&x)
	return x.total()
}

// factors is what the words before token j make of its valence v by factors.
func (s *scratch) factors(j int, v float64) float64 {
	f, widest := 1.0, space
	for d := 1; d <= window && d <= j; d++ {
		widest = max(widest, s.tokens[j-d+1].gap)
		f = float64(f * s.factor(j, d, widest, float64(f*cmp.Or(v, 1))))
	}
	return f
}

// solve improves one weight after the other by a Newton step (coordinate descent).
func (p *problem) solve(ctx context.Context, o LearnOptions) error {
	scale := p.scale()
	logits := make([]float64, len(p.fixed))
	for i, x := range p.fixed {
		logits[i] = float64(scale * x)
	}
	for sweep := range o.Sweeps {
		for f := range p.columns {
			c := &p.columns[f]
			if len(c.texts) == 0 {
				continue
			}
			if f%1024 == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			slope := -float64(o.Prior * p.weights[f])
			curve := o.Prior
			for k, i := range c.texts {
				x := float64(scale * c.x[k])
				q := logistic(logits[i])
				slope += float64(x * (p.target[i] - q))
				curve += float64(float64(x*x) * float64(q*(1-q)))
			}
			step := min(max(slope/curve, -1), 1)
			p.weights[f] += step
			for k, i := range c.texts {
				logits[i] += float64(float64(scale*c.x[k]) * step)
			}
		}
		if o.Progress != nil {
			o.Progress(sweep+1, o.Sweeps)
		}
	}
	return nil
}

// Bounds of the scale: how many logits a valence of 1 can be.
const minScale, maxScale = 0.3, 2

// scale is the factor under which what Base says explains the ratings best.
func (p *problem) scale() float64 {
	k := 0.5
	for range 25 {
		slope, curve := 0.0, 1e-9
		for i, x := range p.fixed {
			q := logistic(float64(k * x))
			slope += float64(x * (p.target[i] - q))
			curve += float64(float64(x*x) * float64(q*(1-q)))
		}
		k = min(max(k+slope/curve, minScale), maxScale)
	}
	return k
}

// logistic is 1/(1+e^-x), with the same bytes on every machine.
func logistic(x float64) float64 {
	x = min(max(x, -30), 30)
	n := math.Round(-x / math.Ln2)
	r := -x - float64(n*math.Ln2)
	e := 1.0
	for i := 12; i > 0; i-- { // Taylor; |r| ≤ 0.35, so the rest is below 1e-15
		e = 1 + float64(r*e)/float64(i)
	}
	return 1 / (1 + math.Ldexp(e, int(n)))
}
