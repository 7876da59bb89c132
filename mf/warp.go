package mf

import "github.com/osusume/osusume/internal/vec"

// batch is how many candidates are scored at once.
const batch = 16

// warp draws until a candidate scores above the positive less 1, and takes the
// step if one does.
func (c *carousel) warp(s *seat, step vec.Step) {
	var (
		p        = c.vector(s)
		i        = int(step.Positive)
		stride   = c.rows.Size
		positive = vec.Dot(p, c.rows.Item[i*stride:][:stride]) + c.bias(i)
		draws    int
		items    [batch]int32
		scores   [batch]float32
	)
	for draws < c.Candidates {
		n := c.draw.fill(items[:min(batch, c.Candidates-draws)], min(batch, c.Candidates-draws), s)
		vec.DotGather(scores[:n], p, c.rows.Item, stride, items[:n])
		for k, j := range items[:n] {
			score := scores[k] + c.bias(int(j))
			if draws++; draws == 1 && positive > score {
				c.sum.above++
			}
			if score > positive-1 {
				weight := c.rankWeights[draws]
				step.Negative, step.Gain, step.Share = j, float32(step.Gain*weight), 1
				one := [1]vec.Step{step}
				vec.StepsBPR(&c.rows, one[:], c.l2)
				c.sum.updates++
				c.sum.loss += float64(weight * (1 - (positive - score)))
				return
			}
		}
	}
}

// bias is that of the item at a place.
func (c *carousel) bias(at int) float32 {
	if c.rows.Bias == nil {
		return 0
	}
	return c.rows.Bias[at]
}
