package positive_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/mf/internal/positive"
	"github.com/osusume/osusume/recommender"
)

func TestPairsAreWhatIsLikedAndNotDisliked(t *testing.T) {
	b := recommender.NewTableBuilder(0)
	for _, x := range []recommender.Interaction{
		{User: "a", Item: "x", Kind: recommender.Rate, Value: 4},
		{User: "a", Item: "y", Kind: recommender.Rate, Value: 2},
		{User: "a", Item: "y", Kind: recommender.View},
		{User: "b", Item: "x", Kind: recommender.Like},
		{User: "b", Item: "x", Kind: recommender.Dislike},
		{User: "c", Item: "z", Kind: recommender.View},
		{User: "c", Item: "y", Kind: recommender.Review, Value: 3},
	} {
		if err := b.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	table := b.Table()
	for name, c := range map[string]struct {
		kinds []recommender.Kind
		stars float32
		want  []string
	}{
		"all":            {nil, 0, []string{"a x", "a y", "c y", "c z"}},
		"three stars":    {nil, 3, []string{"a x", "a y", "c y", "c z"}},
		"only ratings":   {[]recommender.Kind{recommender.Rate}, 3, []string{"a x"}},
		"only views":     {[]recommender.Kind{recommender.View}, 0, []string{"a y", "c z"}},
		"only likes":     {[]recommender.Kind{recommender.Like}, 0, nil},
		"no kind at all": {[]recommender.Kind{}, 0, nil},
	} {
		offset, items := positive.TasteOf(c.kinds, c.stars).Pairs(table)
		var got []string
		for u, id := range table.Users {
			for _, i := range items[offset[u]:offset[u+1]] {
				got = append(got, string(id)+" "+string(table.Items[i]))
			}
		}
		sorted := cmp.Transformer("set", func(list []string) map[string]int {
			set := map[string]int{}
			for _, x := range list {
				set[x]++
			}
			return set
		})
		if diff := cmp.Diff(c.want, got, sorted); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestFaultsNameWhatCannotBe(t *testing.T) {
	got := positive.Faults([]recommender.Kind{recommender.View, recommender.Dislike, 99}, -1)
	if len(got) != 3 {
		t.Errorf("faults %q, want those of dislike, kind 99 and MinStars", got)
	}
	if got := positive.Faults([]recommender.Kind{recommender.View}, 5); got != nil {
		t.Errorf("faults %q, want none", got)
	}
}
