package mf

import "math"

// A shape is what the defaults are chosen by: counts of those that have positives.
type shape struct{ users, items, pairs int }

func shapeOf(likes positives, items int) shape {
	s := shape{items: len(likes.anybody(items)), pairs: len(likes.items)}
	for u := range likes.users() {
		if len(likes.of(u)) > 0 {
			s.users++
		}
	}
	return s
}

// withDefaults returns c with its zeros filled in for data of a shape. The
// reasons stand at the fields of [Config]; only roots and products are used, so
// that every machine chooses alike.
func (c Config) withDefaults(s shape) Config {
	length := float64(s.pairs) / float64(s.users)                  // items of a user
	few := power(min(max(300_000/float64(s.pairs), 1), 27), 1.0/3) // above 1: little data
	rarely := math.Sqrt(math.Sqrt(min(max(100/length, 1), 16)))    // above 1: vectors are moved rarely
	if c.Loss == WARP {
		set(&c.Rate, 0.03*rarely*math.Sqrt(few))
		set(&c.L2, 0.04*few)
		setInt(&c.Candidates, 64)
	}
	setInt(&c.Factors, 64)
	setInt(&c.Epochs, clip(30*math.Sqrt(10_000/float64(s.pairs)), 30, 60))
	set(&c.Rate, 0.1*rarely)
	set(&c.L2, 0.02*few)
	set(&c.L2User, c.L2)
	set(&c.L2Positive, c.L2)
	set(&c.L2Negative, c.L2)
	set(&c.L2Bias, c.L2)
	set(&c.UserPower, 0.3*min(1, length/100))
	setInt(&c.Candidates, clip(1.6*math.Sqrt(float64(s.items)/float64(length*few)), 4, 32))
	set(&c.InitScale, 0.1)
	setInt(&c.Blocks, 32)
	return c
}

func set(x *float64, def float64) {
	if *x == 0 {
		*x = def
	}
}

func setInt(x *int, def int) {
	if *x == 0 {
		*x = def
	}
}

// clip returns x as a whole number from least to most.
func clip(x float64, least, most int) int {
	return min(max(int(math.Floor(min(x, 1e9)+0.5)), least), most)
}
