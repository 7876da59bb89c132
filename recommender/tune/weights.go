package tune

import (
	"context"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// blended is the name of the blend among those of its parts.
const blended = "blend"

// strides are the shares of the weight that a step may move to one part.
var strides = []float64{0.5, 0.35, 0.2, 0.1, 0.05}

// maxSteps bounds the search; it comes to rest after three or four.
const maxSteps = 12

// standsOut is how many standard errors a gain on the jury must have. Among the
// few dozen steps that are tried, the best looks better than it is.
const standsOut = 1.5

// learn finds weights for all members, then for each level of activity. scale
// is how many more items users have in all of the data.
func (j *jury) learn(ctx context.Context, levels int, scale float64) (Learned, error) {
	found := Learned{Users: len(j.members), NDCG: map[string]float64{}}
	everybody := make([]int, len(j.members))
	for i := range everybody {
		everybody[i] = i
	}
	best, value, err := j.bestPart(ctx, everybody)
	if err != nil {
		return Learned{}, err
	}
	for i, name := range j.parts {
		alone, err := j.ndcg(ctx, unit(len(j.parts), i))
		if err != nil {
			return Learned{}, err
		}
		found.NDCG[name] = meanOf(alone, everybody)
	}
	common, value, err := j.climb(ctx, best, value, everybody)
	if err != nil {
		return Learned{}, err
	}
	found.Weights = j.named(common)
	byMember := slices.Clone(value)
	for n, group := range j.groups(levels) {
		weights, value, err := j.refine(ctx, common, group.members)
		if err != nil {
			return Learned{}, err
		}
		for _, m := range group.members {
			byMember[m] = value[m]
		}
		if n == 0 {
			found.Weights = j.named(weights)
			continue
		}
		from := int(math.Round(float64(group.from) * scale))
		found.Levels = append(found.Levels, recommender.Level{From: from, Weights: j.named(weights)})
	}
	found.Levels = distinctLevels(found.Weights, found.Levels)
	found.NDCG[blended] = meanOf(byMember, everybody)
	return found, nil
}

// refine starts from the common weights, or from the best part alone where that
// is better for these members.
func (j *jury) refine(ctx context.Context, common []float64, members []int) ([]float64, []float64, error) {
	value, err := j.ndcg(ctx, common)
	if err != nil {
		return nil, nil, err
	}
	part, alone, err := j.bestPart(ctx, members)
	if err != nil {
		return nil, nil, err
	}
	if meanOf(alone, members) > meanOf(value, members) {
		// A common blend that loses to one part here is worse than no blend.
		common, value = part, alone
	}
	return j.climb(ctx, common, value, members)
}

// bestPart returns the weights of the part that is best alone, and its values.
func (j *jury) bestPart(ctx context.Context, members []int) (weights, value []float64, err error) {
	for i := range j.parts {
		w := unit(len(j.parts), i)
		v, err := j.ndcg(ctx, w)
		if err != nil {
			return nil, nil, err
		}
		if weights == nil || meanOf(v, members) > meanOf(value, members) {
			weights, value = w, v
		}
	}
	return weights, value, nil
}

// climb moves weight between the parts while that gains: each step moves a
// share of all weight to one part, or takes one part out.
func (j *jury) climb(ctx context.Context, weights, value []float64, members []int) ([]float64, []float64, error) {
	for range maxSteps {
		var bestWeights, bestValue []float64
		most := 0.0
		for _, w := range j.steps(weights) {
			v, err := j.ndcg(ctx, w)
			if err != nil {
				return nil, nil, err
			}
			gain, err2 := gainOf(value, v, members)
			if gain > standsOut*err2 && gain > most {
				most, bestWeights, bestValue = gain, w, v
			}
		}
		if bestWeights == nil {
			break
		}
		weights, value = bestWeights, bestValue
	}
	return weights, value, nil
}

func (j *jury) steps(weights []float64) [][]float64 {
	var list [][]float64
	for i := range weights {
		if weights[i] == 1 {
			continue
		}
		for _, share := range strides {
			w := make([]float64, len(weights))
			for o := range w {
				w[o] = float64(weights[o] * (1 - share))
			}
			w[i] += share
			list = append(list, w)
		}
		if weights[i] > 0 {
			w := slices.Clone(weights)
			w[i] = 0
			for o := range w {
				w[o] /= 1 - weights[i]
			}
			list = append(list, w)
		}
	}
	return list
}

// gainOf returns the mean difference over members and its standard error, which
// is NaN for a single member: nothing stands out from that.
func gainOf(before, after []float64, members []int) (gain, deviation float64) {
	n := float64(len(members))
	var sum, squares float64
	for _, m := range members {
		d := after[m] - before[m]
		sum += d
		squares += float64(d * d)
	}
	gain = sum / n
	return gain, math.Sqrt(max(0, squares/n-float64(gain*gain)) / (n - 1))
}

func meanOf(values []float64, members []int) float64 {
	sum := 0.0
	for _, m := range members {
		sum += values[m]
	}
	return sum / float64(max(1, len(members)))
}

// A group is the members with from items or more, up to the next group.
type group struct {
	from    int
	members []int
}

// smallest is the least number of members that weights are learned from.
const smallest = 200

// groups divides the members by how many items they have, evenly; members with
// the same number stay together.
func (j *jury) groups(n int) []group {
	order := make([]int, len(j.members))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return j.members[a].own - j.members[b].own })
	n = max(1, min(n, len(order)/smallest))
	var groups []group
	from := 0
	for g := range n {
		to := (g + 1) * len(order) / n
		for to > from && to < len(order) && j.members[order[to]].own == j.members[order[to-1]].own {
			to++
		}
		if to > from {
			groups = append(groups, group{j.members[order[from]].own, order[from:to]})
			from = to
		}
	}
	return groups
}

func (j *jury) named(weights []float64) map[string]float64 {
	m := make(map[string]float64, len(weights))
	for i, w := range weights {
		m[j.parts[i]] = w
	}
	return m
}

func unit(n, i int) []float64 {
	w := make([]float64, n)
	w[i] = 1
	return w
}

// distinctLevels leaves out the levels that say the same as the one before.
func distinctLevels(base map[string]float64, levels []recommender.Level) []recommender.Level {
	var list []recommender.Level
	for _, l := range levels {
		if same(base, l.Weights) || len(list) > 0 && l.From <= list[len(list)-1].From {
			continue
		}
		base = l.Weights
		list = append(list, l)
	}
	return list
}

func same(a, b map[string]float64) bool {
	for name, w := range a {
		if b[name] != w {
			return false
		}
	}
	return len(a) == len(b)
}
