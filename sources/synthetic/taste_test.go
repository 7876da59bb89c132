package synthetic_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/topk"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
)

// Neighbours must beat popularity, as they do on real ratings, content alone
// must not, and both together must beat either floor; nothing beats the oracle.
func TestTasteIsPartlyHidden(t *testing.T) {
	for _, seed := range []uint64{0, 2} {
		x := newExam(t, synthetic.Config{Seed: seed, Users: 800})
		popular := x.ndcg(1, func(_ int, dst []float32) { copy(dst, x.popularity) })
		neighbours := x.ndcg(1, x.neighbours())
		content := x.ndcg(10, x.content(0))
		both := x.ndcg(10, x.content(0.7))
		ceiling := x.ndcg(10, x.oracle(t))
		t.Logf("seed %d: NDCG@10 popular %.3f, neighbours %.3f, content %.3f, content and popular %.3f, oracle %.3f", seed, popular, neighbours, content, both, ceiling)
		if popular < 0.12 || popular > 0.3 {
			t.Errorf("seed %d: popular reaches %.3f, want 0.12 to 0.3", seed, popular)
		}
		if neighbours < 1.4*popular {
			t.Errorf("seed %d: neighbours %.3f do not clearly beat popular %.3f", seed, neighbours, popular)
		}
		if content > 1.05*popular {
			t.Errorf("seed %d: content alone reaches %.3f, popular %.3f", seed, content, popular)
		}
		if both < 1.05*popular || both > neighbours {
			t.Errorf("seed %d: content and popular reach %.3f, want between popular %.3f and neighbours %.3f", seed, both, popular, neighbours)
		}
		if ceiling < 1.2*neighbours {
			t.Errorf("seed %d: oracle %.3f leaves no room above neighbours %.3f", seed, ceiling, neighbours)
		}
	}
}

// An exam is a random fifth of every user's works held out; works are numbered.
type exam struct {
	world       *synthetic.World
	records     []recommender.ItemID // one of each work
	texts       []string
	users       []recommender.UserID
	train, test [][]int
	popularity  []float32
}

func newExam(t *testing.T, c synthetic.Config) *exam {
	x := &exam{world: newWorld(t, c)}
	number := make(map[string]int)
	for _, it := range allRecords(t, x.world) {
		work, _ := x.world.Work(it.ID)
		if _, ok := number[work]; !ok {
			number[work] = len(x.records)
			x.records = append(x.records, it.ID)
			x.texts = append(x.texts, "")
		}
		x.texts[number[work]] += " " + strings.Join(append(append(it.Tags, it.Aliases...), it.Title, it.Text), " ")
	}
	x.popularity = make([]float32, len(x.records))
	r := rand.New(rand.NewPCG(c.Seed, 1))
	_, rows := walk(t, x.world.Ratings())
	seen := make(map[int]bool)
	for i, row := range rows {
		if i == 0 || row.User != rows[i-1].User {
			clear(seen)
			x.users = append(x.users, row.User)
			x.train, x.test = append(x.train, nil), append(x.test, nil)
		}
		work, _ := x.world.Work(row.Item)
		n, last := number[work], len(x.users)-1
		switch {
		case seen[n]:
		case r.Float64() < 0.2:
			x.test[last] = append(x.test[last], n)
		default:
			x.train[last] = append(x.train[last], n)
			x.popularity[n]++
		}
		seen[n] = true
	}
	return x
}

// ndcg is the mean NDCG@10 of every step-th user.
func (x *exam) ndcg(step int, score func(user int, dst []float32)) float64 {
	sum, n := 0.0, 0.0
	dst := make([]float32, len(x.records))
	for u := 0; u < len(x.users); u += step {
		if len(x.test[u]) == 0 {
			continue
		}
		clear(dst)
		score(u, dst)
		for _, i := range x.train[u] {
			dst[i] = float32(math.NaN())
		}
		got, ideal := 0.0, 0.0
		for rank, i := range topk.Select(dst, 10) {
			gain := 1 / math.Log2(float64(rank)+2)
			if slices.Contains(x.test[u], int(i)) {
				got += gain
			}
			if rank < len(x.test[u]) {
				ideal += gain
			}
		}
		sum += got / ideal
		n++
	}
	return sum / n
}

// neighbours scores by the squared cosine of works that the same users watch.
func (x *exam) neighbours() func(int, []float32) {
	n := len(x.records)
	sim := make([]float32, n*n)
	for _, items := range x.train {
		weight := float32(1 / math.Log(3+float64(len(items))))
		for _, i := range items {
			row := sim[i*n : i*n+n]
			for _, j := range items {
				row[j] += weight
			}
		}
	}
	for i := range n {
		for j := range n {
			sim[i*n+j] *= sim[i*n+j] / max(x.popularity[i]*x.popularity[j], 1)
		}
	}
	return func(u int, dst []float32) {
		for _, i := range x.train[u] {
			for j, s := range sim[i*n : i*n+n] {
				dst[j] += s
			}
		}
	}
}

// content scores by TF-IDF of titles, tags and synopses against the user's
// profile, times a power of popularity.
func (x *exam) content(power float64) func(int, []float32) {
	type weight struct {
		term int
		w    float32
	}
	terms := make(map[string]int)
	var df []float64
	docs := make([][]weight, len(x.texts))
	for d, text := range x.texts {
		counts := make(map[int]float64)
		var order []int
		for term := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" .,;:()'?!", r) }) {
			k, ok := terms[term]
			if !ok {
				k = len(terms)
				terms[term] = k
				df = append(df, 0)
			}
			if counts[k]++; counts[k] == 1 {
				df[k]++
				order = append(order, k)
			}
		}
		for _, k := range order {
			docs[d] = append(docs[d], weight{k, float32(1 + math.Log(counts[k]))})
		}
	}
	for _, doc := range docs {
		norm := 0.0
		for k := range doc {
			doc[k].w *= float32(math.Log(float64(len(docs)) / df[doc[k].term]))
			norm += float64(doc[k].w) * float64(doc[k].w)
		}
		for k := range doc {
			doc[k].w /= float32(math.Sqrt(norm))
		}
	}
	return func(u int, dst []float32) {
		profile := make([]float32, len(terms))
		for _, i := range x.train[u] {
			for _, v := range docs[i] {
				profile[v.term] += v.w
			}
		}
		for i, doc := range docs {
			for _, v := range doc {
				dst[i] += v.w * profile[v.term]
			}
			dst[i] *= float32(math.Pow(float64(x.popularity[i])+1, power))
		}
	}
}

func (x *exam) oracle(t *testing.T) func(int, []float32) {
	o := x.world.Oracle()
	return func(u int, dst []float32) {
		var seen []recommender.ItemID
		for _, i := range x.train[u] {
			seen = append(seen, x.records[i])
		}
		chances := make([]float64, len(dst))
		if err := o.WatchAfter(x.users[u], seen, x.records, chances); err != nil {
			t.Fatal(err)
		}
		for i, c := range chances {
			dst[i] = float32(c)
		}
	}
}
