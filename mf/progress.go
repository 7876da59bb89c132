package mf

import "time"

// Progress says how far training is. Counts are since its start; Loss, AUC and
// NDCG are of the epoch that has just ended.
type Progress struct {
	Epoch, Epochs int     // Epoch counts from 1
	Updates       int64   // steps applied
	Skipped       int64   // pairs of users who have every item of the block
	Loss          float64 // mean of the steps, without L2
	AUC           float64 // share of pairs that scored above the first item drawn, in [0, 1]: with uniform draws, the area under the curve on the training data
	NDCG          float64 // at 20, on what Validation holds back; 0 without
	Elapsed       time.Duration
	Remaining     time.Duration // to the last epoch at the pace so far, or to the end of Budget
}

// UpdatesPerSecond returns the speed so far.
func (p Progress) UpdatesPerSecond() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Updates) / p.Elapsed.Seconds()
}

// Stop says why training ended.
type Stop uint8

// The reasons.
const (
	Finished Stop = iota // all epochs
	Stale                // Patience epochs without a better NDCG
	TimedOut             // Budget was used up
	Canceled             // ctx ended, and KeepOnCancel was set
)

var stopNames = [...]string{Finished: "finished", Stale: "stale", TimedOut: "timed out", Canceled: "canceled"}

// String returns "finished", "stale", "timed out" or "canceled".
func (s Stop) String() string {
	if int(s) < len(stopNames) {
		return stopNames[s]
	}
	return "stop(?)"
}

// Training says how a model came about.
type Training struct {
	Config  Config  // with every default filled in; without From and hooks
	Epochs  int     // done
	Best    int     // epoch of the factors: Epochs, or, with Validation, the one of the highest NDCG
	NDCG    float64 // of Best, at 20, on what Validation held back; 0 without
	Stopped Stop
	Updates int64 // steps applied
}
