package recommender_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

func popular(t testing.TB) *recommender.PopularModel {
	t.Helper()
	m, err := recommender.Popular{}.Train(t.Context(), table(t,
		recommender.Interaction{User: "a", Item: "x"}, recommender.Interaction{User: "a", Item: "y"},
		recommender.Interaction{User: "b", Item: "y"}, recommender.Interaction{User: "b", Item: "y", Kind: recommender.Rate, Value: 3},
		recommender.Interaction{User: "c", Item: "z", Kind: recommender.Dislike}).Dataset())
	if err != nil {
		t.Fatal(err)
	}
	return m.(*recommender.PopularModel)
}

func TestPopularCountsUsersNotRows(t *testing.T) {
	m := popular(t)
	want := map[recommender.ItemID]float32{"x": 1, "y": 2, "z": 0}
	got := scores(t, m, recommender.Request{})
	for i, id := range m.Catalog() {
		if got[i] != want[id] {
			t.Errorf("item %s scores %v, want %v", id, got[i], want[id])
		}
	}
	r, err := m.Recommend(t.Context(), recommender.Request{User: "b", Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]recommender.ItemID{"x", "z"}, itemsOf(r)); diff != "" {
		t.Error(diff)
	}
	if r.Items[0].Why[0].Part != r.Items[0].Score {
		t.Errorf("reasons %v of score %v", r.Items[0].Why, r.Items[0].Score)
	}
}

func TestPopularCountsWhoLikedAfterADislike(t *testing.T) {
	m, err := recommender.Popular{}.Train(t.Context(), table(t,
		recommender.Interaction{User: "a", Item: "x", Kind: recommender.Dislike, Time: at(1)},
		recommender.Interaction{User: "a", Item: "x", Kind: recommender.Like, Time: at(2)},
		recommender.Interaction{User: "a", Item: "x", Kind: recommender.View, Time: at(3)},
		recommender.Interaction{User: "b", Item: "y", Kind: recommender.Dislike}).Dataset())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float32{1, 0}, scores(t, m.(recommender.Scorer), recommender.Request{})); diff != "" {
		t.Error(diff)
	}
}

func TestPopularOfOneKindLeavesOutWhatTheUserHadOtherwise(t *testing.T) {
	d := table(t,
		recommender.Interaction{User: "a", Item: "x", Kind: recommender.View},
		recommender.Interaction{User: "b", Item: "x", Kind: recommender.Rate, Value: 4},
		recommender.Interaction{User: "b", Item: "y", Kind: recommender.View}).Dataset()
	m, err := recommender.Popular{Kinds: []recommender.Kind{recommender.Rate}}.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float32{1, 0}, scores(t, m.(recommender.Scorer), recommender.Request{})); diff != "" {
		t.Error(diff)
	}
	r, err := m.Recommend(t.Context(), recommender.Request{User: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]recommender.ItemID{"y"}, itemsOf(r)); diff != "" {
		t.Error(diff)
	}
	if _, err := (recommender.Popular{Kinds: []recommender.Kind{recommender.Like}}).Train(t.Context(), d); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("a kind that nobody left: error %v, want ErrInvalid", err)
	}
}

func TestPopularNeedsInteractions(t *testing.T) {
	_, err := recommender.Popular{}.Train(t.Context(), recommender.ItemsOf([]recommender.Item{{ID: "x"}}))
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("error %v, want ErrInvalid", err)
	}
}

func TestPopularSnapshotReadsBack(t *testing.T) {
	m := popular(t)
	var b bytes.Buffer
	if n, err := m.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo = %d, %v; wrote %d", n, err, b.Len())
	}
	back, err := recommender.ReadPopular(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []recommender.UserID{"a", "b", "c", "nobody"} {
		want, _ := m.Recommend(t.Context(), recommender.Request{User: u})
		got, err := back.Recommend(t.Context(), recommender.Request{User: u})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("user %s: %v\n%s", u, err, diff)
		}
	}
}

// What is not damage is not called damage: callers delete what is damaged.
func TestReadPopularSaysWhatIsWrong(t *testing.T) {
	var b bytes.Buffer
	if _, err := popular(t).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	disk := errors.New("disk")
	for name, c := range map[string]struct {
		r         io.Reader
		want, not error
	}{
		"a disk that fails at once": {iotest.ErrReader(disk), disk, recommender.ErrCorrupt},
		"a disk that fails later":   {io.MultiReader(bytes.NewReader(b.Bytes()[:40]), iotest.ErrReader(disk)), disk, recommender.ErrCorrupt},
		"a newer container":         {strings.NewReader("OSUM\x09\x00\x00\x00"), recommender.ErrInvalid, recommender.ErrCorrupt},
		"half of it":                {bytes.NewReader(b.Bytes()[:b.Len()/2]), recommender.ErrCorrupt, recommender.ErrInvalid},
		"something else":            {strings.NewReader("something else"), recommender.ErrCorrupt, recommender.ErrInvalid},
	} {
		if _, err := recommender.ReadPopular(c.r); !errors.Is(err, c.want) || errors.Is(err, c.not) {
			t.Errorf("%s: error %v, want %v and not %v", name, err, c.want, c.not)
		}
	}
}

func FuzzReadPopular(f *testing.F) {
	var b bytes.Buffer
	if _, err := popular(f).WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("OSUM"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := recommender.ReadPopular(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
				t.Fatalf("error %v is neither ErrCorrupt nor ErrInvalid", err)
			}
			return
		}
		if _, err := m.Recommend(t.Context(), recommender.Request{User: "a"}); err != nil {
			t.Fatal(err)
		}
	})
}

func named(name recommender.ItemID, err error) recommender.Model {
	return recommender.ModelFunc(func(context.Context, recommender.Request) (recommender.Ranking, error) {
		return recommender.Ranking{Items: []recommender.Scored{{Item: name}}}, err
	})
}

func TestFallbackActsOnColdStartsOnly(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		name   string
		models []recommender.Model
		want   string
		err    error
	}{
		{"first answers", []recommender.Model{named("a", nil), named("b", nil)}, "a", nil},
		{"first is cold", []recommender.Model{named("a", recommender.ErrColdStart), named("b", nil)}, "b", nil},
		{"first is broken", []recommender.Model{named("a", broken), named("b", nil)}, "", broken},
		{"all are cold", []recommender.Model{named("a", recommender.ErrColdStart)}, "", recommender.ErrColdStart},
		{"none", nil, "", recommender.ErrColdStart},
	} {
		r, err := recommender.Fallback(c.models...).Recommend(t.Context(), recommender.Request{})
		if !errors.Is(err, c.err) || err == nil && string(r.Items[0].Item) != c.want {
			t.Errorf("%s: %v, %v; want %q, %v", c.name, r.Items, err, c.want, c.err)
		}
	}
}

func TestFilteredListsStillComplete(t *testing.T) {
	m := fixed{items: ids(10), scores: []float32{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}}
	odd := recommender.Filtered(m, func(id recommender.ItemID) bool { return (id[1]-'0')%2 == 1 })
	r, err := odd.Recommend(t.Context(), recommender.Request{N: 3, Keep: func(id recommender.ItemID) bool { return id != "i3" }})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]recommender.ItemID{"i1", "i5", "i7"}, itemsOf(r)); diff != "" {
		t.Error(diff)
	}
}

func TestVersionedNamesTheAnswer(t *testing.T) {
	r, err := recommender.Versioned("v7", named("a", nil)).Recommend(t.Context(), recommender.Request{})
	if err != nil || r.Model != "v7" {
		t.Errorf("Model = %q, %v; want v7", r.Model, err)
	}
}

func TestLiveSwapsWhileItServes(t *testing.T) {
	live := recommender.NewLive(named("0", nil))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				if r, err := live.Recommend(t.Context(), recommender.Request{}); err != nil || len(r.Items) != 1 {
					t.Errorf("%v, %v", r, err)
				}
			}
		})
	}
	for i := range 500 {
		if old := live.Swap(named(recommender.ItemID(fmt.Sprint(i+1)), nil)); old == nil {
			t.Fatal("Swap returned no old Model")
		}
	}
	wg.Wait()
	if r, _ := live.Recommend(t.Context(), recommender.Request{}); r.Items[0].Item != "500" {
		t.Errorf("the last Model answers %q, want 500", r.Items[0].Item)
	}
}

func TestRankerFilters(t *testing.T) {
	r, err := recommender.NewRanker(ids(6))
	if err != nil {
		t.Fatal(err)
	}
	seen := []recommender.ItemID{"i1", "elsewhere"}
	for _, c := range []struct {
		name string
		req  recommender.Request
		want []recommender.ItemID
	}{
		{"all", recommender.Request{}, []recommender.ItemID{"i0", "i2", "i3", "i4"}},
		{"n", recommender.Request{N: 2}, []recommender.ItemID{"i0", "i2"}},
		{"seen too", recommender.Request{IncludeSeen: true, N: 2}, []recommender.ItemID{"i0", "i1"}},
		{"within", recommender.Request{Within: []recommender.ItemID{"i4", "i1", "i3"}}, []recommender.ItemID{"i3", "i4"}},
		{"within nothing", recommender.Request{Within: []recommender.ItemID{}}, nil},
		{"exclude", recommender.Request{Exclude: []recommender.ItemID{"i0", "i0"}}, []recommender.ItemID{"i2", "i3", "i4"}},
		{"seeds", recommender.Request{Seeds: []recommender.ItemID{"i2"}}, []recommender.ItemID{"i0", "i3", "i4"}},
		{"history", recommender.Request{History: []recommender.Interaction{{Item: "i3"}}}, []recommender.ItemID{"i0", "i2", "i4"}},
		{"keep", recommender.Request{Keep: func(id recommender.ItemID) bool { return id > "i2" }}, []recommender.ItemID{"i3", "i4"}},
	} {
		got := r.Rank(c.req, []float32{9, 8, 7, 7, 1, nan}, seen)
		if diff := cmp.Diff(c.want, itemsOf(got)); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
		// Five items have a score: they are listed, cut off by N, or blocked.
		if c.req.N == 0 && got.Blocked != 5-len(c.want) {
			t.Errorf("%s: Blocked = %d, want %d", c.name, got.Blocked, 5-len(c.want))
		}
	}
	if _, err := recommender.NewRanker([]recommender.ItemID{"a", "a"}); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("a catalogue with a double: error %v, want ErrInvalid", err)
	}
}
