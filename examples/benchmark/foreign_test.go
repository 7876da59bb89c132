package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func recall(o map[string]any) float64 {
	mean, ok := o["metrics"].(map[string]any)["recall@8"].(map[string]any)["mean"].(float64)
	if !ok {
		return math.NaN()
	}
	return mean
}

func TestFactorsOfImplicitFindTheirRows(t *testing.T) {
	sparse, dense, words := newTastes(7, 5, ""), newTastes(1, 1, ""), newTastes(7, 5, "x")
	// Items that only the test has, and rows of them.
	more := newTastes(7, 5, "")
	more.rest = append(more.rest, [2]string{more.users[0], "1"}, [2]string{"3", more.items[0]})
	withTest := func(ids []string) []string {
		if len(ids) == len(more.users) {
			return sortedBy(append([]string{"3"}, ids...), padded)
		}
		return sortedBy(append([]string{"1"}, ids...), padded)
	}
	for name, c := range map[string]struct {
		world  tastes
		order  func(ids []string) []string
		want   string
		recall float64
	}{
		"a row for each number":      {sparse, func(ids []string) []string { return byNumber(ids, 0) }, "number", 1},
		"numbers from 1 less 1":      {dense, func(ids []string) []string { return byNumber(ids, -1) }, "number-1", 1},
		"numbers as they appear":     {sparse, slices.Clone[[]string], "first", 1},
		"numbers sorted":             {sparse, func(ids []string) []string { return sortedBy(ids, padded) }, "sorted", 1},
		"numbers sorted as text":     {sparse, func(ids []string) []string { return sortedBy(ids, asText) }, "sorted-text", 1},
		"dense numbers that appear":  {dense, slices.Clone[[]string], "first", 1},
		"words as they appear":       {words, slices.Clone[[]string], "first", 1},
		"words sorted":               {words, func(ids []string) []string { return sortedBy(ids, asText) }, "sorted-text", 1},
		"sorted together with -test": {more, withTest, "sorted with -test", 0.98},
	} {
		t.Run(name, func(t *testing.T) {
			train, test := c.world.files(t)
			file := npz(t, factorsOf(c.order(c.world.users)), factorsOf(c.order(c.world.items)), nil, nil)
			o := objects(t, do(t, "rank", "-train", train, "-test", test, "-model", "implicit:"+file, "-k", "8", "-json"))[0]
			config := o["config"].(map[string]any)
			if config["UserRows"] != c.want || config["ItemRows"] != c.want || config["Agreement"].(float64) < 0.7 {
				t.Errorf("config is %v, want rows by %s", config, c.want)
			}
			// Whose taste is known has all items of it among the first eight.
			if got := recall(o); got < c.recall {
				t.Errorf("recall@8 is %v, want %v", got, c.recall)
			}
		})
	}
}

func TestIDsInTheFileWin(t *testing.T) {
	w := newTastes(1, 0, "é")
	users, items := slices.Clone(w.users), slices.Clone(w.items)
	slices.Reverse(users)
	slices.Reverse(items)
	users = append(users, "nobody") // more rows than -train has
	train, test := w.files(t)
	file := npz(t, factorsOf(users), factorsOf(items), users, items)
	o := objects(t, do(t, "rank", "-train", train, "-test", test, "-model", "implicit:"+file, "-k", "8", "-json"))[0]
	if config := o["config"].(map[string]any); config["UserRows"] != "own" || config["ItemRows"] != "own" {
		t.Errorf("config is %v, want rows by own", config)
	}
	if got := recall(o); got != 1 {
		t.Errorf("recall@8 is %v, want 1", got)
	}
}

// The lists are those by which the metrics are defined: each user's score of an item
// is the item's own factor for the user.
func TestMetricsOfGivenListsAreThoseOfTheDefinition(t *testing.T) {
	users, items := []string{"a", "b", "c"}, make([]string, 9)
	scores := make([][]float32, 9)
	for i := range items {
		items[i], scores[i] = fmt.Sprint("i", i+1), []float32{-1, -1, -1}
	}
	for u, list := range []string{"i1 i2 i3 i4 i5", "i6 i2 i1 i7 i8", "i2 i1 i4 i5 i3"} {
		for at, id := range strings.Fields(list) {
			scores[slices.Index(items, id)][u] = float32(10 - at)
		}
	}
	file := npz(t, [][]float32{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, scores, users, items)
	train := write(t, "train.txt", "d i1 i2\na i6 i7\nb i3 i4 i5\nc i6 i7 i8 i9\n")
	test := write(t, "test.txt", "a i1 i4 i9\nb i2 i7\nc i6\n")
	o := objects(t, do(t, "rank", "-train", train, "-test", test, "-model", "implicit:"+file, "-k", "3", "-json"))[0]
	if o["test_users"] != 2.0 || o["skipped_users"] != 1.0 {
		t.Errorf("%v test users and %v skipped, want 2 and 1", o["test_users"], o["skipped_users"])
	}
	for name, want := range map[string]float64{
		"precision": 0.333333, "recall": 0.416667, "recall_min": 0.416667, "ndcg": 0.428066,
		"map": 0.291667, "mrr": 0.75, "hit": 1, "coverage": 4. / 9,
	} {
		got, ok := o["metrics"].(map[string]any)[name+"@3"].(map[string]any)["mean"].(float64)
		if !ok || math.Abs(got-want) > 1e-6 {
			t.Errorf("%s@3 is %v, want %v", name, got, want)
		}
	}
}

func TestFactorsOfSparkFindTheirRows(t *testing.T) {
	w := newTastes(7, 5, "")
	self := func(_ int, id string) int { n, _ := strconv.Atoi(id); return n }
	// Spark's StringIndexer: the most frequent first, ties by text.
	indexed := func(side int) func(int, string) int {
		n := map[string]int{}
		for _, row := range w.rows {
			n[row[side]]++
		}
		order := sortedBy([][]string{w.users, w.items}[side], func(id string) string { return fmt.Sprintf("%03d%s", 999-n[id], id) })
		return func(_ int, id string) int { return slices.Index(order, id) }
	}
	train, test := w.files(t)
	for name, c := range map[string]struct {
		user, item func(int, string) int
		want       string
		coldStarts float64
	}{
		"IDs":           {self, self, "number", 0},
		"StringIndexer": {indexed(0), indexed(1), "frequency", 0},
		"a user without a row": {func(place int, id string) int {
			if place == 0 {
				return -1
			}
			return self(place, id)
		}, self, "number", 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := spark(t, keyed(w.users, c.user), keyed(w.items, c.item))
			o := objects(t, do(t, "rank", "-train", train, "-test", test, "-model", "spark:"+dir, "-k", "8", "-json"))[0]
			config := o["config"].(map[string]any)
			if config["UserRows"] != c.want || config["ItemRows"] != c.want || config["Factors"] != 3.0 {
				t.Errorf("config is %v, want 3 factors and rows by %s", config, c.want)
			}
			users := o["test_users"].(float64)
			want := (users - c.coldStarts) / users
			if got := recall(o); math.Abs(got-want) > 1e-9 || o["cold_starts"] != c.coldStarts {
				t.Errorf("recall@8 is %v with %v cold starts, want %v with %v", got, o["cold_starts"], want, c.coldStarts)
			}
		})
	}
}

func TestForeignFactorsThatDoNotFitAreExplained(t *testing.T) {
	w := newTastes(7, 5, "")
	train, test := w.files(t)
	good := factorsOf(w.items)
	short := npz(t, factorsOf(w.users[:39]), good, nil, nil)
	strangers := npz(t, factorsOf(w.users), good, slices.Repeat([]string{"x"}, len(w.users)), w.items)
	damaged := write(t, "damaged.npz", "not a ZIP")
	self := func(_ int, id string) int { n, _ := strconv.Atoi(id); return n }
	users, items := keyed(w.users, self), keyed(w.items, self)
	uneven := slices.Clone(items)
	uneven[3].Features = uneven[3].Features[:2]
	unfinished := spark(t, users, items)
	if err := errors.Join(os.Remove(filepath.Join(unfinished, "itemFactors", "_SUCCESS")), os.Mkdir(filepath.Join(unfinished, "itemFactors", "_temporary"), 0o755)); err != nil {
		t.Fatal(err)
	}
	other := spark(t, users, items)
	if err := os.WriteFile(filepath.Join(other, "metadata", "part-00000"), []byte(`{"class":"org.apache.spark.ml.feature.Word2VecModel"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	noItems := spark(t, users, items)
	if err := os.RemoveAll(filepath.Join(noItems, "itemFactors")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"counts":           {[]string{"-model", "implicit:" + short}, []string{"39 rows of users", "40 (whole numbers from 5 to", "arrays users and items"}},
		"a forced order":   {[]string{"-rows", "number", "-model", "implicit:" + npz(t, factorsOf(w.users), good, nil, nil)}, []string{"do not fit -rows number", "what fits is first, sorted, sorted-text"}},
		"no such order":    {[]string{"-rows", "odd", "-model", "popular"}, []string{"there are auto, number"}},
		"IDs of others":    {[]string{"-model", "implicit:" + strangers}, []string{"rows of 0 users"}},
		"no ZIP":           {[]string{"-model", "implicit:" + damaged}, []string{"damaged.npz"}},
		"no file":          {[]string{"-model", "implicit:" + train + ".npz"}, []string{"no such file"}},
		"no name":          {[]string{"-model", "spark"}, []string{"implicit:FILE.npz or spark:DIR"}},
		"settings":         {[]string{"-set", "factors=3", "-model", "implicit:" + short}, []string{"there is nothing to set"}},
		"null features":    {[]string{"-model", "spark:" + spark(t, users, uneven)}, []string{"2 features, want 3", "itemFactors"}},
		"an ID twice":      {[]string{"-model", "spark:" + spark(t, append(slices.Clone(users), users[0]), items)}, []string{"is there twice"}},
		"unfinished":       {[]string{"-model", "spark:" + unfinished}, []string{"has not finished"}},
		"another class":    {[]string{"-model", "spark:" + other}, []string{"want an ALSModel"}},
		"no itemFactors":   {[]string{"-model", "spark:" + noItems}, []string{"itemFactors"}},
		"not from Spark":   {[]string{"-model", "spark:" + t.TempDir()}, []string{"userFactors"}},
		"searched by tune": {[]string{"-model", "implicit:" + short}, []string{"trained elsewhere"}},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"rank", "-train", train, "-test", test}, c.args...)
			if name == "searched by tune" {
				args = append([]string{"tune", "-train", train, "-space", "factors=1|2"}, c.args...)
			}
			var out, notes bytes.Buffer
			if code := run(t.Context(), args, &out, &notes); code != 1 || out.Len() > 0 {
				t.Errorf("exit code %d, output %q; want 1 and nothing", code, out.String())
			}
			for _, s := range c.says {
				if !strings.Contains(notes.String(), s) {
					t.Errorf("%q does not say %q", notes.String(), s)
				}
			}
		})
	}
}

func TestRowsThatNothingDecidesAreSaid(t *testing.T) {
	w := newTastes(7, 5, "")
	train, test := w.files(t)
	file := npz(t, alike(len(w.users)), alike(len(w.items)), nil, nil)
	var out, notes bytes.Buffer
	if code := run(t.Context(), []string{"rank", "-train", train, "-test", test, "-model", "implicit:" + file, "-json"}, &out, &notes); code != 0 {
		t.Fatalf("exit code %d: %s", code, notes.String())
	}
	config := objects(t, out.String())[0]["config"].(map[string]any)
	if config["UserRows"] != "first" || config["Agreement"].(float64) != 0.5 {
		t.Errorf("config is %v, want first and 0.5", config)
	}
	if !strings.Contains(notes.String(), "are these the factors of this file?") {
		t.Errorf("no warning in %q", notes.String())
	}
}

// alike is rows that are all alike.
func alike(n int) [][]float32 { return slices.Repeat([][]float32{{0.5, 0.5, 0.5}}, n) }

func FuzzFeaturesOfSpark(f *testing.F) {
	f.Add("7", `["0.5","-1","2e3"]`)
	f.Add("-1", "[1,2,3]")
	f.Add("7", `["1","2"]`)
	f.Add("", "")
	f.Fuzz(func(t *testing.T, id, features string) {
		v := &vectors{size: kinds}
		if err := v.add(id, features); err != nil {
			return
		}
		s, err := v.sorted("dir")
		if err != nil || len(s.keys) != 1 || len(s.data) != kinds {
			t.Errorf("%q, %q: %v, %v; want a row of %d", id, features, s, err, kinds)
		}
	})
}
