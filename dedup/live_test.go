package dedup_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

// canonicals makes the known items that a Store keeps after r.
func canonicals(r *recommender.Resolution) []recommender.Item {
	place := map[id]int{}
	var out []recommender.Item
	for _, l := range r.Links {
		i, ok := place[l.Canonical]
		if !ok {
			i = len(out)
			place[l.Canonical] = i
			out = append(out, recommender.Item{ID: l.Canonical})
		}
		out[i].Members = append(out[i].Members, l.Record)
	}
	return out
}

// instalments resolves records in n parts, each run knowing the items of the
// last, and returns the last Resolution and how many records changed items.
func instalments(t *testing.T, records []recommender.Item, n int) (r *recommender.Resolution, moved int) {
	t.Helper()
	var known []recommender.Item
	for i := 1; i <= n; i++ {
		r = resolve(t, dedup.Config{}, known, records[:len(records)*i/n])
		changes, err := dedup.Changes(seq(known), r.Links)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			if c.Kind == dedup.Moved || c.Kind == dedup.Merged {
				moved += len(c.Records)
			}
		}
		known = canonicals(r)
	}
	return r, moved
}

func TestTenInstalmentsEndInTheGroupsOfOneRun(t *testing.T) {
	records, _ := world(600, 4)
	slices.SortFunc(records, func(a, b recommender.Item) int { return strings.Compare(a.Title, b.Title) }) // sources mixed
	once := resolve(t, dedup.Config{}, nil, records)
	parts, moved := instalments(t, records, 10)
	if diff := cmp.Diff(groups(once), groups(parts)); diff != "" {
		t.Errorf("groups of one run and of ten (-one +ten):\n%s", diff)
	}
	t.Logf("%d of %d records changed items on the way", moved, len(records))
	if moved > len(records)/4 {
		t.Errorf("%d of %d records changed items on the way", moved, len(records))
	}
}

func TestAnyOrderGivesTheSameResolution(t *testing.T) {
	records, _ := world(400, 6)
	want := resolve(t, dedup.Config{}, nil, records)
	turned := slices.Clone(records)
	slices.Reverse(turned)
	for i := range turned { // and the tags and references of each
		turned[i].Tags = slices.Clone(turned[i].Tags)
		slices.Reverse(turned[i].Tags)
	}
	if diff := cmp.Diff(want, resolve(t, dedup.Config{}, nil, turned)); diff != "" {
		t.Errorf("turned round (-want +got):\n%s", diff)
	}
}

// Spellings of one title ("Sword Craft", "Swordcraft") and texts that a Latin title
// shares with the stem of a native one ("Akira", "Akira 劇場版") are one key: what is
// noted of it does not depend on which came first.
func TestAnyOrderOfSpellingsGivesTheSameResolution(t *testing.T) {
	records := []recommender.Item{
		item("a:1", "Sword Craft Chronicle", 2001, nil),
		item("b:1", "Swordcraft Chronicle", 0, nil),
		item("c:1", "The Chronicle of the Craft", 2001, nil),
		item("a:2", "Akiba 劇場版", 1988, nil),
		item("b:2", "Akiba", 1988, nil),
		item("c:2", "Akiba", 0, []string{"Akiba: The Movie"}),
	}
	want := resolve(t, dedup.Config{}, nil, records)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		if diff := cmp.Diff(want, resolve(t, dedup.Config{}, nil, records)); diff != "" {
			t.Fatalf("in another order (-want +got):\n%s", diff)
		}
	}
}

func TestIndexAnswersWhatResolveAnswers(t *testing.T) {
	records, _ := world(300, 7)
	x, err := dedup.Config{}.Index(t.Context(), seq(records))
	if err != nil {
		t.Fatal(err)
	}
	want := resolve(t, dedup.Config{}, nil, records)
	for range 2 {
		got, err := x.Resolve(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("Resolve of the Index (-want +got):\n%s", diff)
		}
	}
}

func TestIndexExplainsAsAWaterfall(t *testing.T) {
	a, b, c := item("a:1", "Silver Tide", 2001, nil), item("b:1", "Silver Tide", 2001, nil), item("b:2", "Silver Tide", 2003, nil)
	o := &dedup.Overrides{Block: [][2]id{{"a:1", "b:2"}}}
	x, err := dedup.Config{Overrides: o}.Index(t.Context(), seq([]recommender.Item{a, b, c}))
	if err != nil {
		t.Fatal(err)
	}
	e, err := x.Explain(a, b)
	if err != nil {
		t.Fatal(err)
	}
	sum := e.Prior
	for _, ev := range e.Evidence {
		sum += ev.Weight
		if math.Abs(ev.Sum-sum) > 1e-9 {
			t.Errorf("%v: the sum so far is %v", ev, sum)
		}
	}
	if want := 1 / (1 + math.Exp(-sum)); math.Abs(e.Probability-want) > 1e-9 || e.Probability < 0.9 {
		t.Errorf("probability %v of a sum of %v, want %v", e.Probability, sum, want)
	}
	if e, err = x.Explain(c, a); err != nil || e.Decided != "block" || e.Probability != 0 {
		t.Errorf("a blocked pair: %v, %v", e, err)
	}
	if _, err := x.Explain(a, item("b:3", "", 0, nil)); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("a record that is not there: error %v, want ErrNotFound", err)
	}
}

func TestProgressTellsTheStages(t *testing.T) {
	var got []string
	c := dedup.Config{Progress: func(p dedup.Progress) {
		if got == nil || got[len(got)-1] != p.Stage {
			got = append(got, p.Stage)
		}
	}}
	records, _ := world(20, 1)
	resolve(t, c, nil, records)
	if diff := cmp.Diff([]string{"read", "block", "compare", "cluster"}, got); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
}

// A runOut is a context that is cancelled after some looks at it.
type runOut struct {
	context.Context
	looks int
}

func (r *runOut) Err() error {
	if r.looks--; r.looks < 0 {
		return context.Canceled
	}
	return nil
}

func TestResolveEndsWithItsContextWhereverThatEnds(t *testing.T) {
	records, _ := world(60, 2)
	n := 0
	for ; ; n++ {
		_, err := dedup.Config{Workers: 1}.Resolve(&runOut{t.Context(), n}, nil, seq(records))
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("cancelled after %d looks: error %v, want %v", n, err, context.Canceled)
		}
	}
	if n < len(records) {
		t.Errorf("the context was looked at %d times, less than once a record", n)
	}
}

// A record that makes no sense changes nothing about the others.
func TestHostileRecordsCostNothingButThemselves(t *testing.T) {
	good, _ := world(60, 8)
	want := groups(resolve(t, dedup.Config{}, nil, good))
	many := make([]string, 5000)
	for i := range many {
		many[i] = strings.Repeat(string(rune('a'+i%26)), 3) + fmt.Sprint(i)
	}
	hostile := []recommender.Item{
		{ID: "h:1", Title: strings.Repeat("long title ", 100_000)},
		{ID: "h:2", Title: strings.Repeat("x", 1<<20)},
		{ID: "h:3", Title: strings.Repeat("\u0301", 10_000)},
		{ID: "h:4", Title: "K"}, {ID: "h:5", Title: ""}, {ID: "h:6", Title: "\x00\xff\xfe"},
		{ID: "h:7", Title: strings.Repeat("(", 100_000)},
		{ID: "h:8", Title: "many", Aliases: many, Tags: many, Refs: func() (out []id) {
			for _, m := range many {
				out = append(out, id("z:"+m))
			}
			return out
		}()},
		{ID: "h:9", Year: math.MinInt, Attrs: map[string]string{recommender.AttrEpisodes: "99999999999999999999", recommender.AttrFormat: strings.Repeat("f", 1<<16)}},
		{ID: ":"}, {ID: "::::"}, {ID: id(strings.Repeat("i", 1<<16))},
	}
	got := groups(resolve(t, dedup.Config{}, nil, append(hostile, good...)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups without and with hostile records (-without +with):\n%s", diff)
	}
}

func FuzzResolve(f *testing.F) {
	f.Add("Silver Tide", "銀の潮 第2期", "Silver Tide (2001)", 2001, "12")
	f.Add("K", "", "\u0301\u0301", -5, "x")
	f.Add("!!!", "\xff", "(((", math.MaxInt, "-1")
	f.Fuzz(func(t *testing.T, title, alias, other string, year int, episodes string) {
		records := []recommender.Item{
			item("a:1", title, year, []string{alias}, recommender.AttrEpisodes, episodes),
			item("b:1", title, year, []string{other}),
			item("c:1", other, 0, []string{title, alias}, recommender.AttrFormat, alias),
			item("c:2", alias, year, nil),
		}
		for _, c := range []dedup.Config{{}, {Fields: []dedup.Field{{Name: recommender.AttrEpisodes, Compare: dedup.Number(2)}}}} {
			r, err := c.Resolve(t.Context(), nil, seq(records))
			if err != nil {
				t.Fatal(err)
			}
			turned := slices.Clone(records)
			slices.Reverse(turned)
			again, err := c.Resolve(t.Context(), nil, seq(turned))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(r, again); diff != "" {
				t.Errorf("turned round (-want +got):\n%s", diff)
			}
			for _, l := range r.Links {
				if !(l.Confidence >= 0 && l.Confidence <= 1) {
					t.Errorf("confidence %v of %q", l.Confidence, l.Record)
				}
			}
		}
	})
}
