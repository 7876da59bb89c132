package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// Options are the options of [Evaluate].
type Options struct {
	// K are the lengths of list that are measured; nil means 10.
	K []int
	// Resamples is the number of bootstrap resamples behind each interval; 0
	// means 1000, which settles a bound to about a tenth of the interval's
	// width; negative leaves the intervals out.
	Resamples int
	// Seed is for the bootstrap and for what Protocol draws.
	Seed uint64
	// Workers is how many users are ranked at once; 0 means one per processor.
	// It changes no result.
	Workers int
	// Name becomes Report.Model.
	Name string
	// Protocol is how candidates are chosen; the zero value ranks the whole catalogue.
	Protocol Sampled
	// FoldIn is what users who are not in training bring along: it becomes
	// their Request.History and is masked like training items.
	FoldIn *recommender.Table
	// Fallback, where it is set, makes Evaluate rank cold users too, and answers
	// where the model says ErrColdStart for one. They stay out of the means and
	// are found in the Cold segment.
	Fallback recommender.Model
	// Diversity, where it is set, adds the metric "diversity": its mean over the
	// users' lists. It must be a pure function of the list, and is called
	// concurrently; rerank.Diversity makes one.
	Diversity func(list []recommender.ItemID) float64
	// Among, where it is not nil, are the only items that are ranked and that
	// count in |T|: the items nobody had in training, or the least known half.
	// Users who have none of them in the test are skipped.
	Among []recommender.ItemID
	// Progress is called after each ranked user, by one goroutine at a time;
	// ranking waits for it.
	Progress func(done, total int)
}

// check reports every fault at once.
func (o Options) check() error {
	var faults []string
	for _, k := range o.K {
		if k < 1 {
			faults = append(faults, fmt.Sprintf("K %d < 1", k))
		}
	}
	if o.Protocol.Positives < 0 || o.Protocol.Negatives < 0 || (o.Protocol.Positives == 0) != (o.Protocol.Negatives == 0) {
		faults = append(faults, fmt.Sprintf("Protocol %d positives, %d negatives", o.Protocol.Positives, o.Protocol.Negatives))
	}
	if o.Among != nil && o.Protocol != (Sampled{}) {
		faults = append(faults, "Among and a sampled Protocol exclude each other")
	}
	if o.Workers < 0 {
		faults = append(faults, fmt.Sprintf("Workers %d < 0", o.Workers))
	}
	if faults != nil {
		return fmt.Errorf("eval: %w: options: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return nil
}

// normalized fills in the defaults. K is sorted, without repetitions.
func (o Options) normalized() Options {
	o.K = slices.Compact(slices.Sorted(slices.Values(o.K)))
	if len(o.K) == 0 {
		o.K = []int{10}
	}
	if o.Resamples == 0 {
		o.Resamples = 1000
	}
	return o
}

// Evaluate measures m, which was trained on train, against test.
//
// For every test user with a test set T (the user's test items of any kind but
// Dislike, without those the user has in train; users whose T is empty are
// skipped and counted) it ranks all of train.Items but the user's training
// items: by m's scores, ties to the lower place in train.Items, items without a
// score last. Test items outside train.Items count in |T|. A user about whom m
// says ErrColdStart gets an empty list, and zeros. Users without training data
// are cold: see Options.Fallback.
//
// It asks m as a [recommender.Scorer] where it is one, else for the longest
// list that matters; it never relies on m to leave seen items out, and it
// creates no exposures. The Report is the same at any number of workers. Cost
// beside the model's own: per user O(items + T log T), and per resample O(users).
func Evaluate(ctx context.Context, m recommender.Model, train, test *recommender.Table, o Options) (*Report, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if len(train.Items) == 0 {
		return nil, fmt.Errorf("eval: %w: the training table has no items", recommender.ErrInvalid)
	}
	o = o.normalized()
	p := newPanel(train, test, o)
	r := &run{
		o: o, items: train.Items, users: p.users, popularity: popularity(train),
		model: newView(m, train.Items), among: p.among,
		metrics: metricNames,
	}
	if o.Diversity != nil {
		r.metrics = append(r.metrics[:len(r.metrics):len(r.metrics)], "diversity")
	}
	if o.Fallback != nil {
		fallback := newView(o.Fallback, train.Items)
		r.fallback = &fallback
	}
	if err := r.rankAll(ctx); err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	return r.report(ctx, p)
}

// A run is one evaluation under way. Users write their own places only.
type run struct {
	o          Options
	items      []recommender.ItemID
	users      []examinee
	popularity []float64 // −log2 of the share of training users, per item
	among      []int32   // the only places that are ranked, ascending; nil: all
	metrics    []string  // the columns of values, per k
	model      view
	fallback   *view

	depth      int
	lists      []int32 // depth places per user, −1 where the list has ended
	values     matrix
	coldStarts []bool
	scratch    sync.Pool // *scratch
}

func (r *run) rankAll(ctx context.Context) error {
	n := len(r.users)
	r.depth = min(r.o.K[len(r.o.K)-1], len(r.items))
	r.lists = make([]int32, n*r.depth)
	columns := len(r.o.K) * len(r.metrics)
	r.values = matrix{columns, make([]float64, n*columns)}
	r.coldStarts = make([]bool, n)
	r.scratch.New = func() any { return newScratch(len(r.items)) }
	var mu sync.Mutex
	done := 0
	return par.Do(ctx, r.o.Workers, n, func(i int) error {
		if err := r.rankOne(ctx, i); err != nil {
			return fmt.Errorf("user %q: %w", r.users[i].id, err)
		}
		if r.o.Progress != nil {
			mu.Lock()
			defer mu.Unlock()
			done++
			r.o.Progress(done, n)
		}
		return nil
	})
}

// rankOne makes and measures the list of user i.
func (r *run) rankOne(ctx context.Context, i int) error {
	u := &r.users[i]
	s := r.scratch.Get().(*scratch)
	defer r.scratch.Put(s)
	truth, candidates := u.truth, []int32(nil)
	relevant := u.relevant()
	if r.o.Protocol != (Sampled{}) {
		truth, candidates = r.o.Protocol.draw(r.o.Seed, u, len(r.items))
		relevant = len(truth)
	}
	if r.among != nil {
		candidates = without(r.among, u.mask)
	}
	list, err := r.model.rank(ctx, u, candidates, r.depth, s)
	if errors.Is(err, recommender.ErrColdStart) {
		r.coldStarts[i] = true
		list, err = nil, nil
		if u.cold && r.fallback != nil {
			list, err = r.fallback.rank(ctx, u, candidates, r.depth, s)
			if errors.Is(err, recommender.ErrColdStart) {
				list, err = nil, nil
			}
		}
	}
	if err != nil {
		return err
	}
	r.measure(i, list, truth, relevant, s)
	return nil
}

func (r *run) measure(i int, list, truth []int32, relevant int, s *scratch) {
	kept := r.lists[i*r.depth : (i+1)*r.depth]
	for j := range kept {
		kept[j] = -1
	}
	copy(kept, list)
	s.hits = s.hits[:0]
	for _, p := range list {
		_, hit := slices.BinarySearch(truth, p)
		s.hits = append(s.hits, hit)
	}
	row := r.values.row(i)
	for _, k := range r.o.K {
		head := list[:min(k, len(list))]
		At(k, s.hits, relevant).put(row, r.novelty(head))
		if r.o.Diversity != nil {
			row[len(metricNames)] = r.o.Diversity(r.model.ids(head))
		}
		row = row[len(r.metrics):]
	}
}

func (r *run) novelty(list []int32) float64 {
	if len(list) == 0 {
		return 0
	}
	sum := 0.0
	for _, p := range list {
		sum += r.popularity[p]
	}
	return sum / float64(len(list))
}
