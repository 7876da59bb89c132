package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// small are the flags of a world that takes a second.
var small = []string{"-works", "120", "-users", "150", "-ratings-count", "2250", "-reviews-count", "300"}

// once runs the pipeline and returns its report and what it said.
func once(t *testing.T, ctx context.Context, args ...string) (*report, int, string) {
	t.Helper()
	jsonFile := filepath.Join(t.TempDir(), "report.json")
	var stdout, stderr bytes.Buffer
	code := run(ctx, append(args, "-json", jsonFile), &stdout, &stderr)
	said := stdout.String() + stderr.String()
	if code != 0 {
		return nil, code, said
	}
	b, err := os.ReadFile(jsonFile)
	if err != nil {
		t.Fatal(err)
	}
	var rep report
	if err := json.Unmarshal(b, &rep); err != nil {
		t.Fatal(err)
	}
	return &rep, code, said
}

// whatCounts compares reports but for seconds, memory, folders and how often
// a run went on.
var whatCounts = cmpopts.IgnoreFields(report{}, "Dir", "Stages", "Seconds", "PeakRSS", "Tables", "Next")

func TestPipelineRunsWhole(t *testing.T) {
	dir := t.TempDir()
	world := []string{"-works", "300", "-users", "500", "-ratings-count", "20000"} // enough for BPR to learn from
	rep, code, said := once(t, t.Context(), append(world, "-dir", dir)...)
	if code != 0 {
		t.Fatalf("exit %d:\n%s", code, said)
	}
	models := map[string]modelReport{}
	for _, m := range rep.Models {
		models[m.Name] = m
	}
	if len(models) != 7 {
		t.Fatalf("%d models, want 7", len(models))
	}
	if bpr, floor := models[bprName].Metrics["ndcg@10"], models[popularName].Metrics["ndcg@10"]; bpr.Mean <= floor.Mean {
		t.Errorf("NDCG@10 of BPR %.3f is not above Popular's %.3f", bpr.Mean, floor.Mean)
	}
	if blend, bpr := models[hybridLearned].Metrics["ndcg@10"], models[bprName].Metrics["ndcg@10"]; blend.Mean < bpr.Lo {
		t.Errorf("NDCG@10 of the learned blend %.3f is below the interval of its part BPR, %v", blend.Mean, bpr)
	}
	if ceiling := rep.Ceiling.Metrics["ndcg@10"].Mean; ceiling <= models[rep.Champion].Metrics["ndcg@10"].Mean {
		t.Errorf("NDCG@10 of the oracle %.3f is not above the champion's", ceiling)
	}
	if !rep.Dedup.Truth || rep.Dedup.F1 < 0.9 {
		t.Errorf("dedup F1 %.3f, want at least 0.9", rep.Dedup.F1)
	}
	if len(rep.Users) != 3 || rep.Stranger == nil || !strings.HasPrefix(rep.Stranger.Model, popularName) {
		t.Errorf("%d users; the stranger is answered by %+v, want popular", len(rep.Users), rep.Stranger)
	}
	for _, want := range []string{"NDCG@10", "oracle", "treatment_b", "fact_rating", "Next"} {
		if !strings.Contains(said, want) {
			t.Errorf("the report does not mention %q", want)
		}
	}

	again, code, said := once(t, t.Context(), append(world, "-dir", dir)...)
	if code != 0 {
		t.Fatalf("second run: exit %d:\n%s", code, said)
	}
	if diff := cmp.Diff(rep, again, whatCounts); diff != "" {
		t.Errorf("the second run reports something else:\n%s", diff)
	}
	if !strings.Contains(said, "nothing to do") {
		t.Error("the second run trained again")
	}
}

func TestWorkersChangeNothing(t *testing.T) {
	var want *report
	var wantBytes map[string][]byte
	for _, workers := range []int{1, 2, 7} {
		dir := t.TempDir()
		rep, code, said := once(t, t.Context(), append(small, "-dir", dir, "-workers", fmt.Sprint(workers))...)
		if code != 0 {
			t.Fatalf("workers=%d: exit %d:\n%s", workers, code, said)
		}
		got := snapshots(t, dir)
		if want == nil {
			want, wantBytes = rep, got
			continue
		}
		if diff := cmp.Diff(want, rep, whatCounts); diff != "" {
			t.Errorf("workers=%d reports something else:\n%s", workers, diff)
		}
		for id, b := range wantBytes {
			if !bytes.Equal(b, got[id]) {
				t.Errorf("workers=%d: version %s has other bytes", workers, id)
			}
		}
	}
}

// snapshots reads every published version.
func snapshots(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	w, err := storage.Open(dir, storage.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	versions, err := w.Versions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, v := range versions {
		_, r, err := w.Open(t.Context(), v.ID)
		if err != nil {
			t.Fatal(err)
		}
		if all[v.ID], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return all
}

// A countdown is a context that is cancelled when it has been asked n times.
type countdown struct {
	context.Context
	left *atomic.Int64
	stop context.CancelFunc
}

func (c countdown) Err() error {
	if c.left.Add(-1) <= 0 {
		c.stop()
	}
	return c.Context.Err()
}

func TestInterruptedRunsEndWithTheSameReport(t *testing.T) {
	want, code, said := once(t, t.Context(), append(small, "-dir", t.TempDir())...)
	if code != 0 {
		t.Fatalf("exit %d:\n%s", code, said)
	}
	dir := t.TempDir()
	interruptions := 0
	for n := int64(1); ; n = n*2 + 3 {
		ctx, stop := context.WithCancel(t.Context())
		left := &atomic.Int64{}
		left.Store(n)
		rep, code, said := once(t, countdown{ctx, left, stop}, append(small, "-dir", dir)...)
		stop()
		if code == 130 {
			interruptions++
			if !strings.Contains(said, "goes on from there") {
				t.Errorf("an interrupted run does not say how to go on:\n%s", said)
			}
			continue
		}
		if code != 0 {
			t.Fatalf("after %d interruptions: exit %d:\n%s", interruptions, code, said)
		}
		if diff := cmp.Diff(want, rep, whatCounts); diff != "" {
			t.Errorf("after %d interruptions the report differs:\n%s", interruptions, diff)
		}
		break
	}
	if interruptions < 5 {
		t.Errorf("only %d interruptions: the test does not test", interruptions)
	}
}

// write makes a file in a new folder.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// shop is a small input of files: ten films, twenty users, and a few bad rows.
func shop(t *testing.T) (items, ratings, reviews string) {
	var i, r, v strings.Builder
	i.WriteString("id,title,genres,year\n")
	genres := []string{"Drama", "Comedy", "Action", "Space"}
	for n := range 10 {
		fmt.Fprintf(&i, "%d,Film number %c,%s|Film,%d\n", n, 'A'+n, genres[n%4], 2000+n)
	}
	r.WriteString("user,item,rating,timestamp\n")
	v.WriteString("user,item,rating,text\n")
	for u := range 20 {
		for n := range 10 {
			if (u+n)%3 != 0 {
				fmt.Fprintf(&r, "%d,%d,%d,%d\n", u, n, (u*n)%11, 1_600_000_000+u*100+n)
			}
		}
		fmt.Fprintf(&v, "%d,%d,7,\"A wonderful, moving film.\"\n", u, (u+1)%10)
	}
	r.WriteString("5,1,NaN,1\n5,1,11,1\n,1,5,1\n5,,5,1\n5,2,9,1700000000\n")
	return write(t, "films.csv", i.String()), write(t, "ratings.csv", r.String()), write(t, "reviews.csv", v.String())
}

func TestFilesRunThrough(t *testing.T) {
	items, ratings, reviews := shop(t)
	args := []string{"-dir", t.TempDir(), "-catalogue", "shop=" + items, "-ratings", "shop=" + ratings, "-rating-scale", "10", "-unrated", "0"}
	rep, code, said := once(t, t.Context(), args...)
	if code != 0 {
		t.Fatalf("exit %d:\n%s", code, said)
	}
	if rep.Data.Bad != 4 {
		t.Errorf("%d bad rows, want 4: %v", rep.Data.Bad, rep.Data.BadSamples)
	}
	if rep.Data.Replaced != 1 {
		t.Errorf("%d replaced ratings, want the one of user 5 and item 2", rep.Data.Replaced)
	}
	if !strings.Contains(said, "third part is absent") || len(rep.Models) != 6 {
		t.Errorf("%d models; without reviews the blend must say that its third part is absent:\n%s", len(rep.Models), said)
	}
	for _, bad := range rep.Data.BadSamples {
		if !strings.Contains(bad, "ratings") || !strings.Contains(bad, "line") {
			t.Errorf("a bad row without file and line: %s", bad)
		}
	}
	args[1] = t.TempDir()
	rep, code, said = once(t, t.Context(), append(args, "-reviews", "shop="+reviews)...)
	if code != 0 || len(rep.Models) != 7 {
		t.Errorf("with reviews: exit %d, %d models, want 7:\n%s", code, len(rep.Models), said)
	}
}

func TestBadInputIsExplainedAndLosesNothing(t *testing.T) {
	items, ratings, _ := shop(t)
	full := t.TempDir()
	if _, code, said := once(t, t.Context(), "-dir", full, "-catalogue", "shop="+items, "-ratings", "shop="+ratings, "-rating-scale", "10"); code != 0 {
		t.Fatalf("exit %d:\n%s", code, said)
	}
	empty := write(t, "empty.csv", "id,title\n")
	odd := write(t, "odd.csv", "alpha,beta\n1,2\n")
	cut := write(t, "cut.csv.gz", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01")
	for _, c := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"unknown flag", []string{"-frobnicate"}, 2, []string{"frobnicate"}},
		{"argument", []string{"extra"}, 2, []string{"extra"}},
		{"no label", []string{"-catalogue", items, "-ratings", "shop=" + ratings}, 2, []string{"-catalogue", "label=FILE"}},
		{"no ratings", []string{"-catalogue", "shop=" + items}, 2, []string{"-ratings"}},
		{"negative scale", []string{"-rating-scale", "-1"}, 2, []string{"-rating-scale -1"}},
		{"unrated", []string{"-unrated", "none"}, 2, []string{"-unrated", "none"}},
		{"columns", []string{"-cols", "user"}, 2, []string{"-cols"}},
		{"impossible world", []string{"-works", "3"}, 1, []string{"Works 3"}},
		{"no such file", []string{"-catalogue", "shop=/no/such/file.csv", "-ratings", "shop=" + ratings}, 1, []string{"/no/such/file.csv"}},
		{"unrecognised header", []string{"-catalogue", "shop=" + items, "-ratings", "shop=" + odd}, 1, []string{"odd.csv", "alpha", "beta"}},
		{"truncated gzip", []string{"-catalogue", "shop=" + cut, "-ratings", "shop=" + ratings}, 1, []string{"cut.csv.gz"}},
		{"empty catalogue", []string{"-catalogue", "shop=" + empty, "-ratings", "shop=" + ratings}, 1, []string{"no records"}},
		{"another input", []string{"-dir", full, "-works", "100"}, 1, []string{full, "another input"}},
		{"other columns", []string{"-dir", full, "-catalogue", "shop=" + items, "-ratings", "shop=" + ratings, "-rating-scale", "10", "-cols", "user=item,item=user"}, 1, []string{full, "another input"}},
		{"report in no folder", append(small, "-json", "/no/such/folder/x.json"), 1, []string{"-json", "/no/such/folder"}},
	} {
		var stdout, stderr bytes.Buffer
		args := append([]string{"-dir", t.TempDir()}, c.args...)
		if code := run(t.Context(), args, &stdout, &stderr); code != c.code {
			t.Errorf("%s: exit %d, want %d:\n%s", c.name, code, c.code, stderr.String())
		}
		for _, want := range c.want {
			if !strings.Contains(stderr.String(), want) {
				t.Errorf("%s: the error does not mention %q:\n%s", c.name, want, stderr.String())
			}
		}
	}
	w, err := storage.Open(full, storage.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if tb, err := recommender.Load(t.Context(), w, recommender.Filter{}); err != nil || tb.Len() == 0 {
		t.Errorf("after all that the warehouse has %v, %v", tb, err)
	}
}

func TestSecondWriterIsNamed(t *testing.T) {
	dir := t.TempDir()
	w, err := storage.Open(dir, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), append(small, "-dir", dir), &stdout, &stderr); code != 1 || !strings.Contains(stderr.String(), fmt.Sprint("pid ", os.Getpid())) {
		t.Errorf("exit %d; the error should name the process that holds the lock:\n%s", code, stderr.String())
	}
}

func TestWarehouseOfAnotherVersionIsRefused(t *testing.T) {
	dir := t.TempDir()
	if _, code, said := once(t, t.Context(), append(small, "-dir", dir)...); code != 0 {
		t.Fatalf("exit %d:\n%s", code, said)
	}
	names, err := filepath.Glob(filepath.Join(dir, "manifest-*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%v manifests, %v", names, err)
	}
	last := names[len(names)-1]
	b, err := os.ReadFile(last)
	if err != nil {
		t.Fatal(err)
	}
	newer := bytes.Replace(b, fmt.Appendf(nil, `"format":%d`, storage.Format), []byte(`"format":99`), 1)
	newer = bytes.Replace(newer, fmt.Appendf(nil, `"format": %d`, storage.Format), []byte(`"format": 99`), 1)
	if bytes.Equal(newer, b) {
		t.Fatal("the manifest does not say its format")
	}
	if err := os.WriteFile(last, newer, 0o644); err != nil {
		t.Fatal(err)
	}
	_, code, said := once(t, t.Context(), append(small, "-dir", dir)...)
	if code != 1 || !strings.Contains(said, "99") || !strings.Contains(said, dir) {
		t.Errorf("exit %d; the error should name the directory and both versions:\n%s", code, said)
	}
}

func TestHelpTeaches(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-help"}, &stdout, &stderr); code != 0 {
		t.Errorf("exit %d, want 0", code)
	}
	for _, want := range []string{"go run ./examples/pipeline", "-catalogue", "-unrated", "goes on"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("-help does not mention %q", want)
		}
	}
}

func TestCountsAreReadable(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 421396: "421,396", -1234: "-1,234", -123: "-123"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
}
