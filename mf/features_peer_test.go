package mf_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// What docs/benchmarks/peers/features/run measures of us: it splits the data, and
// trains another library on the same.
func TestColdItemsOfAFolder(t *testing.T) {
	folder := os.Getenv("OSUSUME_COLD")
	if folder == "" {
		t.Skip("OSUSUME_COLD is not set: no folder that docs/benchmarks/peers/features/run made")
	}
	read := func(name string) *recommender.Table {
		text, err := os.ReadFile(filepath.Join(folder, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		var rows []recommender.Interaction
		for _, line := range strings.Fields(string(text))[1:] {
			user, item, _ := strings.Cut(line, ",")
			rows = append(rows, recommender.Interaction{User: recommender.UserID(user), Item: recommender.ItemID(item)})
		}
		table, err := recommender.Load(t.Context(), dataset(t, 0, rows...), recommender.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	known, cold, warm := read("train"), read("cold"), read("warm")
	items := catalogue(t, "movielens/ml-100k/items.csv.gz")
	for k := range items {
		items[k].Title, items[k].Aliases = "", nil // the other library does not get them either
	}
	d := recommender.Combine(recommender.ItemsOf(items), known.Dataset())
	start := time.Now()
	m := train(t, mf.Config{Workers: 1, Features: mf.Features{Items: mf.ItemFeatures}}, d)
	seconds := time.Since(start).Seconds()
	held := map[recommender.ItemID]bool{}
	for _, id := range items {
		held[id.ID] = !slices.Contains(known.Items, id.ID)
	}
	auc, _ := coldAUC(t, m, known, cold, func(id recommender.ItemID) bool { return held[id] })
	out, err := json.Marshal(map[string]float64{
		"AUC of cold items":      auc,
		"NDCG@10 of known items": ndcg(t, without(m, held), known.Dataset(), warm.Dataset(), 10),
		"trainings a minute":     60 / seconds,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("json: %s", out)
}
