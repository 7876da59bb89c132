package recommender_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

func TestMergeTakesTheBestOfEveryMember(t *testing.T) {
	members := []recommender.Item{
		{ID: "mal:7", Title: "Hoshi no Umi", Aliases: []string{"Sea of Stars"}, Year: 2011, Tags: []string{"Drama", "Space"},
			Text: "Short.", Refs: []recommender.ItemID{"imdb:tt1"}, Attrs: map[string]string{recommender.AttrFormat: "TV"}},
		{ID: "anilist:9", Title: "Hoshi no Umi", Aliases: []string{"星の海"}, Year: 2010, Tags: []string{"space"},
			Text: "A longer synopsis.", Attrs: map[string]string{recommender.AttrFormat: "TV", recommender.AttrEpisodes: "12"}},
		{ID: "imdb:tt1", Title: "Sea of Stars", Year: 2010, Attrs: map[string]string{recommender.AttrFormat: "tvSeries"}},
	}
	want := recommender.Item{
		ID: "item:1", Title: "Hoshi no Umi", Aliases: []string{"星の海", "Sea of Stars"}, Year: 2010,
		Tags: []string{"space", "Drama"}, Text: "A longer synopsis.", Refs: []recommender.ItemID{"imdb:tt1"},
		Members: []recommender.ItemID{"anilist:9", "imdb:tt1", "mal:7"},
		Attrs:   map[string]string{recommender.AttrFormat: "TV", recommender.AttrEpisodes: "12", recommender.AttrSource: "anilist"},
	}
	for range 3 {
		members = append(members[1:], members[0]) // any order
		if diff := cmp.Diff(want, recommender.Merge("item:1", slices.Clone(members))); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestMergeOfOneRecordKeepsIt(t *testing.T) {
	one := recommender.Item{ID: "mal:7", Title: "Hoshi", Year: 2011, Tags: []string{"Drama"}, Time: at(99)}
	got := recommender.Merge("item:mal:7", []recommender.Item{one})
	if got.Title != one.Title || got.Year != one.Year || !got.Time.Equal(one.Time) || !cmp.Equal(got.Tags, one.Tags) {
		t.Errorf("merged %+v of %+v", got, one)
	}
}
