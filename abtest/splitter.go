package abtest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// Slots is the number of slots that users hash to: shares are exact to 0.01 %.
const Slots = 10_000

// An Arm is one side of an experiment.
type Arm struct {
	Name   string
	Weight float64 // > 0; only the proportions count, and they must be worth a slot
}

// A Splitter assigns users to arms. Immutable, safe for concurrent use.
type Splitter struct {
	experiment string
	salt       uint64
	arms       []Arm
	slots      [Slots]uint8 // index into arms
}

// NewSplitter returns the Splitter of a named experiment. It wants 1 to 255 arms
// with distinct names and finite positive weights, none so small beside the others
// that its arm gets no slot; all faults are reported together, wrapped in
// [recommender.ErrInvalid].
func NewSplitter(experiment string, arms []Arm) (*Splitter, error) {
	if err := check(experiment, arms); err != nil {
		return nil, err
	}
	s := &Splitter{experiment: experiment, salt: rng.Hash(0, experiment), arms: slices.Clone(arms)}
	next := 0
	for i, n := range quotas(arms) {
		for range n {
			s.slots[next] = uint8(i)
			next++
		}
	}
	return s, nil
}

func check(experiment string, arms []Arm) error {
	var faults []string
	if experiment == "" {
		faults = append(faults, "the experiment has no name")
	}
	if len(arms) == 0 || len(arms) > math.MaxUint8 {
		faults = append(faults, fmt.Sprintf("%d arms; 1 to %d are possible", len(arms), math.MaxUint8))
	}
	names := map[string]bool{}
	total := 0.0
	for i, a := range arms {
		total += a.Weight
		if a.Name == "" || names[a.Name] {
			faults = append(faults, fmt.Sprintf("arm %d: name %q is empty or taken", i, a.Name))
		}
		names[a.Name] = true
		if !(a.Weight > 0) || math.IsInf(a.Weight, 0) {
			faults = append(faults, fmt.Sprintf("arm %q: weight %v is not positive and finite", a.Name, a.Weight))
		}
	}
	if faults == nil && math.IsInf(total, 0) {
		faults = append(faults, "the weights are too large to be added up")
	}
	if faults == nil {
		for i, n := range quotas(arms) {
			if n == 0 {
				faults = append(faults, fmt.Sprintf("arm %q: weight %v is less than one slot of %d", arms[i].Name, arms[i].Weight, Slots))
			}
		}
	}
	if faults != nil {
		return fmt.Errorf("abtest: %w: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return nil
}

// quotas deals Slots to arms by largest remainder, ties to the earlier arm.
func quotas(arms []Arm) []int {
	total := 0.0
	for _, a := range arms {
		total += a.Weight
	}
	n, order, left := make([]int, len(arms)), make([]int, len(arms)), Slots
	remainder := make([]float64, len(arms))
	for i, a := range arms {
		exact := float64(a.Weight / total * Slots) // rounded before anything is taken off, on every processor
		n[i] = int(exact)
		remainder[i] = exact - float64(n[i])
		order[i] = i
		left -= n[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainder[b], remainder[a]) })
	for _, i := range order[:left] {
		n[i]++
	}
	return n
}

// Arm returns the name of the user's arm. About 20 ns, no allocation.
func (s *Splitter) Arm(user recommender.UserID) string {
	return s.arms[s.slots[s.slot(user)]].Name
}

// slot maps the user's hash to [0, Slots) by its high bits, without bias to speak of.
func (s *Splitter) slot(user recommender.UserID) int {
	return int((rng.Hash(s.salt, string(user)) >> 32) * Slots >> 32)
}

// Experiment returns the experiment's name.
func (s *Splitter) Experiment() string { return s.experiment }

// Shares returns each arm's share of the slots, in the order of the arms.
func (s *Splitter) Shares() []float64 {
	shares := make([]float64, len(s.arms))
	for _, a := range s.slots {
		shares[a]++
	}
	for i := range shares {
		shares[i] /= Slots
	}
	return shares
}

// Arms returns the arms.
func (s *Splitter) Arms() []Arm { return slices.Clone(s.arms) }

// Names returns the names of the arms, in their order: what [Tally] wants.
func (s *Splitter) Names() []string {
	names := make([]string, len(s.arms))
	for i, a := range s.arms {
		names[i] = a.Name
	}
	return names
}

// Reweigh returns a Splitter of the same experiment with other arms or weights.
// Arms keep their slots by name, and only as many users move as must: when a
// third equal arm joins two, one in three.
func (s *Splitter) Reweigh(arms []Arm) (*Splitter, error) {
	if err := check(s.experiment, arms); err != nil {
		return nil, err
	}
	r := &Splitter{experiment: s.experiment, salt: s.salt, arms: slices.Clone(arms)}
	owed := quotas(arms)
	var free []int
	for slot, old := range s.slots {
		now := slices.IndexFunc(arms, func(a Arm) bool { return a.Name == s.arms[old].Name })
		if now < 0 || owed[now] == 0 {
			free = append(free, slot)
			continue
		}
		owed[now]--
		r.slots[slot] = uint8(now)
	}
	for i := range owed {
		for range owed[i] {
			r.slots[free[0]] = uint8(i)
			free = free[1:]
		}
	}
	return r, nil
}
