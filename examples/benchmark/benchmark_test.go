package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// write makes a file and returns its path.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ratings is a file in which users like either even or odd items.
func ratings() string {
	r := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	b.WriteString("userId,movieId,rating,timestamp\n")
	for u := range 60 {
		for n, i := range r.Perm(20)[:12] {
			fmt.Fprintf(&b, "%d,%d,%d,%d\n", u, 2*i+u%2, r.IntN(11), 1000+n)
		}
	}
	return b.String()
}

func items() string {
	var b strings.Builder
	b.WriteString("id,title,genres\n")
	for i := range 42 {
		fmt.Fprintf(&b, "%d,Story %d,%s|Week %d\n", i, i, []string{"Even|Calm", "Odd|Loud"}[i%2], i%7)
	}
	return b.String()
}

// do runs the command, which must succeed, and returns what it printed.
func do(t *testing.T, args ...string) string {
	t.Helper()
	var out, notes bytes.Buffer
	if code := run(t.Context(), args, &out, &notes); code != 0 {
		t.Fatalf("benchmark %s: exit code %d: %s", strings.Join(args, " "), code, notes.String())
	}
	return out.String()
}

// objects reads JSON objects one after another.
func objects(t *testing.T, text string) []map[string]any {
	t.Helper()
	var list []map[string]any
	for d := json.NewDecoder(strings.NewReader(text)); ; {
		var o map[string]any
		if err := d.Decode(&o); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		list = append(list, o)
	}
}

func wantFields(t *testing.T, o map[string]any, names ...string) {
	t.Helper()
	for _, n := range names {
		if _, ok := o[n]; !ok {
			t.Errorf("no field %q among %q", n, slices.Sorted(maps.Keys(o)))
		}
	}
}

func TestRankPrintsAnObjectForEveryModel(t *testing.T) {
	out := do(t, "rank", "-train", write(t, "r.csv", ratings()), "-items", write(t, "items.csv", items()),
		"-model", "popular,tfidf,bpr,hybrid-a,hybrid-b", "-set", "factors=8,EPOCHS=12", "-unrated", "0",
		"-k", "5,10", "-json", "-compare", "-segment", "cold,heavy")
	list := objects(t, out)
	if len(list) != 5 {
		t.Fatalf("%d objects, want 5", len(list))
	}
	ndcg := map[string]float64{}
	for _, o := range list {
		wantFields(t, o, "model", "config", "users", "items", "interactions", "test_users", "skipped_users", "cold_users",
			"train_seconds", "eval_seconds", "peak_rss_bytes", "metrics")
		if o["users"] != 60.0 || o["items"] != 42.0 {
			t.Errorf("%v: %v users and %v items, want 60 and 42", o["model"], o["users"], o["items"])
		}
		m := o["metrics"].(map[string]any)
		for _, name := range []string{"precision", "recall", "recall_min", "ndcg", "map", "mrr", "hit"} {
			wantFields(t, m[name+"@5"].(map[string]any), "mean", "lo", "hi")
		}
		if coverage := m["coverage@10"].(map[string]any); len(coverage) != 1 {
			t.Errorf("coverage has an interval: %v", coverage)
		}
		ndcg[o["model"].(string)] = m["ndcg@10"].(map[string]any)["mean"].(float64)
	}
	// Both content and factors can see who is even and who is odd.
	for _, name := range []string{"tfidf", "bpr", "hybrid-a", "hybrid-b"} {
		if ndcg[name] <= ndcg["popular"] {
			t.Errorf("%s has ndcg %v, popular %v", name, ndcg[name], ndcg["popular"])
		}
	}
	wantFields(t, list[2], "updates_per_second", "compare", "segments")
	if got := list[2]["config"].(map[string]any)["Factors"]; got != 8.0 {
		t.Errorf("bpr has %v factors, want 8", got)
	}
	wantFields(t, list[3]["config"].(map[string]any), "bpr", "tfidf")
}

func TestRankReadsATestFileAndPrintsATable(t *testing.T) {
	train := write(t, "train.txt", "a 1 2\nb 1 3\nc 2 3 4\n")
	test := write(t, "test.txt", "a 3 9\nb 1\nnew 2\n")
	out := do(t, "rank", "-train", train, "-test", test, "-k", "2")
	if want := "3 users, 4 items, 7 interactions; 1 test users, 1 skipped, 1 cold"; !strings.HasPrefix(out, want) {
		t.Errorf("output begins\n%s\nwant\n%s", out, want)
	}
	// For a remain 3 and 4; 3 is a hit, and 9 cannot be one: recall 1/2.
	if fields := strings.Fields(out[strings.Index(out, "popular"):]); fields[4] != "0.5000" {
		t.Errorf("recall is %s, want 0.5000, in\n%s", fields[4], out)
	}
}

func TestListMayBeginWithAUserWithoutItems(t *testing.T) {
	train := write(t, "train.txt", "nobody\na 1 2\nb 1 3\nc 2 3 4\n")
	test := write(t, "test.txt", "b\na 3 9\n")
	o := objects(t, do(t, "rank", "-train", train, "-test", test, "-k", "2", "-json"))[0]
	if o["users"] != 3.0 || o["interactions"] != 7.0 || o["test_users"] != 1.0 {
		t.Errorf("%v users, %v interactions, %v test users; want 3, 7 and 1", o["users"], o["interactions"], o["test_users"])
	}
}

func TestTestFileMayHaveHigherRatings(t *testing.T) {
	train := write(t, "train.csv", "user,item,rating\na,1,1\na,2,1\nb,1,1\nb,3,1\n")
	test := write(t, "test.csv", "user,item,rating\na,3,5\nb,2,4\n")
	var out, notes bytes.Buffer
	if code := run(t.Context(), []string{"rank", "-train", train, "-test", test, "-json"}, &out, &notes); code != 0 || notes.Len() > 0 {
		t.Fatalf("exit code %d, notes %q; want 0 and none", code, notes.String())
	}
	if o := objects(t, out.String())[0]; o["test_users"] != 2.0 {
		t.Errorf("%v test users, want 2", o["test_users"])
	}
}

func TestRankIsTheSameAtAnyNumberOfWorkers(t *testing.T) {
	file := write(t, "r.csv", ratings())
	var first string
	for _, workers := range []string{"1", "2", "7"} {
		o := objects(t, do(t, "rank", "-train", file, "-model", "bpr", "-set", "epochs=3", "-json", "-seed", "5", "-workers", workers))[0]
		m, err := json.Marshal(o["metrics"])
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(m)
		} else if string(m) != first {
			t.Errorf("%s workers: %s\n1 worker: %s", workers, m, first)
		}
	}
}

func TestRankFollowsItsFlags(t *testing.T) {
	file := write(t, "r.csv", ratings())
	seen := objects(t, do(t, "rank", "-train", file, "-json", "-unrated", "0"))[0]
	liked := objects(t, do(t, "rank", "-train", file, "-json", "-unrated", "0", "-min-rating", "6"))[0]
	if seen["interactions"].(float64) != 60*10 { // a fifth of 12 is 2
		t.Errorf("%v interactions in training, want 600", seen["interactions"])
	}
	if l := liked["interactions"].(float64); l < 200 || l > 400 { // five of eleven ratings
		t.Errorf("%v interactions rated 6 or more", l)
	}
	last := objects(t, do(t, "rank", "-train", file, "-json", "-split", "last:3"))[0]
	if got := last["interactions"].(float64); got != 60*9 {
		t.Errorf("last:3 leaves %v interactions, want 540", got)
	}
	held := objects(t, do(t, "rank", "-train", file, "-json", "-users-holdout", "0.25", "-model", "bpr", "-set", "epochs=2"))[0]
	if held["users"] != 45.0 || held["test_users"] != 15.0 || held["cold_users"] != 0.0 {
		t.Errorf("holdout: %v users, %v test users, %v cold, want 45, 15 and 0", held["users"], held["test_users"], held["cold_users"])
	}
	sampled := objects(t, do(t, "rank", "-train", file, "-json", "-protocol", "sampled:1:9"))[0]
	wantFields(t, sampled["floors"].(map[string]any), "random", "popular")
}

func TestMistakesAreExplained(t *testing.T) {
	file := write(t, "r.csv", ratings())
	odd := write(t, "odd.csv", "who,what\na,b\n")
	tests := []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "rank"},
		{[]string{"rink"}, 2, `unknown subcommand "rink"`},
		{[]string{"match"}, 1, "needs -left, -right and -truth, or -self and -cluster"},
		{[]string{"rank"}, 2, "-train is missing"},
		{[]string{"rank", "-train", file, "more"}, 2, `"more"`},
		{[]string{"rank", "-bogus"}, 2, "bogus"},
		{[]string{"rank", "-train", file, "-model", "als"}, 1, "there are popular, tfidf, bpr"},
		{[]string{"rank", "-train", file, "-model", "bpr,bpr"}, 1, "twice"},
		{[]string{"rank", "-train", file, "-model", "tfidf"}, 1, "-items"},
		{[]string{"rank", "-train", file, "-model", "bpr", "-set", "colour=3"}, 1, "Factors int"},
		{[]string{"rank", "-train", file, "-model", "bpr", "-set", "factors=many"}, 1, "whole number"},
		{[]string{"rank", "-train", file, "-model", "bpr", "-set", "factors=-1"}, 1, "Factors"},
		{[]string{"rank", "-train", file, "-k", "0"}, 1, "-k"},
		{[]string{"rank", "-train", file, "-split", "first:3"}, 1, "random:0.2"},
		{[]string{"rank", "-train", file, "-split", "last:12"}, 1, "-split last:12 holds nothing back of 720 interactions"},
		{[]string{"rank", "-train", file, "-segment", "odd"}, 1, "want head, tail or new"},
		{[]string{"rank", "-train", file, "-protocol", "sampled"}, 1, "sampled:POS:NEG"},
		{[]string{"rank", "-train", file, "-test", file, "-split", "last:1"}, 1, "-split"},
		{[]string{"rank", "-train", file, "-min-rating", "99"}, 1, "no interactions"},
		{[]string{"rank", "-train", odd}, 1, `"who"`},
		{[]string{"rank", "-train", filepath.Join(t.TempDir(), "none.csv")}, 1, "none.csv"},
		{[]string{"dedup", "-records", "mal", "-truth", file}, 1, "NAME=FILE"},
		{[]string{"dedup", "-records", "a=" + file, "-truth", odd}, 1, `"cluster"`},
		{[]string{"sentiment", "-texts", odd}, 1, `"text"`},
		{[]string{"neighbours", "-records", file, "-set", "colour=3"}, 1, "MinDF int"},
	}
	for _, test := range tests {
		var out, notes bytes.Buffer
		code := run(t.Context(), test.args, &out, &notes)
		if code != test.code || !strings.Contains(notes.String(), test.want) {
			t.Errorf("benchmark %s: exit code %d, %q; want %d and %q", strings.Join(test.args, " "), code, notes.String(), test.code, test.want)
		}
		if out.Len() > 0 {
			t.Errorf("benchmark %s: a mistake prints %q to the output", strings.Join(test.args, " "), out.String())
		}
	}
}

func TestHelpTeaches(t *testing.T) {
	for name, want := range map[string]string{
		"rank": "-users-holdout", "dedup": "blocking_recall", "sentiment": "-positive", "neighbours": "features",
	} {
		if out := do(t, name, "--help"); !strings.Contains(out, want) || !strings.Contains(out, "benchmark "+name) {
			t.Errorf("%s --help lacks %q or an example:\n%s", name, want, out)
		}
	}
}

func TestDedupJudgesAgainstATruth(t *testing.T) {
	mal := write(t, "mal.jsonl", `{"id":1,"title":"Moon Harbour","type":"TV","episodes":12,"year":2001}
{"id":2,"title":"Moon Harbour 2nd Season","type":"TV","episodes":12,"year":2003}
{"id":3,"title":"The Glass Orchard","type":"Movie","year":1999}
`)
	anilist := write(t, "anilist.jsonl", `{"id":1,"romaji":"Glass Orchard, The","english":"The Glass Orchard","format":"MOVIE","year":1999}
{"id":9,"romaji":"Moon Harbour","format":"TV","episodes":12,"year":2001}
{"id":8,"romaji":"Moon Harbour Season 2","format":"TV","episodes":12,"year":2003}
{"id":7,"romaji":"Unrelated Thing","format":"OVA","year":2010}
`)
	truth := write(t, "truth.csv", "cluster,source,id\n1,mal,1\n1,anilist,9\n2,mal,2\n2,anilist,8\n3,mal,3\n3,anilist,1\n")
	o := objects(t, do(t, "dedup", "-records", "mal="+mal+",anilist="+anilist, "-truth", truth, "-json"))[0]
	wantFields(t, o, "records", "canonical", "links", "review", "seconds", "records_per_second", "peak_rss_bytes",
		"judged", "unjudged", "precision", "recall", "f1", "blocking_recall", "by_pair")
	if o["records"] != 7.0 || o["precision"] != 1.0 || o["recall"] != 1.0 || o["blocking_recall"] != 1.0 || o["canonical"] != 4.0 {
		t.Errorf("%v records, %v canonical, precision %v, recall %v, blocking recall %v; want 7, 4, 1, 1, 1",
			o["records"], o["canonical"], o["precision"], o["recall"], o["blocking_recall"])
	}
	wantFields(t, o["by_pair"].(map[string]any)["mal-anilist"].(map[string]any), "precision", "recall", "f1", "true")
	if out := do(t, "dedup", "-records", "mal="+mal+",anilist="+anilist, "-truth", truth); !strings.Contains(out, "mal-anilist") {
		t.Errorf("table without mal-anilist:\n%s", out)
	}
}

func TestSentimentComparesWithScoresAndLabels(t *testing.T) {
	texts := write(t, "texts.csv", "id,mean_valence,label,text\n1,2.5,9,a great and wonderful film\n2,-3,2,\"terrible, I hated it\"\n3,0,3,the table has four legs\n4,1.5,8,nice\n")
	o := objects(t, do(t, "sentiment", "-texts", texts, "-score", "mean_valence", "-json"))[0]
	wantFields(t, o, "texts", "pearson_r", "f1_weighted", "accuracy", "texts_per_second", "coverage")
	if o["texts"] != 4.0 || o["accuracy"] != 1.0 || o["f1_weighted"] != 1.0 || o["pearson_r"].(float64) < 0.9 || o["coverage"] != 0.75 {
		t.Errorf("%v", o)
	}
	o = objects(t, do(t, "sentiment", "-texts", texts, "-label", "label", "-positive", "7", "-json"))[0]
	// The neutral text has a compound of 0, which counts as positive, against its label.
	if o["accuracy"] != 0.75 || o["f1"] != 0.8 {
		t.Errorf("accuracy %v and f1 %v, want 0.75 and 0.8", o["accuracy"], o["f1"])
	}
}

func TestNeighboursCountsWhatItFinds(t *testing.T) {
	o := objects(t, do(t, "neighbours", "-records", write(t, "items.csv", items()), "-k", "3", "-json"))[0]
	wantFields(t, o, "items", "features", "seconds", "peak_rss_bytes")
	if features, ok := o["features"].(float64); !ok || features < 10 {
		t.Errorf("%v features of 42 items with titles", o["features"])
	}
	if o["items"] != 42.0 || o["neighbours"] != 3*42.0 {
		t.Errorf("%v items and %v neighbours, want 42 and 126", o["items"], o["neighbours"])
	}
}
