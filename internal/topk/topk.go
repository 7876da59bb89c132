// Package topk selects the best of many scores.
package topk

import "slices"

// Select returns the places of the k highest scores, best first. Ties go to the
// lower place; NaN is never selected. O(n log k) time, O(k) memory; the result
// is shorter than k where there are fewer scores that are not NaN.
func Select(scores []float32, k int) []int32 {
	k = min(k, len(scores))
	if k <= 0 {
		return nil
	}
	// heap[0] is the worst of the k best so far.
	heap := make([]int32, 0, k)
	for i, s := range scores {
		if s != s {
			continue
		}
		if len(heap) < k {
			heap = append(heap, int32(i))
			if len(heap) == k {
				for j := k/2 - 1; j >= 0; j-- {
					down(scores, heap, j)
				}
			}
			continue
		}
		// A later place never beats an equal score.
		if s > scores[heap[0]] {
			heap[0] = int32(i)
			down(scores, heap, 0)
		}
	}
	slices.SortFunc(heap, func(a, b int32) int {
		if worse(scores, b, a) {
			return -1
		}
		return 1
	})
	return heap
}

// worse reports whether place a ranks behind place b.
func worse(scores []float32, a, b int32) bool {
	if scores[a] != scores[b] {
		return scores[a] < scores[b]
	}
	return a > b
}

func down(scores []float32, heap []int32, i int) {
	for {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if r := child + 1; r < len(heap) && worse(scores, heap[r], heap[child]) {
			child = r
		}
		if !worse(scores, heap[child], heap[i]) {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}
