package mf

import (
	"fmt"
	"math"

	"github.com/osusume/osusume/recommender"
)

// maxWeight bounds what one pair weighs against the mean of all, so that no
// single step throws the factors.
const maxWeight = 10

// weightsOf returns what each of likes weighs, of mean 1 but for what is bounded; nil
// where all weigh the same. A pair weighs what its positive rows do together. Weights
// that are all 0, or whose sum is no number, are ErrInvalid.
func (c Config) weightsOf(t *recommender.Table, likes positives) ([]float32, error) {
	if c.KindWeights == nil && c.ValuePower == 0 && c.HalfLife == 0 {
		return nil, nil
	}
	newest := int64(math.MinInt64)
	for _, at := range t.Unix {
		if at != 0 {
			newest = max(newest, at)
		}
	}
	var (
		weights = make([]float32, len(likes.items))
		taste   = c.taste()
		total   float64
		row     int
	)
	for u := range t.Users {
		for at := likes.offset[u]; at < likes.offset[u+1]; at++ {
			for row < t.Len() && (int(t.User[row]) < u || int(t.User[row]) == u && t.Item[row] < likes.items[at]) {
				row++
			}
			sum := 0.0
			for ; row < t.Len() && int(t.User[row]) == u && t.Item[row] == likes.items[at]; row++ {
				if taste.Likes(t.Kind[row], t.Value[row]) {
					sum += c.weigh(t.Kind[row], t.Value[row], t.Unix[row], newest)
				}
			}
			weights[at] = float32(sum)
			total += float64(weights[at])
		}
	}
	if !(total > 0) || math.IsInf(total, 0) {
		return nil, fmt.Errorf("%w: by KindWeights, ValuePower and HalfLife all %d pairs together weigh %v", recommender.ErrInvalid, len(weights), total)
	}
	mean := total / float64(len(weights))
	for at, w := range weights {
		weights[at] = float32(min(float64(w)/mean, maxWeight))
	}
	return weights, nil
}

// weigh returns what a row weighs.
func (c Config) weigh(kind recommender.Kind, value float32, at, newest int64) float64 {
	w := 1.0
	if int(kind) < len(c.KindWeights) {
		w = c.KindWeights[kind]
	}
	if c.ValuePower > 0 {
		x := float64(value)
		switch {
		case kind == recommender.Rate || kind == recommender.Review:
			x /= recommender.MaxStars
		case x == 0:
			x = 1
		}
		if x <= 0 {
			return 0
		}
		w *= power(x, c.ValuePower)
	}
	if c.HalfLife > 0 && at != 0 {
		w *= power(0.5, float64(newest-at)/c.HalfLife.Seconds())
	}
	return w
}

// pacesOf returns the paces of all users; nil where all are 1.
func pacesOf(likes positives, gain, pull float64) []pace {
	if gain == 0 && pull == 0 {
		return nil
	}
	list := make([]pace, likes.users())
	for u := range list {
		list[u] = pace{1, 1}
	}
	for u, x := range byCount(likes, gain) {
		list[u].gain = x
	}
	for u, x := range byCount(likes, pull) {
		list[u].pull = x
	}
	return list
}

// byCount returns (n/mean)^-exponent for every user with n positives; nil for
// an exponent of 0.
func byCount(likes positives, exponent float64) []float32 {
	if exponent == 0 {
		return nil
	}
	users := 0
	for u := range likes.users() {
		if len(likes.of(u)) > 0 {
			users++
		}
	}
	mean := float64(len(likes.items)) / float64(users)
	list := make([]float32, likes.users())
	for u := range list {
		if n := len(likes.of(u)); n > 0 {
			list[u] = float32(power(float64(n)/mean, -exponent))
		}
	}
	return list
}
