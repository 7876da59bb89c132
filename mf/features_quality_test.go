package mf_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/sources"
)

// catalogue reads the items of a file, by the IDs that ratings have.
func catalogue(tb testing.TB, name string) []recommender.Item {
	tb.Helper()
	root := os.Getenv("OSUSUME_DATA")
	if root == "" {
		tb.Skip("OSUSUME_DATA is not set: no real data to measure on")
	}
	var items []recommender.Item
	for page, err := range (sources.Catalogue{Path: filepath.Join(root, filepath.FromSlash(name)), Label: "x"}).Pages(tb.Context(), "") {
		if err != nil {
			tb.Fatal(err)
		}
		for _, it := range page.Items {
			it.ID = recommender.ItemID(strings.TrimPrefix(string(it.ID), "x:"))
			items = append(items, it)
		}
	}
	return items
}

// coldAUC is the mean over users of the share of pairs, of an item of the test
// and one of the others that the user has in neither table, that are in order.
// Only items of the test that the model scores are asked for.
func coldAUC(tb testing.TB, m *mf.Model, train, test *recommender.Table, others func(recommender.ItemID) bool) (auc float64, users int) {
	tb.Helper()
	had := map[recommender.UserID]map[recommender.ItemID]bool{}
	for row, u := range train.User {
		id := train.Users[u]
		if had[id] == nil {
			had[id] = map[recommender.ItemID]bool{}
		}
		had[id][train.Items[train.Item[row]]] = true
	}
	wanted := map[recommender.UserID]map[recommender.ItemID]bool{}
	for row, u := range test.User {
		id := test.Users[u]
		if wanted[id] == nil {
			wanted[id] = map[recommender.ItemID]bool{}
		}
		wanted[id][test.Items[test.Item[row]]] = true
	}
	dst := make([]float32, len(m.Catalog()))
	for _, u := range test.Users {
		if wanted[u] == nil {
			continue
		}
		if err := m.ScoreAll(tb.Context(), recommender.Request{User: u}, dst); errors.Is(err, recommender.ErrColdStart) {
			continue
		} else if err != nil {
			tb.Fatal(err)
		}
		type scored struct {
			score float32
			want  bool
		}
		var list []scored
		positive := 0
		for i, id := range m.Catalog() {
			want := wanted[u][id]
			if dst[i] != dst[i] || had[u][id] || !want && !others(id) {
				continue
			}
			list = append(list, scored{dst[i], want})
			if want {
				positive++
			}
		}
		if positive == 0 || positive == len(list) {
			continue
		}
		slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(a.score, b.score) })
		below, pairs := 0, 0
		for _, x := range list {
			if x.want {
				pairs += below
			} else {
				below++
			}
		}
		auc += float64(pairs) / float64(positive) / float64(len(list)-positive)
		users++
	}
	return auc / float64(users), users
}

// without is a model that leaves some items out.
func without(m recommender.Model, held map[recommender.ItemID]bool) recommender.Model {
	return recommender.ModelFunc(func(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
		req.Keep = func(id recommender.ItemID) bool { return !held[id] }
		return m.Recommend(ctx, req)
	})
}

// A fifth of the items is kept out of training whole, and ranked for the users
// who had any of it; of the rest, a fifth of each user's is asked for beside it.
func TestFeaturesRankColdItemsOnRealData(t *testing.T) {
	for _, data := range []struct {
		name, items string
		ratings     func() recommender.Dataset
		least       float64 // AUC among the cold items
	}{
		{"ml-100k", "movielens/ml-100k/items.csv.gz", func() recommender.Dataset { return ml100k(t) }, 0.75},
		{"anime", "anime/mal.jsonl.gz", func() recommender.Dataset { return anime(t) }, 0.80},
	} {
		items := catalogue(t, data.items)
		all, err := recommender.Load(t.Context(), data.ratings(), recommender.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		rest, cold, err := eval.HoldoutItems{Seed: 3}.Split(all)
		if err != nil {
			t.Fatal(err)
		}
		known, warm, err := eval.Random{Seed: 4}.Split(rest)
		if err != nil {
			t.Fatal(err)
		}
		_, both, err := eval.HoldoutItems{Seed: 3, Then: eval.Random{Seed: 4}}.Split(all)
		if err != nil {
			t.Fatal(err)
		}
		held := map[recommender.ItemID]bool{}
		for _, i := range cold.Item {
			held[cold.Items[i]] = true
		}
		d := recommender.Combine(recommender.ItemsOf(items), known.Dataset())
		for _, kind := range []struct {
			name  string
			train func(mf.Features) recommender.Trainer
		}{
			{"bpr", func(f mf.Features) recommender.Trainer { return mf.Config{Features: f} }},
			{"ials", func(f mf.Features) recommender.Trainer { return mf.IALS{Features: f} }},
		} {
			m := train(t, kind.train(mf.Features{Items: mf.ItemFeatures}), d)
			among, users := coldAUC(t, m, known, cold, func(id recommender.ItemID) bool { return held[id] })
			against, _ := coldAUC(t, m, known, cold, func(id recommender.ItemID) bool { return !held[id] })
			// What has a history has the vectors that it has without features: the list
			// without new items is that of IDs alone.
			alone, with := ndcg(t, without(m, held), known.Dataset(), warm.Dataset(), 10), ndcg(t, m, known.Dataset(), warm.Dataset(), 10)
			bothAlone, bothWith := ndcg(t, without(m, held), known.Dataset(), both.Dataset(), 10), ndcg(t, m, known.Dataset(), both.Dataset(), 10)
			t.Logf("%s %s: AUC of cold items among themselves %.4f, against all others %.4f (%d users); NDCG@10 of the others %.4f, with IDs alone %.4f; of both %.4f, with IDs alone %.4f",
				data.name, kind.name, among, against, users, with, alone, bothWith, bothAlone)
			if among < data.least {
				t.Errorf("%s %s: AUC of cold items %.4f, want %.2f or more", data.name, kind.name, among, data.least)
			}
			if with < 0.98*alone {
				t.Errorf("%s %s: NDCG@10 %.4f with features, %.4f without", data.name, kind.name, with, alone)
			}
			if bothWith < bothAlone {
				t.Errorf("%s %s: of cold items and others NDCG@10 is %.4f with features, %.4f without", data.name, kind.name, bothWith, bothAlone)
			}
		}
	}
}

// A fifth of the users is kept out of training whole, and ranked for by age, sex
// and occupation; beside it by what all users have in common.
func TestFeaturesRankForColdUsersOnRealData(t *testing.T) {
	attributes := map[recommender.UserID][]string{}
	for _, line := range lines(t, "movielens/ml-100k/users.csv.gz")[1:] {
		fields := strings.Split(line, ",")
		attributes[recommender.UserID(fields[0])] = []string{"age:" + fields[1][:1] + "0", "sex:" + fields[2], "job:" + fields[3]}
	}
	all, err := recommender.Load(t.Context(), ml100k(t), recommender.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	known, held, err := eval.HoldoutUsers{Fraction: 0.2, Seed: 5}.Split(all)
	if err != nil {
		t.Fatal(err)
	}
	measure := func(users func(recommender.UserID) []string) float64 {
		m := train(t, mf.Config{Features: mf.Features{Users: users}}, known.Dataset())
		auc, n := coldAUC(t, m, known, held, func(recommender.ItemID) bool { return true })
		if n < 150 {
			t.Errorf("%d cold users are ranked for, want about 189", n)
		}
		return auc
	}
	by := measure(func(id recommender.UserID) []string { return attributes[id] })
	common := measure(func(recommender.UserID) []string { return []string{"user"} })
	t.Logf("AUC for cold users by attributes %.4f, by the mean of all users %.4f", by, common)
	if by < common || by < 0.8 {
		t.Errorf("AUC for cold users %.4f by attributes, %.4f by the mean of all users", by, common)
	}
}
