package storage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// exampleWarehouse holds one rating of one item.
func exampleWarehouse(dir string) (*storage.Warehouse, error) {
	w, err := storage.Open(dir, storage.Options{})
	if err != nil {
		return nil, err
	}
	return w, w.Put(context.Background(), recommender.Page{
		Items:        []recommender.Item{{ID: "site:1", Title: "One"}},
		Interactions: []recommender.Interaction{{User: "ann", Item: "site:1", Kind: recommender.Rate, Value: 4}},
		Next:         "1",
	}, "site")
}

// The views of a warehouse, to paste into DuckDB; paths of files are left out here.
func ExampleWarehouse_WriteSQL() {
	dir, err := os.MkdirTemp("", "warehouse")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	w, err := exampleWarehouse(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer w.Close()
	var sql bytes.Buffer
	if err := w.WriteSQL(context.Background(), &sql, nil); err != nil {
		log.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`create or replace view (\w+) as\s(.*)`).FindAllStringSubmatch(sql.String(), -1) {
		fmt.Printf("%s: %.40s\n", m[1], m[2])
	}
	// Output:
	// dim_item: select * from read_parquet([
	// bridge_item_tag: select * from read_parquet([
	// bridge_item_source: select null::varchar as record_id, null:
	// fact_rating: select * from read_parquet([
	// dim_source: select * from read_parquet([
	// dim_model: select null::varchar as version_id, null
	// dim_model_alias: select null::varchar as alias, null::var
	// dim_user: select null::varchar as user_id, null::v
	// fact_similarity: select null::varchar as item_id, null::v
	// fact_collaborative_score: select null::varchar as user_id, null::v
	// fact_sentiment: select null::varchar as item_id, null::v
	// fact_exposure: select null::varchar as exposure_id, nul
	// fact_event: select null::varchar as user_id, null::v
	// rating: select r.user_id, coalesce(b.item_id, r.
	// item: select item_id, kind, number, title, yea
	// user_activity: select user_id, count(*) as interactions
	// item_rating_stats: select item_id, count(*) as ratings, cou
}

func ExampleWarehouse_Export() {
	dir, err := os.MkdirTemp("", "warehouse")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	w, err := exampleWarehouse(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer w.Close()
	to := filepath.Join(dir, "export")
	if err := w.Export(context.Background(), to, nil); err != nil {
		log.Fatal(err)
	}
	files, err := os.ReadDir(to)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		fmt.Println(f.Name())
	}
	// Output:
	// bridge_item_source.parquet
	// bridge_item_tag.parquet
	// dim_item.parquet
	// dim_model.parquet
	// dim_model_alias.parquet
	// dim_source.parquet
	// dim_user.parquet
	// fact_collaborative_score.parquet
	// fact_rating.parquet
	// fact_sentiment.parquet
	// fact_similarity.parquet
}

const describeScript = `
import sys, json, duckdb
c = duckdb.connect()
c.execute(open(sys.argv[1]).read())
views = [r[0] for r in c.execute("select view_name from duckdb_views() where not internal").fetchall()]
print(json.dumps({v: [c.execute('select count(*) from ' + v).fetchone()[0], *(r[0] + ' ' + r[1] for r in c.execute('describe ' + v).fetchall())] for v in views}))`

// A query can be written, and runs, before a table has rows.
func TestDuckDBSeesTheSameColumnsInAnEmptyWarehouse(t *testing.T) {
	interpreter := python(t, "duckdb")
	describe := func(w *storage.Warehouse, j *storage.Journal) map[string][]any {
		var sql bytes.Buffer
		check(t, w.WriteSQL(t.Context(), &sql, j))
		name := filepath.Join(t.TempDir(), "views.sql")
		check(t, os.WriteFile(name, sql.Bytes(), 0o666))
		out, err := exec.Command(interpreter, "-c", describeScript, name).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var views map[string][]any
		check(t, json.Unmarshal(out, &views))
		return views
	}
	w, j := star(t)
	full, empty := describe(w, j), describe(open(t, t.TempDir(), storage.Options{}), nil)
	views := regexp.MustCompile("(?m)^- `(\\w+)`[^:]*: (.*)$").FindAllStringSubmatch(sections(t)["Views"], -1)
	if len(views) != 4 {
		t.Errorf("docs/formats.md lists %d views; want 4", len(views))
	}
	for _, m := range views {
		var want []string
		for _, name := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(regexp.MustCompile(`\([^)]*\)`).ReplaceAllString(m[2], ""), -1) {
			want = append(want, name[1])
		}
		var got []string
		for _, c := range full[m[1]][1:] {
			name, _, _ := strings.Cut(c.(string), " ")
			got = append(got, name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("columns of view %s (-docs/formats.md +DuckDB):\n%s", m[1], diff)
		}
	}
	for _, columns := range full {
		if columns[0].(float64) == 0 {
			t.Errorf("got no rows of %v; want some", columns)
		}
		columns[0] = 0.0
	}
	if diff := cmp.Diff(full, empty); diff != "" {
		t.Errorf("columns of views (-with rows +without):\n%s", diff)
	}
}
