package vec

import "math"

// A Step is one step of a pairwise loss: a user is brought nearer to the item
// Positive and away from Negative.
type Step struct {
	User, Positive, Negative int32   // rows
	Gain                     float32 // size: learning rate times weight
	Pull                     float32 // what the L2 of this step is multiplied with
	Ahead                    float32 // set by Hardest: by how much Negative scored above the first candidate
	Diff                     float32 // set by StepsBPR: score of Positive less that of Negative, before the step
	Share                    float32 // of Gain that is taken: StepsBPR sets it to Sigmoid(-Diff) where that is more
}

// Factors are the vectors and biases that steps read and move. A vector has
// Size places, a multiple of [Lanes], and row r starts at place r*Size. A nil
// Bias stands for zeros that stay.
type Factors struct {
	Size             int
	User, Item, Bias []float32
}

// A Pull says how strongly a step pulls vectors and biases towards zero: the
// learning rate times the L2 of each.
type Pull struct{ User, Positive, Negative, Bias float32 }

// StepsBPR takes steps, one after another. Shares of 0 make them the steps of
// Bayesian personalised ranking, shares of 1 those of a hinge loss:
//
//	for each of steps {
//		p, i, j := the rows of User, Positive and Negative
//		Diff = Σ p*(i-j) + (bias of i - bias of j)
//		Share = max(Share, Sigmoid(-Diff))
//		g := Gain*Share
//		p, i, j = (1-Pull*l2.User)*p + g*(i-j), (1-Pull*l2.Positive)*i + g*p, (1-Pull*l2.Negative)*j - g*p
//		bias of i = (1-Pull*l2.Bias)*(bias of i) + g
//		bias of j = (1-Pull*l2.Bias)*(bias of j) - g
//	}
//
// The sum has the order of [Dot]. Positive and Negative differ. Steps of two or
// more users in turn are faster than those of one: they do not wait for one
// another. It panics where a row is not there.
func StepsBPR(f *Factors, steps []Step, l2 Pull) {
	if len(steps) == 0 {
		return
	}
	var user, item uint32 // a negative number is a large one
	for k := range steps {
		s := &steps[k]
		user, item = max(user, uint32(s.User)), max(item, uint32(s.Positive), uint32(s.Negative))
	}
	f.check(user, item)
	stepsBPR(f.Size, f.User, f.Item, f.Bias, steps, &l2)
}

// Hardest sets the Negative of each step to the best of its candidates, those of
// step k being candidates[k*n:][:n], and Ahead; n is a positive multiple of 4. The
// score of item j is Dot(p, j) plus the bias of j. Of equal scores the candidate
// of the lower number modulo 4 wins, then the one of the lower number. It panics
// where a row is not there.
func Hardest(f *Factors, steps []Step, candidates []int32, n int) {
	if n <= 0 || n%4 != 0 || len(candidates) != n*len(steps) {
		panic("vec: Hardest of another number of candidates")
	}
	if len(steps) == 0 {
		return
	}
	var user uint32
	for k := range steps {
		user = max(user, uint32(steps[k].User))
	}
	var most [4]uint32 // apart, so that they do not wait for one another
	for c := candidates; len(c) >= 4; c = c[4:] {
		most[0], most[1] = max(most[0], uint32(c[0])), max(most[1], uint32(c[1]))
		most[2], most[3] = max(most[2], uint32(c[2])), max(most[3], uint32(c[3]))
	}
	f.check(user, max(most[0], most[1], most[2], most[3]))
	hardest(f.Size, f.User, f.Item, f.Bias, steps, candidates)
}

// check panics unless the rows up to user and item are there.
func (f *Factors) check(user, item uint32) {
	switch {
	case f.Size <= 0 || f.Size%Lanes != 0:
		panic("vec: vectors of broken lanes")
	case uint64(user) >= uint64(len(f.User)/f.Size), uint64(item) >= uint64(len(f.Item)/f.Size),
		f.Bias != nil && uint64(item) >= uint64(len(f.Bias)):
		panic("vec: steps beyond the rows")
	}
}

// Sigmoid returns 1/(1+exp(-x)), with a relative error below 2e-6 for x in
// [-20, 20]; x is clipped to [-87, 87]. It gives the same bytes on every machine,
// which exp of package math does not.
//
// exp(x) is 2^n · 2^f with |f| ≤ 1/2, and 2^f a polynomial that was fitted to it
// with relative errors of at most 1e-7.
func Sigmoid(x float32) float32 {
	x = -x
	if x < -clip {
		x = -clip
	}
	if x > clip {
		x = clip
	}
	t := float32(x * log2e)
	shifted := t + shifter // the integer is in its low bits
	f := t - (shifted - shifter)
	scale := math.Float32frombits(math.Float32bits(shifted)<<23 + 127<<23)
	f2 := float32(f * f)
	high := power2 + float32(power3*f) + float32(f2*(power4+float32(power5*f)))
	e := float32(scale * (power0 + float32(power1*f) + float32(f2*high)))
	return 1 / (1 + e)
}

// The constants of Sigmoid; _gen has them too.
const (
	clip    = 87
	log2e   = math.Log2E
	shifter = 3 << 22 // adding it rounds to an integer
	power0  = 1
	power1  = 0.6931470036506653
	power2  = 0.24022242426872253
	power3  = 0.05550733581185341
	power4  = 0.009671512991189957
	power5  = 0.001326472731307149
)

func stepsBPRGo(size int, user, item, bias []float32, steps []Step, l2 *Pull) {
	for k := range steps {
		s := &steps[k]
		p := user[int(s.User)*size:][:size]
		i, j := item[int(s.Positive)*size:][:size], item[int(s.Negative)*size:][:size]
		s.Diff = dotApartGo(p, i, j)
		if bias != nil {
			s.Diff += bias[s.Positive] - bias[s.Negative]
		}
		if share := Sigmoid(-s.Diff); !(share <= s.Share) {
			s.Share = share
		}
		g := float32(s.Gain * s.Share)
		if bias != nil {
			keep := 1 - float32(s.Pull*l2.Bias)
			bias[s.Positive] = float32(keep*bias[s.Positive]) + g
			bias[s.Negative] = float32(keep*bias[s.Negative]) - g
		}
		keepP, keepI, keepJ := 1-float32(s.Pull*l2.User), 1-float32(s.Pull*l2.Positive), 1-float32(s.Pull*l2.Negative)
		for f, u := range p {
			a, b := i[f], j[f]
			gu := float32(g * u)
			p[f] = float32(keepP*u) + float32(g*(a-b))
			i[f] = float32(keepI*a) + gu
			j[f] = float32(keepJ*b) - gu
		}
	}
}

// dotApartGo is Dot of p and i-j.
func dotApartGo(p, i, j []float32) float32 {
	i, j = i[:len(p)], j[:len(p)]
	var s [Lanes]float32
	for len(p) >= Lanes {
		x, a, b := (*[Lanes]float32)(p), (*[Lanes]float32)(i), (*[Lanes]float32)(j)
		s[0] += float32(x[0] * (a[0] - b[0]))
		s[1] += float32(x[1] * (a[1] - b[1]))
		s[2] += float32(x[2] * (a[2] - b[2]))
		s[3] += float32(x[3] * (a[3] - b[3]))
		s[4] += float32(x[4] * (a[4] - b[4]))
		s[5] += float32(x[5] * (a[5] - b[5]))
		s[6] += float32(x[6] * (a[6] - b[6]))
		s[7] += float32(x[7] * (a[7] - b[7]))
		s[8] += float32(x[8] * (a[8] - b[8]))
		s[9] += float32(x[9] * (a[9] - b[9]))
		s[10] += float32(x[10] * (a[10] - b[10]))
		s[11] += float32(x[11] * (a[11] - b[11]))
		s[12] += float32(x[12] * (a[12] - b[12]))
		s[13] += float32(x[13] * (a[13] - b[13]))
		s[14] += float32(x[14] * (a[14] - b[14]))
		s[15] += float32(x[15] * (a[15] - b[15]))
		p, i, j = p[Lanes:], i[Lanes:], j[Lanes:]
	}
	return tree(&s)
}

func hardestGo(size int, user, item, bias []float32, steps []Step, candidates []int32) {
	n := len(candidates) / len(steps)
	for k := range steps {
		s := &steps[k]
		p := user[int(s.User)*size:][:size]
		var (
			first   float32
			top     [4]float32
			winners [4]int32
		)
		for c, j := range candidates[k*n:][:n] {
			score := dotGo(p, item[int(j)*size:][:size])
			if bias != nil {
				score += bias[j]
			}
			if c == 0 {
				first = score
			}
			if c < 4 || score > top[c%4] {
				top[c%4], winners[c%4] = score, j
			}
		}
		for _, pair := range [...][2]int{{0, 1}, {2, 3}, {0, 2}} {
			if a, b := pair[0], pair[1]; top[b] > top[a] {
				top[a], winners[a] = top[b], winners[b]
			}
		}
		s.Negative, s.Ahead = winners[0], top[0]-first
	}
}
