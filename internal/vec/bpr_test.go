package vec_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/osusume/osusume/internal/vec"
)

func TestSigmoidIsClose(t *testing.T) {
	for x := -20.0; x <= 20; x += 1.0 / 512 {
		got, want := float64(vec.Sigmoid(float32(x))), 1/(1+math.Exp(-x))
		if math.Abs(got-want) > 2e-6*want {
			t.Fatalf("Sigmoid(%v) = %v, want %v", x, got, want)
		}
	}
	inf := float32(math.Inf(1))
	for _, c := range []struct{ x, least, most float32 }{
		{inf, 1, 1}, {-inf, 0, 1e-37}, {1e30, 1, 1}, {-1e30, 0, 1e-37}, {0, 0.5, 0.5}, {-87, 1e-38, 1e-37}, {88, 1, 1},
	} {
		if got := vec.Sigmoid(c.x); !(got >= c.least && got <= c.most) {
			t.Errorf("Sigmoid(%v) = %v, want it in [%v, %v]", c.x, got, c.least, c.most)
		}
	}
	if got := vec.Sigmoid(float32(math.NaN())); got == got {
		t.Errorf("Sigmoid(NaN) = %v, want NaN", got)
	}
}

// A world is what steps work on, between guards, and the same once more.
type world struct {
	vec.Factors
	guards []guarded
	steps  []vec.Step
}

const (
	worldUsers, worldItems = 5, 9
)

// newWorld draws vectors and steps. The same generator state gives the same world.
func newWorld(seed uint64, size, steps, off int, biased bool) *world {
	r := rand.New(rand.NewPCG(seed, 8))
	w := &world{}
	w.Size = size
	place := func(data []float32, off int) []float32 {
		g := newGuarded(data, off)
		w.guards = append(w.guards, g)
		return g.data
	}
	w.User = place(noise(r, worldUsers*size), off)
	w.Item = place(noise(r, worldItems*size), (off+5)%16)
	if biased {
		w.Bias = place(noise(r, worldItems), (off+11)%16)
	}
	for range steps {
		i := r.IntN(worldItems)
		w.steps = append(w.steps, vec.Step{
			User: int32(r.IntN(worldUsers)), Positive: int32(i), Negative: int32((i + 1 + r.IntN(worldItems-1)) % worldItems),
			Gain: float32(r.Float64()), Pull: float32(r.Float64()), Share: float32(r.IntN(3)) / 2,
		})
	}
	return w
}

// differences lists where two worlds differ in a bit.
func (w *world) differences(o *world) (list []string) {
	for g := range w.guards {
		for at, x := range w.guards[g].data {
			if y := o.guards[g].data[at]; !same(x, y) {
				list = append(list, fmt.Sprintf("list %d has %v at %d, want %v", g, x, at, y))
			}
		}
	}
	for k, x := range w.steps {
		y := o.steps[k]
		if x.Negative != y.Negative || !same(x.Diff, y.Diff) || !same(x.Share, y.Share) || !same(x.Ahead, y.Ahead) {
			list = append(list, fmt.Sprintf("step %d is %+v, want %+v", k, x, y))
		}
	}
	return list[:min(len(list), 5)]
}

// the documented loop of StepsBPR, as plainly as it can be said.
func (w *world) step(l2 vec.Pull) {
	for k := range w.steps {
		s := &w.steps[k]
		p := w.User[int(s.User)*w.Size:][:w.Size]
		i, j := w.Item[int(s.Positive)*w.Size:][:w.Size], w.Item[int(s.Negative)*w.Size:][:w.Size]
		apart := make([]float32, w.Size)
		for f := range apart {
			apart[f] = i[f] - j[f]
		}
		s.Diff = reference(p, apart)
		if w.Bias != nil {
			s.Diff += w.Bias[s.Positive] - w.Bias[s.Negative]
		}
		s.Share = max(s.Share, vec.Sigmoid(-s.Diff))
		g := s.Gain * s.Share
		keep := func(l2 float32) float32 { return 1 - float32(s.Pull*l2) }
		for f := range p {
			p[f], i[f], j[f] = float32(keep(l2.User)*p[f])+float32(g*apart[f]),
				float32(keep(l2.Positive)*i[f])+float32(g*p[f]), float32(keep(l2.Negative)*j[f])-float32(g*p[f])
		}
		if w.Bias != nil {
			w.Bias[s.Positive] = float32(keep(l2.Bias)*w.Bias[s.Positive]) + g
			w.Bias[s.Negative] = float32(keep(l2.Bias)*w.Bias[s.Negative]) - g
		}
	}
}

func TestStepsBPRIsTheDocumentedLoop(t *testing.T) {
	l2 := vec.Pull{User: 0.1, Positive: 0.02, Negative: 0.3, Bias: 0.04}
	eachPath(t, func(t *testing.T) {
		for _, size := range []int{16, 32, 48, 64, 80, 128, 1008} {
			for _, biased := range []bool{false, true} {
				for _, count := range []int{0, 1, 2, 7, 40} {
					for _, off := range offsets {
						got := newWorld(uint64(size+count), size, count, off, biased)
						want := newWorld(uint64(size+count), size, count, off, biased)
						vec.StepsBPR(&got.Factors, got.steps, l2)
						want.step(l2)
						for _, d := range got.differences(want) {
							t.Errorf("size=%d biased=%v steps=%d off=%d: %s", size, biased, count, off, d)
						}
						for _, g := range got.guards {
							g.check(t)
						}
					}
				}
			}
		}
	})
}

// Scores that tie or are no numbers among the candidates, too.
func TestHardestIsTheBestCandidate(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(11, 12))
		for _, size := range []int{16, 32, 64, 128} {
			for _, n := range []int{4, 8, 12, 32} {
				for _, biased := range []bool{false, true} {
					for _, off := range offsets {
						w := newWorld(uint64(size+n), size, 6, off, biased)
						if off == 3 {
							w.Item[2*size+1] = float32(math.NaN())
						}
						candidates := make([]int32, n*len(w.steps))
						for k := range candidates {
							candidates[k] = int32(r.IntN(worldItems))
						}
						vec.Hardest(&w.Factors, w.steps, candidates, n)
						for k, s := range w.steps {
							item, ahead := w.hardest(s, candidates[k*n:][:n])
							if s.Negative != item || !same(s.Ahead, ahead) {
								t.Errorf("size=%d n=%d biased=%v off=%d: item %d ahead by %v, want %d by %v",
									size, n, biased, off, s.Negative, s.Ahead, item, ahead)
							}
						}
						for _, g := range w.guards {
							g.check(t)
						}
					}
				}
			}
		}
	})
}

// hardest takes the best of every fourth candidate, then the best of those.
func (w *world) hardest(s vec.Step, candidates []int32) (item int32, ahead float32) {
	score := func(j int32) float32 {
		x := reference(w.User[int(s.User)*w.Size:][:w.Size], w.Item[int(j)*w.Size:][:w.Size])
		if w.Bias != nil {
			x += w.Bias[j]
		}
		return x
	}
	var best [4]int32
	for lane := range best {
		best[lane] = candidates[lane]
		for c := lane; c < len(candidates); c += 4 {
			if score(candidates[c]) > score(best[lane]) {
				best[lane] = candidates[c]
			}
		}
	}
	better := func(a, b int32) int32 {
		if score(b) > score(a) {
			return b
		}
		return a
	}
	item = better(better(best[0], best[1]), better(best[2], best[3]))
	return item, score(item) - score(candidates[0])
}

func TestStepsWithoutRowsPanic(t *testing.T) {
	step := func(user, positive, negative int32) []vec.Step {
		return []vec.Step{{User: 0, Positive: 0, Negative: 1}, {User: user, Positive: positive, Negative: negative}}
	}
	broken := newWorld(1, 16, 0, 0, true)
	broken.Size = 15
	short := newWorld(1, 16, 0, 0, true)
	short.Bias = short.Bias[:worldItems-1]
	whole := newWorld(1, 16, 0, 0, false)
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"a user too many", func() { vec.StepsBPR(&whole.Factors, step(worldUsers, 0, 1), vec.Pull{}) }},
		{"a user before the first", func() { vec.StepsBPR(&whole.Factors, step(-1, 0, 1), vec.Pull{}) }},
		{"an item too many", func() { vec.StepsBPR(&whole.Factors, step(0, worldItems, 1), vec.Pull{}) }},
		{"a negative too many", func() { vec.StepsBPR(&whole.Factors, step(0, 1, worldItems), vec.Pull{}) }},
		{"an item before the first", func() { vec.StepsBPR(&whole.Factors, step(0, 1, -1), vec.Pull{}) }},
		{"a bias too few", func() { vec.StepsBPR(&short.Factors, step(0, 0, worldItems-1), vec.Pull{}) }},
		{"broken lanes", func() { vec.StepsBPR(&broken.Factors, step(0, 0, 1), vec.Pull{}) }},
		{"three candidates", func() { vec.Hardest(&whole.Factors, step(0, 0, 1), make([]int32, 6), 3) }},
		{"no candidates", func() { vec.Hardest(&whole.Factors, step(0, 0, 1), nil, 0) }},
		{"candidates for one step", func() { vec.Hardest(&whole.Factors, step(0, 0, 1), make([]int32, 4), 4) }},
		{"a candidate too many", func() { vec.Hardest(&whole.Factors, step(0, 0, 1), []int32{0, 0, 0, 0, 0, 0, 0, worldItems}, 4) }},
		{"a candidate before the first", func() { vec.Hardest(&whole.Factors, step(0, 0, 1), []int32{0, 0, 0, 0, 0, -1, 0, 0}, 4) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if _, ok := recover().(string); !ok {
					t.Error("no panic")
				}
			}()
			c.f()
		})
	}
}

func TestStepsAllocateNothing(t *testing.T) {
	w := newWorld(1, 32, 8, 0, true)
	candidates := make([]int32, 4*len(w.steps))
	eachPath(t, func(t *testing.T) {
		if n := testing.AllocsPerRun(100, func() {
			vec.Hardest(&w.Factors, w.steps, candidates, 4)
			vec.StepsBPR(&w.Factors, w.steps, vec.Pull{})
		}); n != 0 {
			t.Errorf("%v allocations, want none", n)
		}
	})
}
