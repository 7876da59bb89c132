package fellegi

// order pools neighbouring levels until m/u does not fall from one level to the
// next: the pool-adjacent-violators algorithm on the odds m against u, each level
// weighing m+u. Pooled levels get one ratio; where u is fixed, m alone changes.
// m and u remain distributions.
func order(m, u []float64, fixed bool) {
	type block struct {
		m, u  float64
		first int
	}
	var blocks []block
	for l := range m {
		blocks = append(blocks, block{m[l], u[l], l})
		for n := len(blocks); n > 1 && blocks[n-2].m*blocks[n-1].u > blocks[n-1].m*blocks[n-2].u; n-- {
			blocks[n-2].m += blocks[n-1].m
			blocks[n-2].u += blocks[n-1].u
			blocks = blocks[:n-1]
		}
	}
	for i, b := range blocks {
		end := len(m)
		if i+1 < len(blocks) {
			end = blocks[i+1].first
		}
		for l := b.first; l < end; l++ {
			if fixed {
				m[l] = b.m * u[l] / b.u
				continue
			}
			// The level's share of all pairs of the block, m and u alike.
			part := (m[l] + u[l]) / (b.m + b.u)
			m[l], u[l] = b.m*part, b.u*part
		}
	}
}
