package storage_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// readFile reads some columns of a file as a foreign reader would.
func readFile[T any](t *testing.T, fs *faultfs.Mem, name string) []T {
	t.Helper()
	b := fs.Files()[name]
	rows, err := parquet.Read[T](bytes.NewReader(b), int64(len(b)))
	check(t, err)
	return rows
}

// TestLaterFilesHaveGreaterSeq is what the SQL of docs/formats.md relies on
// where times are unknown, also right after a merge.
func TestLaterFilesHaveGreaterSeq(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	for i := range 20 {
		check(t, w.Put(t.Context(), recommender.Page{
			Items:        []recommender.Item{{ID: "i", Title: fmt.Sprint(i), Tags: []string{"a"}}},
			Interactions: []recommender.Interaction{{User: "u", Item: "i", Kind: recommender.Rate, Value: float32(i) / 4}},
			Next:         recommender.Cursor(fmt.Sprint(i)),
		}, "src"))
		current := named(fs, fmt.Sprintf("manifest-%08d", i+1))[0]
		for _, table := range []string{"fact_rating", "dim_item", "bridge_item_tag"} {
			last := int64(-1)
			for _, name := range filesOf(t, fs, current, table) {
				rows := readFile[struct {
					Seq int64 `parquet:"seq"`
				}](t, fs, name)
				if len(rows) != 1 || rows[0].Seq <= last {
					t.Fatalf("commit %d: %s has rows %v; want one, with a seq greater than %d", i+1, name, rows, last)
				}
				last = rows[0].Seq
			}
		}
	}
}

// sections are the parts of docs/formats.md by heading.
func sections(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "docs", "formats.md"))
	check(t, err)
	parts := map[string]string{}
	for part := range strings.SplitSeq(string(b), "\n#") {
		head, body, _ := strings.Cut(strings.TrimLeft(part, "# "), "\n")
		parts[head] = body
	}
	return parts
}

// columnsOf are the names and types of a section's table.
func columnsOf(section string) (columns [][2]string) {
	row := regexp.MustCompile("(?m)^\\| (`[^|]+`) \\| ([^|]+) \\|.*\\|$")
	for _, m := range row.FindAllStringSubmatch(section, -1) {
		for name := range strings.SplitSeq(m[1], ", ") {
			columns = append(columns, [2]string{strings.Trim(name, "`"), m[2]})
		}
	}
	return columns
}

// TestThePageOfFormatsNamesEveryColumn compares it with the code, and the code
// with files that it writes.
func TestThePageOfFormatsNamesEveryColumn(t *testing.T) {
	page := sections(t)
	for _, table := range storage.AllTables() {
		if diff := cmp.Diff(storage.Columns(table), columnsOf(page[table])); diff != "" {
			t.Errorf("columns of %s (-code +docs/formats.md):\n%s", table, diff)
		}
	}
	w, j := star(t)
	names, err := w.Files(t.Context(), j)
	check(t, err)
	seen := map[string]bool{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		check(t, err)
		f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
		check(t, err)
		table, _, _ := strings.Cut(filepath.Base(name), "-")
		seen[table] = true
		if !parquet.EqualNodes(storage.SchemaOf(table), f.Schema()) {
			t.Errorf("%s: got\n%v\nwant\n%v", name, f.Schema(), storage.SchemaOf(table))
		}
	}
	for _, table := range storage.AllTables() {
		if !seen[table] {
			t.Errorf("no file of %s was written", table)
		}
	}
}

// TestThePageOfFormatsNamesEveryField reads what is in manifests and segments.
func TestThePageOfFormatsNamesEveryField(t *testing.T) {
	page := sections(t)
	w, j := star(t)
	names, err := w.Files(t.Context(), j)
	check(t, err)
	newest := func(dir, pattern string) []byte {
		list, err := filepath.Glob(filepath.Join(dir, pattern))
		check(t, err)
		b, err := os.ReadFile(slices.Max(list))
		check(t, err)
		return b
	}
	root := filepath.Dir(names[0])
	for section, b := range map[string][]byte{
		"Manifests":             newest(root, "manifest-*.json"),
		"segment-00000006.json": newest(filepath.Join(root, "journal"), "segment-*.json"),
	} {
		var v any
		check(t, json.Unmarshal(b, &v))
		for _, key := range keys(v) {
			if !strings.Contains(page[section], "`"+key+"`") && !strings.Contains(page[section], `"`+key+`"`) {
				t.Errorf("section %s says nothing of field %s", section, key)
			}
		}
	}
}

// keys are those of all objects in v.
func keys(v any) (list []string) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			list = append(append(list, key), keys(value)...)
		}
	case []any:
		for _, value := range v {
			list = append(list, keys(value)...)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
