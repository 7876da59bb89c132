package eval_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/recommender/recommendertest"
)

// rows are the interactions of a table as text.
func rows(t *recommender.Table) []string {
	var list []string
	for row := range t.User {
		list = append(list, fmt.Sprintf("%s %s %v %d", t.Users[t.User[row]], t.Items[t.Item[row]], t.Kind[row], t.Unix[row]))
	}
	return list
}

func TestSplitsDivideEveryRowOnceAndKeepPairsWhole(t *testing.T) {
	all, err := recommender.Load(t.Context(), recommendertest.SmallWorld(3), recommender.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []eval.Splitter{eval.Random{Fraction: 0.3}, eval.Last{N: 4}, eval.Time{}, eval.HoldoutUsers{Fraction: 0.1}} {
		train, test, err := s.Split(all)
		if err != nil {
			t.Fatal(err)
		}
		both := append(rows(train), rows(test)...)
		want := rows(all)
		slices.Sort(both)
		slices.Sort(want)
		if diff := cmp.Diff(want, both); diff != "" {
			t.Errorf("%#v: (-all +both)\n%s", s, diff)
		}
		if test.Len() == 0 || test.Len() > train.Len() {
			t.Errorf("%#v: %d test rows of %d", s, test.Len(), all.Len())
		}
		trained := map[[2]int32]bool{}
		for row := range train.User {
			trained[[2]int32{train.User[row], train.Item[row]}] = true
		}
		for row := range test.User {
			if trained[[2]int32{test.User[row], test.Item[row]}] {
				t.Errorf("%#v: %s of %s is on both sides", s, test.Items[test.Item[row]], test.Users[test.User[row]])
			}
		}
	}
}

func TestRandomSplitDoesNotDependOnTheOrderOfTheFile(t *testing.T) {
	var list [][2]string
	for u := range 9 {
		for i := range 10 {
			list = append(list, [2]string{fmt.Sprint("u", u), fmt.Sprint("i", i*u%13)})
		}
	}
	split := func(list [][2]string) []string {
		_, test, err := eval.Random{Fraction: 0.4, Seed: 5}.Split(table(t, nil, list...))
		if err != nil {
			t.Fatal(err)
		}
		r := rows(test)
		slices.Sort(r)
		return r
	}
	want := split(list)
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	if diff := cmp.Diff(want, split(list)); diff != "" {
		t.Errorf("(-in order +shuffled)\n%s", diff)
	}
}

func TestRandomSplitRoundsToTheNearestAndLeavesOne(t *testing.T) {
	for n, want := range map[int]int{1: 0, 2: 1, 3: 2, 10: 6} {
		var list [][2]string
		for i := range n {
			list = append(list, [2]string{"u", strconv.Itoa(i)})
		}
		_, test, err := eval.Random{Fraction: 0.6}.Split(table(t, nil, list...))
		if err != nil {
			t.Fatal(err)
		}
		if test.Len() != want {
			t.Errorf("%d items: %d in the test, want %d", n, test.Len(), want)
		}
	}
}

func timed(t *testing.T, list ...recommender.Interaction) *recommender.Table {
	t.Helper()
	b := recommender.NewTableBuilder(len(list))
	for _, x := range list {
		if err := b.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	return b.Table()
}

func at(user, item string, unix int64) recommender.Interaction {
	return recommender.Interaction{User: recommender.UserID(user), Item: recommender.ItemID(item), Time: time.Unix(unix, 0)}
}

func TestLastSplitBreaksTiesInTimeByNumber(t *testing.T) {
	all := timed(t, at("u", "9", 5), at("u", "10", 5), at("u", "100", 4), at("u", "8", 5), at("few", "1", 1), at("few", "2", 2))
	_, test, err := eval.Last{N: 2}.Split(all)
	if err != nil {
		t.Fatal(err)
	}
	// Of 8, 9 and 10, all at time 5, the last two by number; as text "10" would be the first.
	if diff := cmp.Diff([]string{"u 9 view 5", "u 10 view 5"}, rows(test)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTimeSplitTakesTheLatestOfAll(t *testing.T) {
	all := timed(t, at("u", "a", 1), at("u", "b", 9), at("v", "a", 8), at("v", "c", 2), at("w", "a", 3))
	_, test, err := eval.Time{Fraction: 0.4}.Split(all)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"u b view 9", "v a view 8"}, rows(test)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSplitsByTimeRefuseATableWithoutTimes(t *testing.T) {
	all := table(t, nil, [2]string{"u", "a"}, [2]string{"u", "b"})
	for _, s := range []eval.Splitter{eval.Last{}, eval.Time{}} {
		if _, _, err := s.Split(all); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%#v: error %v, want ErrInvalid", s, err)
		}
	}
}

func TestSplitsRefuseImpossibleShares(t *testing.T) {
	all := timed(t, at("u", "a", 1))
	for _, s := range []eval.Splitter{eval.Random{Fraction: 1}, eval.Random{Fraction: -0.1}, eval.Last{N: -1}, eval.Time{Fraction: 2}, eval.HoldoutUsers{Fraction: 1}} {
		if _, _, err := s.Split(all); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%#v: error %v, want ErrInvalid", s, err)
		}
	}
}

func TestParseReadsTheSplitsOfTheCommandLine(t *testing.T) {
	for s, want := range map[string]eval.Splitter{
		"random": eval.Random{Seed: 7}, "random:0.25": eval.Random{Fraction: 0.25, Seed: 7}, "last:3": eval.Last{N: 3},
		"last": eval.Last{}, "time:0.1": eval.Time{Fraction: 0.1}, "users:0.5": eval.HoldoutUsers{Fraction: 0.5, Seed: 7},
	} {
		got, err := eval.Parse(s, 7)
		if err != nil || got != want {
			t.Errorf("%q: %#v, %v, want %#v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "last:0", "last:x", "random:1", "random:0", "random:NaN", "time:-1", "first:3", "random:0.2:1"} {
		if got, err := eval.Parse(s, 7); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%q: %#v, %v, want ErrInvalid", s, got, err)
		}
	}
}

func TestCompareIDsCountsAsPeopleDo(t *testing.T) {
	ordered := []string{"1", "02", "3", "10", "1a", "a", "a:2", "a:10", "a:1b", "b:1", "b:c:2"}
	for i, a := range ordered {
		for j, b := range ordered {
			got, want := eval.CompareIDs(a, b), i-j
			if (got < 0) != (want < 0) || (got > 0) != (want > 0) {
				t.Errorf("CompareIDs(%q, %q) = %d", a, b, got)
			}
		}
	}
	if eval.CompareIDs("2", "02") == 0 {
		t.Error("two IDs of one number are equal")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"random:0.2", "last:10", "time", "users:0.1", "sampled:1:99", "full"} {
		f.Add(s)
	}
	all := table(f, nil, [2]string{"u", "a"}, [2]string{"u", "b"}, [2]string{"v", "a"})
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := eval.ParseProtocol(s); err == nil {
			if again, err := eval.ParseProtocol(p.String()); err != nil || again != p {
				t.Errorf("%q: %v is read back as %v, %v", s, p, again, err)
			}
		}
		split, err := eval.Parse(s, 1)
		if err != nil {
			return
		}
		if train, test, err := split.Split(all); err == nil && train.Len()+test.Len() != all.Len() {
			t.Errorf("%q: %d and %d rows of %d", s, train.Len(), test.Len(), all.Len())
		}
	})
}
