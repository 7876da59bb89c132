package storage_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// star is a warehouse on disk with every table, and a journal.
func star(t *testing.T) (*storage.Warehouse, *storage.Journal) {
	t.Helper()
	dir := t.TempDir()
	w := open(t, dir, storage.Options{CompactFiles: 3})
	log := ratings(30_000, 200, 400)
	for i := range log {
		if i%50 == 0 {
			log[i].Kind, log[i].Text = recommender.Review, fmt.Sprint("it's number ", i, " 日本")
		}
	}
	var items []recommender.Item
	for i := range 400 {
		items = append(items, recommender.Item{ID: recommender.RecordID("site", fmt.Sprint(i)), Title: fmt.Sprint("title ", i), Tags: []string{"a", fmt.Sprint("t", i%7)}, Year: 1990 + i%30, Time: time.Unix(int64(i), 0), Attrs: map[string]string{"format": "TV"}})
	}
	check(t, w.Put(t.Context(), recommender.Page{Items: items, Next: "items"}, "site"))
	for _, p := range pages(log, 7000) {
		check(t, w.Put(t.Context(), p, "site"))
	}
	r, canonical := merged("one", "site:1", "site:2", "site:30")
	check(t, w.Link(t.Context(), r, canonical))
	check(t, w.Publish(t.Context(), recommender.Version{ID: "m1", Kind: "bpr", Metrics: map[string]float64{"ndcg@10": 0.25}, Config: map[string]string{"k": "v"}, Data: "d", Created: time.Unix(5, 0)}, text("model")))
	check(t, w.Alias(t.Context(), "champion", "m1"))
	check(t, w.PutUsers(t.Context(), values(storage.User{ID: "user:0", Cohort: "A", Interactions: 5}, storage.User{ID: "user:1", Cohort: "B"})))
	check(t, w.PutSimilarities(t.Context(), "tags", values(storage.Similarity{Item: "one", Rank: 1, Other: "site:3", Score: 0.5})))
	check(t, w.PutScores(t.Context(), "m1", values(storage.Score{User: "user:0", Rank: 1, Item: "one", Score: 4.5})))
	check(t, w.PutSentiments(t.Context(), "lexicon", values(storage.Sentiment{Item: "one", Mean: 0.5, Reviews: 2, Positive: 1})))
	j, err := storage.OpenJournal(filepath.Join(dir, "journal"), storage.JournalOptions{})
	check(t, err)
	t.Cleanup(func() { _ = j.Close() })
	exposures, events := served()
	check(t, j.Append(t.Context(), exposures, events))
	check(t, j.Flush(t.Context()))
	return w, j
}

// A summary is what two engines must agree on.
type summary struct {
	Tables   map[string]int64 // rows of the files
	Ratings  int64            // settled
	Items    int64
	Users    int64
	Unix     int64
	Sum      float64 // of values
	ByYear   map[string]float64
	Activity int64 // of the busiest user
	Reviewed int64 // by item_rating_stats
}

func ours(t *testing.T, w *storage.Warehouse) summary {
	t.Helper()
	s := summary{Tables: map[string]int64{"fact_exposure": 1, "fact_event": 1}, ByYear: map[string]float64{}}
	for _, table := range w.Tables() {
		if table.Name != "model" {
			s.Tables[table.Name] = table.Rows
		}
	}
	years := map[recommender.ItemID]int{}
	for it, err := range w.Items(t.Context()) {
		check(t, err)
		years[it.ID] = it.Year
		s.Items++
	}
	users := map[recommender.UserID]int64{}
	for x, err := range w.Interactions(t.Context(), recommender.Filter{}) {
		check(t, err)
		s.Ratings++
		s.Unix += x.Time.Unix()
		s.Sum += float64(x.Value)
		users[x.User]++
		s.Activity = max(s.Activity, users[x.User])
		if year, ok := years[x.Item]; ok {
			s.ByYear[fmt.Sprint(year)] += float64(x.Value)
		}
		if x.Kind == recommender.Review {
			s.Reviewed++
		}
	}
	s.Users = int64(len(users))
	return s
}

// python is an interpreter that has a module, or the test is skipped.
func python(t *testing.T, module string) string {
	t.Helper()
	name := os.Getenv("OSUSUME_PYTHON")
	if name == "" {
		name = "python3"
	}
	if out, err := exec.Command(name, "-c", "import "+module).CombinedOutput(); err != nil {
		t.Skipf("%s has no module %s (%v, %s); OSUSUME_PYTHON names an interpreter that does", name, module, err, bytes.TrimSpace(out))
	}
	return name
}

func run(t *testing.T, python, script string, args ...string) summary {
	t.Helper()
	cmd := exec.Command(python, append([]string{"-c", script}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	var s summary
	check(t, json.Unmarshal(out, &s))
	return s
}

var within = cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Max(1, math.Abs(a)) }) // sums in another order

const duckdbScript = `
import sys, json, duckdb
c = duckdb.connect()
c.execute(open(sys.argv[1]).read())
one = lambda q: c.execute(q).fetchone()[0]
tables = [r[0] for r in c.execute("select view_name from duckdb_views() where not internal and (view_name like 'dim_%' or view_name like 'fact_%' or view_name like 'bridge_%')").fetchall()]
for t in tables: c.execute('create or replace temp table decoded as select * from ' + t)  # every value decodes
print(json.dumps({
  'Tables': {t: one('select count(*) from ' + t) for t in tables},
  'Ratings': one('select count(*) from rating'), 'Items': one('select count(*) from item'),
  'Users': one('select count(*) from user_activity'), 'Unix': int(one('select sum(unix) from rating')),
  'Sum': one('select sum(value::double) from rating'),
  'ByYear': {str(y): s for y, s in c.execute('select i.year, sum(r.value::double) from rating r join item i using (item_id) group by 1').fetchall()},
  'Activity': one('select max(interactions) from user_activity'),
  'Reviewed': int(one('select sum(reviews) from item_rating_stats')),
}))`

func TestDuckDBReadsEveryTable(t *testing.T) {
	interpreter := python(t, "duckdb")
	w, j := star(t)
	var sql bytes.Buffer
	check(t, w.WriteSQL(t.Context(), &sql, j))
	name := filepath.Join(t.TempDir(), "views.sql")
	check(t, os.WriteFile(name, sql.Bytes(), 0o666))
	if diff := cmp.Diff(ours(t, w), run(t, interpreter, duckdbScript, name), within); diff != "" {
		t.Errorf("summary (-ours +DuckDB's):\n%s", diff)
	}
}

const pyarrowScript = `
import sys, json, glob, os
import pyarrow.parquet as pq, pyarrow.compute as pc
out = {}
for name in glob.glob(sys.argv[1] + '/*.parquet'):
    t = pq.read_table(name)
    t.validate(full=True)
    out[os.path.basename(name)[:-8]] = t
r = out['fact_rating'].to_pydict()
items = out['dim_item'].to_pydict()
linked = set(out['bridge_item_source'].to_pydict()['record_id'])
year = {i: y for i, k, y in zip(items['item_id'], items['kind'], items['year']) if k == 'canonical' or i not in linked}
by, users = {}, {}
for u, i, v in zip(r['user_id'], r['item_id'], r['value']):
    users[u] = users.get(u, 0) + 1
    if i in year: by[str(year[i])] = by.get(str(year[i]), 0) + v
print(json.dumps({
  'Tables': {k: t.num_rows for k, t in out.items()}, 'Ratings': len(r['user_id']), 'Items': len(year), 'Users': len(users),
  'Unix': sum(r['unix']), 'Sum': sum(r['value']), 'ByYear': by, 'Activity': max(users.values()), 'Reviewed': r['kind'].count('review'),
}))`

func TestPyarrowReadsTheExport(t *testing.T) {
	interpreter := python(t, "pyarrow")
	w, j := star(t)
	dir := filepath.Join(t.TempDir(), "export")
	check(t, w.Export(t.Context(), dir, j))
	want, got := ours(t, w), run(t, interpreter, pyarrowScript, dir)
	// An export has each rating and record once, and no dead rows.
	want.Tables["fact_rating"], want.Tables["dim_item"], want.Tables["bridge_item_tag"] = want.Ratings, 401, 800
	if diff := cmp.Diff(want, got, within); diff != "" {
		t.Errorf("summary (-ours +pyarrow's):\n%s", diff)
	}
	if err := w.Export(t.Context(), dir, j); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second Export to the same place: got error %v; want that files exist", err)
	}
}

const filesScript = `
import sys, json, pyarrow.parquet as pq
counts = {}
for name in sys.argv[2:]:
    f = pq.ParquetFile(name)
    t = f.read()
    t.validate(full=True)
    table = name.split('/')[-1].split('-')[0]
    counts[table] = counts.get(table, 0) + t.num_rows
print(json.dumps({'Tables': counts}))`

// TestPyarrowReadsTheFilesThemselves reads what manifests name, as it is.
func TestPyarrowReadsTheFilesThemselves(t *testing.T) {
	interpreter := python(t, "pyarrow")
	w, j := star(t)
	names, err := w.Files(t.Context(), j)
	check(t, err)
	got := run(t, interpreter, filesScript, append([]string{"-"}, names...)...)
	if diff := cmp.Diff(ours(t, w).Tables, got.Tables); diff != "" {
		t.Errorf("rows (-ours +pyarrow's):\n%s", diff)
	}
}
