package recommender

// A Level is the weights of a [Hybrid] for users with at least From different items,
// in their training data and the request's history together. Of several levels the
// last one that a user reaches counts; below the first, the parts' own weights.
type Level struct {
	From    int                `json:"from"`
	Weights map[string]float64 `json:"weights"` // by the names of the parts; one that is not named gets 0
}

// level is a Level by the places of the parts.
type level struct {
	from    int
	weights []float64
}

func (h *Hybrid) setLevels(levels []Level) {
	for _, l := range levels {
		weights := make([]float64, len(h.parts))
		total := 0.0
		for i, p := range h.parts {
			weights[i] = l.Weights[p.Name]
			total += weights[i]
		}
		if total > 0 { // else all that it names are absent
			h.levels = append(h.levels, level{l.From, weights})
		}
	}
}

// weightsFor returns the weight of each part for a request.
func (h *Hybrid) weightsFor(req Request, dst []float64) {
	for i, p := range h.parts {
		dst[i] = p.Weight
	}
	if h.levels == nil {
		return
	}
	var seen []ItemID // of the part that knows most
	for _, p := range h.parts {
		if k, ok := p.Model.(Historian); ok && req.User != "" {
			if own := k.Seen(req.User); len(own) > len(seen) {
				seen = own
			}
		}
	}
	own := len(seen) + fresh(seen, req.History)
	for _, l := range h.levels {
		if own >= l.from {
			copy(dst, l.weights)
		}
	}
}

// fresh counts the items of a history that are not among those seen.
func fresh(seen []ItemID, history []Interaction) int {
	if len(history) == 0 {
		return 0
	}
	known := make(map[ItemID]bool, len(seen)+len(history))
	for _, id := range seen {
		known[id] = true
	}
	before := len(known)
	for _, x := range history {
		known[x.Item] = true
	}
	return len(known) - before
}
