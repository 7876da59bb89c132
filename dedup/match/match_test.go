package match_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/dedup/match"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

var syllables = strings.Fields("ba ko mi ru ten shi ar lo ven dra po qui zel ur mon ta fi gra hel iss")

// shops are n shops with a name, a street, a telephone number, a year and a rating,
// and the same as another table has them: mistyped, in other words, half of them.
func shops(n int) (left, right match.Table, truth map[int]int) {
	r := rng.New(11)
	word := func() string {
		w := ""
		for range 2 + r.IntN(2) {
			w += syllables[r.IntN(len(syllables))]
		}
		return w
	}
	left.Columns = []string{"name", "street", "phone", "founded", "rating"}
	right.Columns = []string{"Name", "telephone", "street", "founded", "rating"}
	truth = map[int]int{}
	row := func() []string {
		return []string{
			word() + " " + word(), fmt.Sprintf("%s street %d", word(), 1+r.IntN(90)),
			fmt.Sprintf("%03d-%04d", r.IntN(1000), r.IntN(10000)), fmt.Sprint(1950 + r.IntN(70)), fmt.Sprintf("%.1f", r.Float64()*5),
		}
	}
	for i := range n {
		a := row()
		left.Rows = append(left.Rows, a)
		if i%2 == 1 {
			a = row() // a shop that the left table does not have
		} else {
			truth[i] = len(right.Rows)
		}
		right.Rows = append(right.Rows, []string{typo(r.IntN, a[0]), a[2], strings.Replace(a[1], "street", "st", 1), a[3], a[4]})
	}
	return left, right, truth
}

// typo swaps two letters, or drops one, or leaves the text alone.
func typo(intN func(int) int, s string) string {
	i := intN(len(s) - 1)
	switch intN(3) {
	case 0:
		return s[:i] + string(s[i+1]) + string(s[i]) + s[i+2:]
	case 1:
		return s[:i] + s[i+1:]
	}
	return s
}

func f1(found []match.Match, truth map[int]int) float64 {
	hits := 0
	for _, m := range found {
		if r, ok := truth[m.Left]; ok && r == m.Right {
			hits++
		}
	}
	return 2 * float64(hits) / float64(len(found)+len(truth))
}

func TestPairFindsShopsThatAreWrittenDifferently(t *testing.T) {
	left, right, truth := shops(400)
	found, err := match.Config{}.Pair(t.Context(), left, right)
	if err != nil {
		t.Fatal(err)
	}
	if got := f1(found.Matches, truth); got < 0.98 {
		t.Errorf("F1 %v, want 0.98", got)
	}
	var names []string
	for _, c := range found.Columns {
		names = append(names, fmt.Sprintf("%s/%s %v", c.Left, c.Right, c.Kind))
	}
	slices.Sort(names)
	want := []string{"founded/founded date", "name/Name name", "phone/telephone name", "rating/rating number", "street/street name"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("columns compared (-want +got):\n%s", diff)
	}
	seen := [2]map[int]bool{{}, {}}
	for _, m := range found.Matches {
		if seen[0][m.Left] || seen[1][m.Right] {
			t.Errorf("a row of %v is matched twice", m)
		}
		seen[0][m.Left], seen[1][m.Right] = true, true
	}
}

func TestFewPartnersAreFoundAmongManyStrangers(t *testing.T) {
	left, right, truth := shops(1200)
	// One shop in four that had a partner keeps it: one in eight of all.
	strangers, _, _ := shops(2400)
	for l, r := range truth {
		if l%8 != 0 {
			right.Rows[r] = []string{strangers.Rows[1200+l][0], strangers.Rows[1200+l][2], strangers.Rows[1200+l][1], strangers.Rows[1200+l][3], strangers.Rows[1200+l][4]}
			delete(truth, l)
		}
	}
	found, err := match.Config{}.Pair(t.Context(), left, right)
	if err != nil {
		t.Fatal(err)
	}
	if got := f1(found.Matches, truth); got < 0.95 {
		t.Errorf("F1 %v with %d matches of %d, want 0.95", got, len(found.Matches), len(truth))
	}
}

func TestALabelOfOneTableIsEvidence(t *testing.T) {
	left, right, truth := shops(400)
	right.Columns = append(right.Columns, "state")
	partner := map[int]bool{}
	for _, r := range truth {
		partner[r] = true
	}
	for i := range right.Rows {
		right.Rows[i] = append(right.Rows[i], []string{"closed", "open"}[map[bool]int{partner[i]: 1}[true]])
	}
	found, err := match.Config{}.Pair(t.Context(), left, right)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range found.Explain(0, truth[0]) {
		if s.Name == "state" {
			if s.Level == 0 || s.Bits < 0 {
				t.Errorf("an open shop has %v", s)
			}
			return
		}
	}
	t.Error("the state of shops is no evidence")
}

func TestOnlyNamedColumnsAreCompared(t *testing.T) {
	left, right, truth := shops(200)
	found, err := match.Config{On: []string{"NAME", "rating"}}.Pair(t.Context(), left, right)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(found.Columns); got != 2 {
		t.Errorf("%d columns compared, want 2: %v", got, found.Columns)
	}
	if got := f1(found.Matches, truth); got < 0.9 {
		t.Errorf("F1 %v by name and rating, want 0.9", got)
	}
}

func TestSelfGroupsDuplicates(t *testing.T) {
	left, _, _ := shops(200)
	r := rng.New(5)
	table := match.Table{Columns: left.Columns}
	var want []int
	for i, row := range left.Rows {
		first := len(table.Rows)
		for range 1 + i%3 {
			copied := slices.Clone(row)
			copied[0] = typo(r.IntN, copied[0])
			copied[3] = "" // not every duplicate knows everything
			table.Rows = append(table.Rows, copied)
			want = append(want, first)
		}
	}
	found, err := match.Config{}.Self(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for i := range want {
		if found.Clusters[i] != want[i] {
			wrong++
		}
	}
	if wrong > 4 {
		t.Errorf("%d of %d rows in a wrong cluster", wrong, len(want))
	}
	for _, m := range found.Matches {
		if m.Left >= m.Right || found.Clusters[m.Left] != found.Clusters[m.Right] {
			t.Errorf("match %v is none of a cluster", m)
		}
	}
}

func TestWorkersDoNotChangeTheMatches(t *testing.T) {
	left, right, _ := shops(300)
	var want []match.Match
	for _, workers := range []int{1, 2, 7} {
		found, err := match.Config{Workers: workers}.Pair(t.Context(), left, right)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = found.Matches
		}
		if diff := cmp.Diff(want, found.Matches); diff != "" {
			t.Errorf("%d workers:\n%s", workers, diff)
		}
	}
}

func TestExplainAddsUp(t *testing.T) {
	left, right, truth := shops(100)
	found, err := match.Config{}.Pair(t.Context(), left, right)
	if err != nil {
		t.Fatal(err)
	}
	steps := found.Explain(0, truth[0])
	if len(steps) != 3+len(found.Columns)+1 || steps[0].Name != "prior" {
		t.Fatalf("steps %v", steps)
	}
	sum := 0.0
	for _, s := range steps {
		sum += s.Bits
	}
	if last := steps[len(steps)-1].Sum; last != sum || sum < 0 {
		t.Errorf("a match has %v bits, its steps add up to %v", last, sum)
	}
	for _, pair := range [][2]int{{-1, 0}, {0, 1 << 20}} {
		if got := found.Explain(pair[0], pair[1]); got != nil {
			t.Errorf("rows %v that do not exist are explained: %v", pair, got)
		}
	}
	compared := 0
	for m := range found.Candidates() {
		compared++
		if !(m.Probability >= 0 && m.Probability <= 1) {
			t.Errorf("probability of %v", m)
		}
	}
	if compared < len(found.Matches) {
		t.Errorf("%d candidates for %d matches", compared, len(found.Matches))
	}
}

func TestTinyAndEmptyTablesAreNoFault(t *testing.T) {
	columns := []string{"name", "year"}
	for name, rows := range map[string][][]string{
		"none": nil, "one": {{"Anna Arndt", "1970"}}, "blank": {{"", ""}, {}},
		"two": {{"Anna Arndt", "1970"}, {"Bo Berg", "1981"}},
	} {
		table := match.Table{Columns: columns, Rows: rows}
		if _, err := (match.Config{}).Pair(t.Context(), table, table); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		found, err := match.Config{}.Self(t.Context(), table)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(found.Clusters) != len(rows) {
			t.Errorf("%s: %d clusters for %d rows", name, len(found.Clusters), len(rows))
		}
	}
}

func TestFaultsAreReportedTogether(t *testing.T) {
	bad := match.Table{Columns: []string{"a", "a"}, Rows: [][]string{{"1", "2", "3"}}}
	_, err := match.Config{Neighbours: -1, Threshold: 2, Workers: -3, On: []string{"b"}}.Pair(t.Context(), match.Table{}, bad)
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("%v is not ErrInvalid", err)
	}
	for _, want := range []string{"Neighbours -1", "Threshold 2", "Workers -3", `"b"`, "left has no columns", `right has column 2, "a", twice`, "row 1 has 3 cells"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	const most = "Neighbours 9223372036854775807 is not in [0, 10000]"
	if _, err := (match.Config{Neighbours: math.MaxInt}).Pair(t.Context(), match.Table{Columns: []string{"a"}}, match.Table{Columns: []string{"a"}}); err == nil || !strings.Contains(err.Error(), most) {
		t.Errorf("%v does not say %q", err, most)
	}
}

func TestLongLabelsAreComparedInLinearTime(t *testing.T) {
	var left, right match.Table
	left.Columns, right.Columns = []string{"name", "colours"}, []string{"name", "colours"}
	var words strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&words, "w%d ", i)
	}
	for i := range 60 {
		name := fmt.Sprintf("%s%s%d", syllables[i%len(syllables)], syllables[i/7%len(syllables)], i)
		left.Rows = append(left.Rows, []string{name, []string{"red " + words.String(), "blue"}[i%2]})
		right.Rows = append(right.Rows, []string{name, []string{"green " + words.String(), "blue"}[i%2]})
	}
	got, err := match.Config{}.Pair(t.Context(), left, right)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Columns) != 2 || got.Columns[1].Kind != match.Label || len(got.Matches) < 55 {
		t.Errorf("%d matches of 60 by columns %v", len(got.Matches), got.Columns)
	}
}

func TestMatchStopsWithItsContext(t *testing.T) {
	left, right, _ := shops(50)
	ctx, cancel := context.WithCancel(t.Context())
	stages := 0
	c := match.Config{Progress: func(stage string) {
		if stages++; stage == "learn" {
			cancel()
		}
	}}
	if _, err := c.Pair(ctx, left, right); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if stages != 4 {
		t.Errorf("%d stages told of, want 4", stages)
	}
}

func TestHostileRowsCostNothingButThemselves(t *testing.T) {
	left, right, truth := shops(400)
	for _, hostile := range []string{strings.Repeat("long title ", 100_000), "\u0301\u0301\u0301", "K", "", "\xff\xfe\x00", "!!!"} {
		left.Rows = append(left.Rows, []string{hostile, hostile, hostile, hostile, hostile})
		right.Rows = append(right.Rows, []string{hostile, hostile, hostile, hostile, hostile})
	}
	found, err := match.Config{}.Pair(t.Context(), left, right)
	if err != nil {
		t.Fatal(err)
	}
	known := slices.DeleteFunc(found.Matches, func(m match.Match) bool { return m.Left >= 400 })
	if got := f1(known, truth); got < 0.97 {
		t.Errorf("F1 %v of the other rows, want 0.97", got)
	}
}

func FuzzSelfTakesAnyTable(f *testing.F) {
	f.Add("name,year\nAnna,1970\nAnna,1971\n\"K\",\n")
	f.Add("a,b\n\u0301\u0301,1e999\n,NaN\n-,1-1-1\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			t.Skip("long")
		}
		c := csv.NewReader(strings.NewReader(text))
		c.FieldsPerRecord, c.LazyQuotes = -1, true
		rows, err := c.ReadAll()
		if err != nil || len(rows) == 0 {
			t.Skip("no table")
		}
		table := match.Table{Columns: rows[0], Rows: rows[1:]}
		found, err := match.Config{Workers: 1}.Self(t.Context(), table)
		if errors.Is(err, recommender.ErrInvalid) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for row, first := range found.Clusters {
			if first > row || found.Clusters[first] != first {
				t.Fatalf("row %d is in the cluster of %d", row, first)
			}
		}
		if _, err := (match.Config{Workers: 1}).Pair(t.Context(), table, table); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkPair(b *testing.B) {
	for _, n := range []int{500, 2000, 8000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			left, right, truth := shops(n)
			var quality float64
			b.ReportAllocs()
			for b.Loop() {
				found, err := match.Config{}.Pair(b.Context(), left, right)
				if err != nil {
					b.Fatal(err)
				}
				quality = f1(found.Matches, truth)
			}
			b.ReportMetric(quality, "F1")
			b.ReportMetric(float64(2*n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func ExampleConfig_Pair() {
	left := match.Table{Columns: []string{"title", "year"}, Rows: [][]string{
		{"The Glass Orchard", "1999"}, {"Moon Harbour", "2001"}, {"A Winter in Rye", "1987"}, {"Paper Lanterns", "2010"},
	}}
	right := match.Table{Columns: []string{"title", "year"}, Rows: [][]string{
		{"Moon Harbor", "2001"}, {"Glass Orchard", "1999"}, {"Unrelated Thing", "2020"}, {"Paper lanterns", "2010"},
	}}
	found, err := match.Config{}.Pair(context.Background(), left, right)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range found.Matches {
		fmt.Println(left.Rows[m.Left][0], "=", right.Rows[m.Right][0])
	}
	// Output:
	// The Glass Orchard = Glass Orchard
	// Moon Harbour = Moon Harbor
	// Paper Lanterns = Paper lanterns
}

func ExampleConfig_Self() {
	table := match.Table{Columns: []string{"name", "born"}, Rows: [][]string{
		{"Anna Arndt", "1970-03-02"}, {"Bo Berg", "1981-11-30"}, {"Ana Arndt", "1970-03-02"}, {"Cilla Carlsson", "1965-07-14"},
	}}
	found, err := match.Config{}.Self(context.Background(), table)
	fmt.Println(found.Clusters, err)
	// Output: [0 1 0 3] <nil>
}
