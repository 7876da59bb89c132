package synthetic_test

import (
	"errors"
	"math"
	"regexp"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
)

func TestLikeIsTheShareOfFourStars(t *testing.T) {
	w := newWorld(t, synthetic.Config{Users: 1000})
	o := w.Oracle()
	var sum, liked, n [10]float64
	_, rows := walk(t, w.Ratings())
	for _, x := range rows {
		if x.Kind != recommender.Rate {
			continue
		}
		p, err := o.Like(x.User, x.Item)
		if err != nil {
			t.Fatal(err)
		}
		bin := min(int(p*10), 9)
		sum[bin] += p
		n[bin]++
		if x.Value >= 4 {
			liked[bin]++
		}
	}
	for bin := range n {
		if n[bin] < 300 {
			t.Errorf("only %.0f rows with a chance around 0.%d5", n[bin], bin)
			continue
		}
		said, got := sum[bin]/n[bin], liked[bin]/n[bin]
		// Four standard errors.
		if math.Abs(said-got) > 4*math.Sqrt(0.25/n[bin]) {
			t.Errorf("Like says %.3f, the share of four stars is %.3f of %.0f", said, got, n[bin])
		}
	}
}

func TestWatchAddsUpToLogs(t *testing.T) {
	w := newWorld(t, synthetic.Config{Users: 250})
	o := w.Oracle()
	records := make(map[string][]recommender.ItemID)
	for _, s := range w.Catalogues() {
		items, _ := walk(t, s)
		for _, it := range items {
			records[s.Name()] = append(records[s.Name()], it.ID)
		}
	}
	logs := make(map[recommender.UserID]map[recommender.ItemID]bool)
	_, rows := walk(t, w.Ratings())
	for _, x := range rows {
		if logs[x.User] == nil {
			logs[x.User] = make(map[recommender.ItemID]bool)
		}
		logs[x.User][x.Item] = true
	}
	var sum, watched, n [10]float64
	for u, log := range logs {
		home, err := o.Home(u)
		if err != nil {
			t.Fatal(err)
		}
		dst := make([]float64, len(records[home]))
		if err := o.WatchAll(u, records[home], dst); err != nil {
			t.Fatal(err)
		}
		total := 0.0
		for k, p := range dst {
			total += p
			bin := min(int(p*10), 9)
			sum[bin] += p
			n[bin]++
			if log[records[home][k]] {
				watched[bin]++
			}
		}
		if math.Abs(total-float64(len(log))) > 2+0.02*float64(len(log)) {
			t.Errorf("chances of %s add up to %.1f, the log has %d", u, total, len(log))
		}
	}
	for bin := range n {
		said, got := sum[bin]/n[bin], watched[bin]/n[bin]
		t.Logf("Watch %.3f, share watched %.3f of %.0f", said, got, n[bin])
		// It is an approximation: users draw without putting back, and release
		// dates cut logs.
		if math.Abs(said-got) > 0.1 {
			t.Errorf("Watch says %.3f, %.3f of %.0f were watched", said, got, n[bin])
		}
	}
}

func TestOracleRefusesWhatItDoesNotKnow(t *testing.T) {
	o := newWorld(t, small).Oracle()
	if _, err := o.Like("nobody", "mal:1"); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("unknown user: %v", err)
	}
	if _, err := o.Opinion("user-000001", "mal:2"); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("unknown record: %v", err)
	}
	if err := o.WatchAfter("user-000001", []recommender.ItemID{"x"}, nil, nil); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("unknown seen record: %v", err)
	}
	if err := o.LikeAll("user-000001", []recommender.ItemID{"mal:1"}, nil); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("short dst: %v", err)
	}
}

var (
	praise = regexp.MustCompile(`masterpiece|wonderful|brilliant|I love|gorgeous|joy|fantastic`)
	blame  = regexp.MustCompile(`awful|terrible|horrible|I hate|disaster|a mess|Avoid it`)
)

func TestReviewsSayWhatTheirAuthorsThink(t *testing.T) {
	for seed := range uint64(3) {
		w := newWorld(t, synthetic.Config{Seed: seed, Users: 700, Reviews: 2800})
		o := w.Oracle()
		_, reviews := walk(t, w.Reviews())
		if n := len(reviews); n < 2500 || n > 3100 {
			t.Errorf("seed %d: %d reviews, want about 2,800", seed, n)
		}
		var s, op, ss, oo, so float64
		var praised, blamed, sumPraised, sumBlamed, sour float64
		texts := make(map[string]bool)
		for _, x := range reviews {
			if err := recommender.CheckInteraction(x); err != nil || x.Kind != recommender.Review || x.Text == "" {
				t.Fatalf("review %+v: %v", x, err)
			}
			texts[x.Text] = true
			v := float64(x.Value)
			truth, err := o.Opinion(x.User, x.Item)
			if err != nil {
				t.Fatal(err)
			}
			s, op, ss, oo, so = s+v, op+truth, ss+v*v, oo+truth*truth, so+v*truth
			if truth < 0 {
				sour++
			}
			if praise.MatchString(x.Text) {
				praised++
				sumPraised += truth
			}
			if blame.MatchString(x.Text) {
				blamed++
				sumBlamed += truth
			}
		}
		n := float64(len(reviews))
		r := (so - s*op/n) / math.Sqrt((ss-s*s/n)*(oo-op*op/n))
		t.Logf("seed %d: stars and opinion r %.3f; opinion %.2f where praised (%.0f), %.2f where blamed (%.0f); %.2f below 0; %d different texts", seed, r, sumPraised/praised, praised, sumBlamed/blamed, blamed, sour/n, len(texts))
		if r < 0.65 || r > 0.9 {
			t.Errorf("seed %d: stars and opinion correlate by %.3f, want 0.65 to 0.9", seed, r)
		}
		if sumPraised/praised-sumBlamed/blamed < 0.5 || blamed < 0.05*n {
			t.Errorf("seed %d: texts do not follow opinions", seed)
		}
		if float64(len(texts)) < 0.9*n {
			t.Errorf("seed %d: only %d different texts among %.0f", seed, len(texts), n)
		}
		if sour/n < 0.15 {
			t.Errorf("seed %d: only %.2f of the opinions are below 0", seed, sour/n)
		}
	}
}

func TestReviewsCarryTheStarsOfTheRating(t *testing.T) {
	w := newWorld(t, synthetic.Config{Users: 300})
	rated := make(map[[2]string][]float32)
	_, rows := walk(t, w.Ratings())
	for _, x := range rows {
		key := [2]string{string(x.User), string(x.Item)}
		rated[key] = append(rated[key], x.Value)
	}
	_, reviews := walk(t, w.Reviews())
	for _, x := range reviews {
		if r := rated[[2]string{string(x.User), string(x.Item)}]; len(r) == 0 || r[0] != x.Value {
			t.Errorf("%s reviews %s with %v stars, rated %v", x.User, x.Item, x.Value, r)
		}
	}
}
