package dedup_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func TestConfigKeepsTheContract(t *testing.T) {
	recommendertest.TestDeduplicator(t, dedup.Config{})
}

// item makes a record; attributes come in pairs of name and value.
func item(id, title string, year int, aliases []string, attrs ...string) recommender.Item {
	it := recommender.Item{ID: recommender.ItemID(id), Title: title, Year: year, Aliases: aliases, Attrs: map[string]string{}}
	for i := 0; i+1 < len(attrs); i += 2 {
		it.Attrs[attrs[i]] = attrs[i+1]
	}
	return it
}

func resolve(t *testing.T, c dedup.Config, known, records []recommender.Item) *recommender.Resolution {
	t.Helper()
	r, err := c.Resolve(t.Context(), seq(known), seq(records))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// groups writes the groups of two or more records, "a:1 b:1".
func groups(r *recommender.Resolution) []string {
	members := map[recommender.ItemID][]string{}
	for _, l := range r.Links {
		members[l.Canonical] = append(members[l.Canonical], string(l.Record))
	}
	var out []string
	for _, m := range members {
		if len(m) > 1 {
			out = append(out, strings.Join(m, " "))
		}
	}
	slices.Sort(out)
	return out
}

func TestResolveTellsWorksApart(t *testing.T) {
	const format, episodes = recommender.AttrFormat, recommender.AttrEpisodes
	for _, test := range []struct {
		name    string
		records []recommender.Item
		want    []string
	}{
		{"spellings of one title", []recommender.Item{
			item("a:1", "Kyōkai no Hotaru", 2004, nil),
			item("b:7", "Kyoukai no Hotaru", 2004, nil),
			item("c:9", "KYOUKAI NO HOTARU!", 2004, nil),
		}, []string{"a:1 b:7 c:9"}},
		{"a translation by way of an alias", []recommender.Item{
			item("a:1", "Yoru no Toudai", 2004, []string{"Lighthouse at Night", "夜の灯台"}),
			item("b:1", "Lighthouse at Night", 2004, nil),
			item("c:1", "Yoru no Toudai", 0, []string{"夜の灯台"}),
		}, []string{"a:1 b:1 c:1"}},
		{"seasons", []recommender.Item{
			item("a:1", "Silent Orchard", 2010, nil), item("b:1", "Silent Orchard", 2010, nil),
			item("a:2", "Silent Orchard 2nd Season", 2012, nil), item("b:2", "Silent Orchard II", 2012, nil),
			item("a:3", "Silent Orchard Season 3", 2014, nil), item("b:3", "Silent Orchard S3", 2014, nil),
		}, []string{"a:1 b:1", "a:2 b:2", "a:3 b:3"}},
		{"seasons known by their years only", []recommender.Item{
			item("a:1", "Silent Orchard", 1999, nil), item("b:1", "Silent Orchard", 1999, nil),
			item("a:2", "Silent Orchard (2011)", 2011, nil), item("b:2", "Silent Orchard", 2011, nil),
		}, []string{"a:1 b:1", "a:2 b:2"}},
		{"seasons known by their punctuation only", []recommender.Item{
			item("a:1", "Go-Band!", 0, nil), item("b:1", "Go-Band!", 0, nil),
			item("a:2", "Go-Band!!", 0, nil), item("b:2", "Go-Band!!", 0, nil),
		}, []string{"a:1 b:1", "a:2 b:2"}},
		{"formats", []recommender.Item{
			item("a:1", "Paper Moon Parade", 0, nil, format, "TV"), item("b:1", "Paper Moon Parade", 0, nil, format, "TV"),
			item("a:2", "Paper Moon Parade", 0, nil, format, "Movie"), item("b:2", "Paper Moon Parade", 0, nil, format, "Movie"),
		}, []string{"a:1 b:1", "a:2 b:2"}},
		{"one name far apart in time", []recommender.Item{
			item("a:1", "The Iron Gardener", 1978, nil), item("b:1", "The Iron Gardener", 2016, nil),
		}, nil},
		{"different episodes, format and year", []recommender.Item{
			item("a:1", "Momo", 1982, nil, format, "TV", episodes, "63"), item("b:1", "Momo", 1986, nil, format, "Movie", episodes, "1"),
		}, nil},
		{"equal numbers are no evidence", []recommender.Item{
			item("a:1", "Winter Harbor", 2001, nil), item("b:1", "Clockwork Violet", 2003, nil),
		}, nil},
		{"titles of one character", []recommender.Item{
			item("a:1", "K", 2012, nil, format, "TV"), item("b:1", "X", 2001, nil, format, "TV"), item("c:1", "K", 2012, nil, format, "TV"),
		}, []string{"a:1 c:1"}},
		{"records without a title", []recommender.Item{
			item("a:1", "", 2012, nil), item("b:1", "", 2012, nil), item("c:1", " \t", 2012, nil),
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := groups(resolve(t, dedup.Config{}, nil, test.records))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("groups (-want +got):\n%s", diff)
			}
		})
	}
}

func TestResolveNeverJoinsTwoRecordsOfOneSource(t *testing.T) {
	records := []recommender.Item{
		item("a:1", "Silver Tide", 2001, nil), item("a:2", "Silver Tide", 2001, nil),
		item("b:1", "Silver Tide", 2001, nil), item("b:2", "Silver Tide", 2001, nil), item("b:3", "Silver Tide", 2001, nil),
	}
	r := resolve(t, dedup.Config{}, nil, records)
	seen := map[string]bool{}
	for _, l := range r.Links {
		key := string(l.Canonical) + " " + string(l.Record[0])
		if seen[key] {
			t.Errorf("canonical %q has two records of source %c", l.Canonical, l.Record[0])
		}
		seen[key] = true
	}
	if len(groups(r)) != 2 {
		t.Errorf("groups %v, want two pairs", groups(r))
	}
}

func TestResolveTakesReferencesAsEvidence(t *testing.T) {
	a := item("a:1", "Kaze no Matsuri", 2011, nil)
	b := item("b:9", "Festival of Winds", 2011, nil)
	if got := groups(resolve(t, dedup.Config{}, nil, []recommender.Item{a, b})); got != nil {
		t.Errorf("without a reference: groups %v, want none", got)
	}
	a.Refs = []recommender.ItemID{"b:9"}
	if got := groups(resolve(t, dedup.Config{}, nil, []recommender.Item{a, b})); len(got) != 1 {
		t.Errorf("with a reference: groups %v, want one", got)
	}
}

func TestConfigReportsEveryFaultTogether(t *testing.T) {
	_, err := dedup.Config{Threshold: 2, Review: 3, MaxReview: -2, Neighbours: -1, Workers: -1}.Resolve(t.Context(), nil, nil)
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, field := range []string{"Threshold", "Review", "MaxReview", "Neighbours", "Workers"} {
		if !strings.Contains(err.Error(), field) {
			t.Errorf("%q does not name %s", err, field)
		}
	}
}

func TestWorkersDoNotChangeTheResult(t *testing.T) {
	records, _ := world(600, 1)
	one := resolve(t, dedup.Config{Workers: 1}, nil, records)
	many := resolve(t, dedup.Config{Workers: 5}, nil, records)
	if diff := cmp.Diff(one, many); diff != "" {
		t.Errorf("1 worker and 5 workers (-1 +5):\n%s", diff)
	}
}

func TestCandidatesHoldNearlyAllTruePairs(t *testing.T) {
	records, truth := world(600, 2)
	candidate := map[[2]recommender.ItemID]bool{}
	var last [2]recommender.ItemID
	for p, err := range (dedup.Config{}).Candidates(t.Context(), seq(records)) {
		if err != nil {
			t.Fatal(err)
		}
		if p[0] >= p[1] || slices.Compare(last[:], p[:]) >= 0 {
			t.Fatalf("pair %v after %v is out of order", p, last)
		}
		last = p
		candidate[p] = true
	}
	pairs, found := 0, 0
	for i, a := range records {
		for _, b := range records[i+1:] {
			// b and c have no title in common.
			if truth[a.ID] == truth[b.ID] && (a.ID[0] == 'a' || b.ID[0] == 'a') {
				pairs++
				if candidate[[2]recommender.ItemID{min(a.ID, b.ID), max(a.ID, b.ID)}] {
					found++
				}
			}
		}
	}
	if recall := float64(found) / float64(pairs); recall < 0.97 {
		t.Errorf("blocking recall %.3f of %d pairs, want 0.97", recall, pairs)
	}
	if possible := len(records) * len(records) / 3; len(candidate) > possible/20 {
		t.Errorf("%d candidates of %d possible pairs: nothing is blocked", len(candidate), possible)
	}
}

func TestCandidatesReportFaults(t *testing.T) {
	for _, err := range (dedup.Config{Workers: -1}).Candidates(t.Context(), nil) {
		if !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("error %v, want ErrInvalid", err)
		}
	}
}

func TestResolveFindsTheWorksOfAGeneratedWorld(t *testing.T) {
	records, truth := world(1500, 3)
	q := dedup.Score(resolve(t, dedup.Config{}, nil, records).Links, truth, nil)
	t.Logf("precision %.4f, recall %.4f, F1 %.4f of %d pairs", q.Precision, q.Recall, q.F1, q.True)
	if q.Precision < 0.97 {
		t.Errorf("precision %.4f, want 0.97", q.Precision)
	}
	// b and c have no title in common: they meet where a has the work, too.
	for pair, least := range map[string]float64{"a-b": 0.95, "a-c": 0.95, "b-c": 0.7} {
		if got := q.ByPair[pair].Recall; got < least {
			t.Errorf("recall of %s is %.4f, want %v", pair, got, least)
		}
	}
}

// On the anime catalogues equal titles alone reach an F1 of .908. The gate leaves
// room for a change of mind about single weights. Kinds of AniList's records are
// told apart: IDs of anchors were recovered by an equal title, so those are easy.
func TestResolveOnTheAnimeCatalogues(t *testing.T) {
	records, kinds := animeRecordsByKind(t)
	truth, excluded := animeTruth(t)
	links := resolve(t, dedup.Config{}, nil, records).Links
	q := dedup.Score(links, truth, excluded, catalogues...)
	t.Logf("precision %.4f, recall %.4f, F1 %.4f; %d judged, %d unjudged, %d true", q.Precision, q.Recall, q.F1, q.Judged, q.Unjudged, q.True)
	for i, half := range halves(truth) {
		h := dedup.Score(links, half, excluded, catalogues...)
		t.Logf("half %d: precision %.4f, recall %.4f, F1 %.4f", i, h.Precision, h.Recall, h.F1)
	}
	for _, b := range dedup.Reliability(links, truth, excluded) {
		t.Logf("confidence %.3f to %.3f: %d links said %.4f, true %.4f", b.From, b.To, b.Links, b.Said, b.True)
	}
	for _, kind := range []string{"anchor", "fill", "full"} {
		others := maps.Clone(excluded)
		for id, k := range kinds {
			others[id] = others[id] || k != kind
		}
		k := dedup.Score(links, truth, others, catalogues...)
		for _, pair := range []string{"mal-anilist", "anilist-kitsu", "anilist-imdb", "anilist-anidb"} {
			p := k.ByPair[pair]
			t.Logf("%s %s: precision %.4f, recall %.4f, F1 %.4f of %d", kind, pair, p.Precision, p.Recall, p.F1, p.True)
		}
	}
	if q.F1 < 0.985 || q.Precision < 0.993 {
		t.Errorf("F1 %.4f, precision %.4f, want 0.985 and 0.993", q.F1, q.Precision)
	}
}

func ExampleConfig_Resolve() {
	records := []recommender.Item{
		{ID: "one:1", Title: "Silent Orchard", Year: 2010},
		{ID: "one:2", Title: "Silent Orchard 2nd Season", Year: 2012},
		{ID: "two:8", Title: "Silent Orchard II", Year: 2012},
	}
	res, err := dedup.Config{}.Resolve(context.Background(), nil, seq(records))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range res.Links {
		fmt.Println(l.Record, "→", l.Canonical)
	}
	// Output:
	// one:1 → item:one:1
	// one:2 → item:one:2
	// two:8 → item:one:2
}

// Where one title says a part and the other none, that speaks against one work.
func TestExplainCountsAPartThatOnlyOneSays(t *testing.T) {
	e := dedup.Explain(item("a:1", "Maple Orchestra", 1994, nil), item("b:1", "Maple Orchestra Part 2", 1994, nil))
	i := slices.IndexFunc(e.Evidence, func(ev dedup.Evidence) bool { return ev.Field == "part" })
	if i < 0 || e.Evidence[i].Weight >= 0 {
		t.Errorf("evidence %v, want a part that speaks against one work", e.Evidence)
	}
}
