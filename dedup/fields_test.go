package dedup_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

// people makes the records of n people in two registers that misspell names,
// swap parts of dates and lack postcodes; families share names and postcodes.
func people(n int, seed uint64) ([]recommender.Item, map[id]string) {
	r := rand.New(rand.NewPCG(seed, 3))
	first := strings.Fields("anna bruno clara david elena felix greta hannes irene jonas karla lukas maria niklas olivia peter")
	last := strings.Fields("maier schulz novak rossi dubois jansen larsen kowalski moreno silva keller fischer weber wagner becker hoffmann")
	misspell := func(s string) string {
		if r.IntN(5) > 0 {
			return s
		}
		b := []byte(s)
		i := 1 + r.IntN(len(b)-1)
		switch r.IntN(3) {
		case 0:
			b[i], b[i-1] = b[i-1], b[i]
		case 1:
			b = append(b[:i], b[i+1:]...)
		default:
			b[i] = byte('a' + r.IntN(26))
		}
		return string(b)
	}
	var records []recommender.Item
	truth := map[id]string{}
	for i := range n {
		name := first[r.IntN(len(first))] + " " + last[r.IntN(len(last))]
		year, month, day := 1930+r.IntN(80), 1+r.IntN(12), 1+r.IntN(28)
		postcode := fmt.Sprint(10000 + r.IntN(400))
		for _, source := range []string{"north", "south"} {
			if r.IntN(5) == 0 {
				continue
			}
			it := recommender.Item{
				ID: recommender.RecordID(source, fmt.Sprint(r.Uint32())), Title: misspell(name),
				Attrs: map[string]string{"born": fmt.Sprintf("%d-%02d-%02d", year, month, day), "postcode": postcode},
			}
			if r.IntN(10) == 0 {
				it.Attrs["born"] = fmt.Sprintf("%d-%02d-%02d", year, day%12+1, month)
			}
			if r.IntN(4) == 0 {
				delete(it.Attrs, "postcode")
			}
			if r.IntN(12) == 0 {
				it.Attrs["postcode"] = fmt.Sprint(10000 + r.IntN(400)) // moved
			}
			records = append(records, it)
			truth[it.ID] = fmt.Sprint(i)
		}
	}
	return records, truth
}

var personal = []dedup.Field{
	{Name: "born", Compare: dedup.Date, Levels: []float64{0.5, 0.8, 0.9, 1}, Key: true},
	{Name: "postcode", Key: true},
}

func TestFieldsResolvePeopleWithoutLabels(t *testing.T) {
	records, truth := people(1500, 1)
	with := dedup.Score(resolve(t, dedup.Config{Fields: personal}, nil, records).Links, truth, nil)
	without := dedup.Score(resolve(t, dedup.Config{}, nil, records).Links, truth, nil)
	t.Logf("with fields: precision %.3f, recall %.3f; as works: %.3f, %.3f", with.Precision, with.Recall, without.Precision, without.Recall)
	if with.F1 < 0.9 {
		t.Errorf("F1 %.3f, want 0.9", with.F1)
	}
	if with.F1 < without.F1+0.2 {
		t.Errorf("F1 %.3f with fields, %.3f without: they tell nothing", with.F1, without.F1)
	}
}

func TestFieldsWithWeightsNeedNothingToLearnFrom(t *testing.T) {
	fields := []dedup.Field{{Name: "maker", Weights: []float64{-8, 2}}, {Name: "price", Compare: dedup.Number(50), Levels: []float64{0.8}, Weights: []float64{-1, 1}}}
	records := []recommender.Item{
		{ID: "a:1", Title: "Wireless Mouse", Attrs: map[string]string{"maker": "Acme", "price": "19.90"}},
		{ID: "b:1", Title: "wireless mouse", Attrs: map[string]string{"maker": "ACME", "price": "21"}},
		{ID: "c:1", Title: "Wireless Mouse", Attrs: map[string]string{"maker": "Globex", "price": "20"}},
	}
	got := fmt.Sprint(groups(resolve(t, dedup.Config{Fields: fields}, nil, records)))
	if got != "[a:1 b:1]" {
		t.Errorf("groups %s, want [a:1 b:1]", got)
	}
	fields[0].Weights, fields[0].Veto = []float64{0, 0}, true
	if got := fmt.Sprint(groups(resolve(t, dedup.Config{Fields: fields}, nil, records))); got != "[a:1 b:1]" {
		t.Errorf("groups %s by veto alone, want [a:1 b:1]", got)
	}
}

func TestFieldsDoNotReadSeasonsIntoNames(t *testing.T) {
	fields := []dedup.Field{{Name: "born", Weights: []float64{-3, 3}}}
	records := []recommender.Item{
		{ID: "a:1", Title: "Henry Ford II", Attrs: map[string]string{"born": "1917"}},
		{ID: "b:1", Title: "Henry Ford II", Attrs: map[string]string{"born": "1917"}},
	}
	if got := groups(resolve(t, dedup.Config{Fields: fields}, nil, records)); len(got) != 1 {
		t.Errorf("groups %v, want one", got)
	}
}

func TestConfigReportsEveryFaultOfFields(t *testing.T) {
	_, err := dedup.Config{Fields: []dedup.Field{
		{}, {Name: "x", Levels: []float64{0.5, 0.4}}, {Name: "x", Weights: []float64{1}},
	}}.Resolve(t.Context(), nil, nil)
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"Fields[0] \"\": no Name", "Fields[1] \"x\": Levels", "Fields[2] \"x\": the Name stands there twice", "Fields[2] \"x\": 1 Weights for 2"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}

func TestComparators(t *testing.T) {
	for _, test := range []struct {
		name string
		got  float64
		want float64
	}{
		{"equal but for case", dedup.Equal("ACME Inc.", "acme inc"), 1},
		{"not equal", dedup.Equal("a", "b"), 0},
		{"one edit of four", dedup.Edit("word", "ward"), 0.75},
		{"Jaro-Winkler of nothing", dedup.JaroWinkler("", "a"), 0},
		{"Jaro-Winkler of one character", dedup.JaroWinkler("K", "X"), 0},
		{"Jaro-Winkler of equals", dedup.JaroWinkler("Mia", "mia"), 1},
		{"two words of three", dedup.Words("red big car", "big red"), 2.0 / 3},
		{"words of nothing", dedup.Words("", ""), 0},
		{"numbers", dedup.Number(10)("100", "95"), 0.5},
		{"numbers far apart", dedup.Number(10)("100", "1e300"), 0},
		{"no numbers", dedup.Number(10)("ten", "TEN"), 1},
		{"infinite numbers", dedup.Number(10)("Inf", "1"), 0},
		{"dates", dedup.Date("1974-03-12", "19740312"), 1},
		{"swapped dates", dedup.Date("1974-03-12", "1974-12-03"), 0.9},
		{"one digit", dedup.Date("1974-03-12", "1974-03-13"), 0.8},
		{"the year", dedup.Date("1974-03-12", "1974-07-25"), 0.5},
		{"other dates", dedup.Date("1974-03-12", "1981-07-25"), 0},
		{"no dates", dedup.Date("soon", "Soon"), 1},
	} {
		if test.got != test.want {
			t.Errorf("%s: %v, want %v", test.name, test.got, test.want)
		}
	}
}

func ExampleConfig_fields() {
	c := dedup.Config{Fields: []dedup.Field{
		{Name: "born", Compare: dedup.Date, Levels: []float64{0.8, 1}, Weights: []float64{-8, 1, 4}},
	}}
	res, err := c.Resolve(context.Background(), nil, seq([]recommender.Item{
		{ID: "north:1", Title: "Anna Maier", Attrs: map[string]string{"born": "1974-03-12"}},
		{ID: "south:7", Title: "Anna Mayer", Attrs: map[string]string{"born": "1974-03-12"}},
		{ID: "south:8", Title: "Anna Maier", Attrs: map[string]string{"born": "1999-01-30"}},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range res.Links {
		fmt.Println(l.Record, "→", l.Canonical)
	}
	// Output:
	// north:1 → item:north:1
	// south:7 → item:north:1
	// south:8 → item:south:8
}

// Without a pair there is nothing to learn weights from.
func TestFieldsWithoutPairsAreExplained(t *testing.T) {
	a, b := item("a:1", "Silver Tide", 0, nil, "venue", "here"), item("b:1", "Copper Moon", 0, nil, "venue", "there")
	x, err := dedup.Config{Fields: []dedup.Field{{Name: "venue"}}}.Index(t.Context(), seq([]recommender.Item{a, b}))
	if err != nil {
		t.Fatal(err)
	}
	e, err := x.Explain(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if e.Probability > 0.5 {
		t.Errorf("probability %v of two records with nothing in common", e.Probability)
	}
}
