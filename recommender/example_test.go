package recommender_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"log"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// The README shows this function.
func recommend(ctx context.Context, data recommender.Dataset) error {
	model, err := mf.Config{}.Train(ctx, data)
	if err != nil {
		return err
	}
	ranking, err := model.Recommend(ctx, recommender.Request{User: "alice", N: 5})
	if err != nil {
		return err
	}
	for _, r := range ranking.Items {
		fmt.Printf("%s %.2f\n", r.Item, r.Score)
	}
	return nil
}

func TestReadmeShowsTheExample(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(`(?s)\nfunc recommend\(.*?\n}\n`).Find(readme)
	if shown == nil || !bytes.Contains(source, shown) {
		t.Errorf("the README's code is not that of the example:\n%s", shown)
	}
}

// twoTastes are the interactions of five users who watch space operas, alice
// among them, and five who watch romances. Alice has not seen "Red Dwarf Star".
func twoTastes() []recommender.Interaction {
	space := []recommender.ItemID{"Comet", "Orbit", "Red Dwarf Star"}
	romance := []recommender.ItemID{"Umbrella", "First Letter", "Wedding"}
	var rows []recommender.Interaction
	for i, user := range []recommender.UserID{"alice", "bo", "carl", "dora", "emil", "fay", "gus", "hal", "ida", "jo"} {
		items := space
		if i >= 5 {
			items = romance
		}
		for k, item := range items {
			if user != "alice" || k < 2 {
				rows = append(rows, recommender.Interaction{User: user, Item: item, Kind: recommender.Like})
			}
		}
	}
	return rows
}

// dataset makes a Dataset of interactions.
func dataset(rows []recommender.Interaction) recommender.Dataset {
	b := recommender.NewTableBuilder(len(rows))
	for _, x := range rows {
		if err := b.Add(x); err != nil {
			panic(err)
		}
	}
	return b.Table().Dataset()
}

func Example() {
	if err := recommend(context.Background(), dataset(twoTastes())); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Red Dwarf Star -0.00
	// First Letter -1.05
	// Wedding -1.06
	// Umbrella -1.06
}

// train trains a model of the two tastes.
func train(tr recommender.Trainer) recommender.Model {
	m, err := tr.Train(context.Background(), dataset(twoTastes()))
	if err != nil {
		log.Fatal(err)
	}
	return m
}

func ExampleNewHybrid() {
	blend, err := recommender.NewHybrid([]recommender.Part{
		{Name: "collaborative", Model: train(mf.Config{}), Weight: 70},
		{Name: "popular", Model: train(recommender.Popular{}), Weight: 30, Impersonal: true},
	}, recommender.HybridOptions{})
	if err != nil {
		log.Fatal(err)
	}
	ranking, err := blend.Recommend(context.Background(), recommender.Request{User: "alice", N: 1, Explain: true})
	if err != nil {
		log.Fatal(err)
	}
	best := ranking.Items[0]
	fmt.Printf("%s %.2f\n", best.Item, best.Score)
	share := map[string]float32{}
	for _, why := range best.Why {
		share[why.Via] += why.Part
	}
	fmt.Printf("collaborative %.2f, popular %.2f\n", share["collaborative"], share["popular"])
	// Output:
	// Red Dwarf Star 0.31
	// collaborative 0.31, popular 0.00
}

func ExampleFallback() {
	model := recommender.Fallback(
		recommender.Versioned("bpr-1", train(mf.Config{})),
		recommender.Versioned("popular-1", train(recommender.Popular{})),
	)
	for _, user := range []recommender.UserID{"alice", "a stranger"} {
		ranking, err := model.Recommend(context.Background(), recommender.Request{User: user, N: 1})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %s by %s\n", user, ranking.Items[0].Item, ranking.Model)
	}
	// Output:
	// alice: Red Dwarf Star by bpr-1
	// a stranger: Comet by popular-1
}

func ExampleNewLive() {
	live := recommender.NewLive(recommender.Versioned("monday", train(recommender.Popular{})))
	answer := func() {
		ranking, err := live.Recommend(context.Background(), recommender.Request{N: 1})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(ranking.Model)
	}
	answer()
	live.Swap(recommender.Versioned("tuesday", train(recommender.Popular{}))) // requests go on meanwhile
	answer()
	// Output:
	// monday
	// tuesday
}

func ExampleMerge() {
	item := recommender.Merge("item:1", []recommender.Item{
		{ID: "mal:7", Title: "Hoshi no Umi", Year: 2011, Tags: []string{"Drama"}},
		{ID: "anilist:9", Title: "Hoshi no Umi", Aliases: []string{"Sea of Stars"}, Year: 2010, Tags: []string{"drama", "Space"}},
		{ID: "imdb:tt1", Title: "Sea of Stars", Year: 2010},
	})
	fmt.Println(item.Title, item.Year, item.Tags)
	fmt.Println("also", item.Aliases)
	fmt.Println("from", item.Members)
	// Output:
	// Hoshi no Umi 2010 [drama Space]
	// also [Sea of Stars]
	// from [anilist:9 imdb:tt1 mal:7]
}

// A shelf is a Source of one page.
type shelf struct {
	name   string
	titles []string
}

func (s shelf) Name() string { return s.name }

func (s shelf) Pages(_ context.Context, from recommender.Cursor) iter.Seq2[recommender.Page, error] {
	return func(yield func(recommender.Page, error) bool) {
		if from == "end" {
			return
		}
		page := recommender.Page{Next: "end"}
		for i, title := range s.titles {
			page.Items = append(page.Items, recommender.Item{ID: recommender.RecordID(s.name, fmt.Sprint(i+1)), Title: title, Year: 2010})
		}
		yield(page, nil)
	}
}

func ExampleIngest() {
	ctx := context.Background()
	store := storage.NewMemory() // storage.Open gives one that is durable
	for _, source := range []recommender.Source{
		shelf{"mal", []string{"Hoshi no Umi", "Ame no Tegami"}},
		shelf{"anilist", []string{"Hoshi no Umi"}},
		shelf{"mal", []string{"Hoshi no Umi", "Ame no Tegami"}}, // again: it has been read
	} {
		report, err := recommender.Ingest(ctx, source, store, recommender.IngestOptions{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %d items, resumed %t\n", report.Source, report.Items, report.Resumed)
	}
	if _, err := recommender.Deduplicate(ctx, dedup.Config{}, store); err != nil {
		log.Fatal(err)
	}
	var titles []string
	for item, err := range store.Items(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		titles = append(titles, fmt.Sprint(item.Title, " ", item.Members))
	}
	slices.Sort(titles)
	for _, title := range titles {
		fmt.Println(title)
	}
	// Output:
	// mal: 2 items, resumed false
	// anilist: 1 items, resumed false
	// mal: 0 items, resumed true
	// Ame no Tegami [mal:2]
	// Hoshi no Umi [anilist:1 mal:1]
}

func ExampleOpenModel() {
	ctx := context.Background()
	registry := storage.NewMemory()
	model := train(recommender.Popular{}).(*recommender.PopularModel)
	if err := registry.Publish(ctx, recommender.Version{ID: "popular-1", Kind: recommender.PopularKind}, model); err != nil {
		log.Fatal(err)
	}
	if err := registry.Alias(ctx, "champion", "popular-1"); err != nil {
		log.Fatal(err)
	}

	aliases, err := registry.Aliases(ctx)
	if err != nil {
		log.Fatal(err)
	}
	opened, version, err := recommender.OpenModel(ctx, registry, aliases["champion"], map[string]recommender.Decoder{
		recommender.PopularKind: func(r io.Reader) (recommender.Model, error) { return recommender.ReadPopular(r) },
	})
	if err != nil {
		log.Fatal(err)
	}
	ranking, err := opened.Recommend(ctx, recommender.Request{N: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(version.ID, ranking.Items[0].Item, ranking.Items[0].Score)
	// Output:
	// popular-1 Comet 5
}
