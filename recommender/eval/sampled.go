package eval

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// Sampled is a protocol that ranks, for each user, up to Positives
// test items among Negatives sampled items that the user has in neither table,
// drawn evenly. The metrics are of that short list: they are far higher than
// those over the whole catalogue, may order models otherwise (Krichene and
// Rendle, On Sampled Metrics for Item Recommendation, KDD 2020), and mean
// something only beside their [Floors]. The zero Sampled ranks everything.
type Sampled struct {
	Positives int
	Negatives int
}

// String is what ParseProtocol reads.
func (p Sampled) String() string {
	if p == (Sampled{}) {
		return "full"
	}
	return fmt.Sprintf("sampled:%d:%d", p.Positives, p.Negatives)
}

// ParseProtocol reads "full" or "sampled:POS:NEG".
func ParseProtocol(s string) (Sampled, error) {
	if s == "full" {
		return Sampled{}, nil
	}
	if parts := strings.Split(s, ":"); len(parts) == 3 && parts[0] == "sampled" {
		pos, err1 := strconv.Atoi(parts[1])
		neg, err2 := strconv.Atoi(parts[2])
		if err1 == nil && err2 == nil && pos > 0 && neg > 0 {
			return Sampled{pos, neg}, nil
		}
	}
	return Sampled{}, fmt.Errorf("eval: protocol %q: %w: want full, or sampled:POS:NEG such as sampled:1:99", s, recommender.ErrInvalid)
}

// draw returns a user's positives and, with the negatives, the candidates, both
// ascending. It depends on the seed and the user's ID, not on the model.
func (p Sampled) draw(seed uint64, u *examinee, items int) (truth, candidates []int32) {
	r := rng.New(seed, rng.Hash(seed, string(u.id)))
	truth = slices.Clone(u.truth)
	r.Shuffle(len(truth), func(i, j int) { truth[i], truth[j] = truth[j], truth[i] })
	truth = truth[:min(p.Positives, len(truth))]
	slices.Sort(truth)

	taken := union(u.mask, u.truth)
	free := items - len(taken)
	negatives := min(p.Negatives, free)
	chosen := make(map[int]bool, negatives)
	// Floyd's sampling: as many draws as there are negatives.
	for i := free - negatives; i < free; i++ {
		n := r.IntN(i + 1)
		if chosen[n] {
			n = i
		}
		chosen[n] = true
	}
	candidates = slices.Clone(truth)
	next, nth := 0, 0
	for place := range items {
		if next < len(taken) && taken[next] == int32(place) {
			next++
			continue
		}
		if chosen[nth] {
			candidates = append(candidates, int32(place))
		}
		nth++
	}
	slices.Sort(candidates)
	return truth, candidates
}

// Floors evaluates, under the same options, a model that knows nothing and one
// that only counts: what any other has to beat.
func Floors(ctx context.Context, train, test *recommender.Table, o Options) (random, popular *Report, err error) {
	o.Name = "random"
	random, err = Evaluate(ctx, lottery{train.Items, o.Seed}, train, test, o)
	if err != nil {
		return nil, nil, err
	}
	m, err := recommender.Popular{}.Train(ctx, train.Dataset())
	if err != nil {
		return nil, nil, fmt.Errorf("eval: floor: %w", err)
	}
	o.Name = "popular"
	popular, err = Evaluate(ctx, m, train, test, o)
	return random, popular, err
}

// lottery scores at random, but the same for the same user, item and seed.
type lottery struct {
	items []recommender.ItemID
	seed  uint64
}

func (l lottery) Catalog() []recommender.ItemID { return l.items }

func (l lottery) ScoreAll(_ context.Context, req recommender.Request, dst []float32) error {
	// Not the bare seed, by which Random hashes the same IDs: under the seed of
	// the split a lottery would know what is in the test.
	salt := rng.Hash(rng.Hash(l.seed, "lottery"), string(req.User))
	for i, id := range l.items {
		dst[i] = float32(float64(rng.Hash(salt, string(id))) / math.MaxUint64)
	}
	return nil
}

func (l lottery) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	r, err := recommender.NewRanker(l.items)
	if err != nil {
		return recommender.Ranking{}, err
	}
	scores := make([]float32, len(l.items))
	if err := l.ScoreAll(ctx, req, scores); err != nil {
		return recommender.Ranking{}, err
	}
	return r.Rank(req, scores, nil), nil
}
