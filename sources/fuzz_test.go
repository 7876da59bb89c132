package sources_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources"
)

// checkRows reads content to its end, resumes after every row, and wants the
// rest to be the same.
func checkRows(t *testing.T, name string, content []byte, o sources.RowOptions) {
	o.MaxLine = 1 << 12
	rows, err := sources.NewRows(name, bytes.NewReader(content), int64(len(content)), o)
	if err != nil {
		return
	}
	defer rows.Close()
	var seen []read
	var cursors []recommender.Cursor
	next := func(rows *sources.Rows) (read, error) {
		row, err := rows.Next()
		if bad, ok := errors.AsType[*recommender.RecordError](err); ok {
			return read{Bad: bad.Error()}, nil
		}
		for _, v := range row.Values {
			if rows.Format() != sources.Parquet && !utf8.ValidString(v) {
				t.Fatalf("value %q is not UTF-8", v)
			}
		}
		return read{Line: row.Line, Row: byName(rows, row)}, err
	}
	for len(seen) < 200 {
		r, err := next(rows)
		if err != nil {
			break
		}
		seen = append(seen, r)
		cursors = append(cursors, rows.Cursor())
	}
	for i, c := range cursors {
		o.From = c
		again, err := sources.NewRows(name, bytes.NewReader(content), int64(len(content)), o)
		if err != nil {
			t.Fatalf("resuming after row %d at %q: %v", i, c, err)
		}
		for k := i + 1; k < min(len(seen), i+4); k++ {
			r, err := next(again)
			if err != nil {
				t.Fatalf("resumed at %q: %v", c, err)
			}
			if diff := cmp.Diff(seen[k], r); diff != "" {
				t.Fatalf("resumed at %q (-want +got):\n%s", c, diff)
			}
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What the standard library reads without a complaint is read the same.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a,b\r\n\"x\"\"\n\",2\r\n", "a\n\"", "\xef\xbb\xbfa;b\n", ",\n", "a,b\n1,\"2\"x\n3,4"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		checkRows(t, "x.csv", content, sources.RowOptions{})
		checkRows(t, "x.dat", content, sources.RowOptions{Latin1: true, Quotes: sources.QuotesOn})
		if len(content) > 1<<10 || !utf8.Valid(content) || bytes.HasPrefix(content, []byte("\xef\xbb\xbf")) || bytes.Contains(content, []byte("\r")) {
			return
		}
		want, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
		if err != nil || len(want) == 0 {
			return
		}
		header := make([]string, len(want[0]))
		for i := range header {
			header[i] = strings.Repeat("c", i+1)
		}
		rows, err := sources.NewRows("x.csv", bytes.NewReader(content), int64(len(content)), sources.RowOptions{Format: sources.CSV, Header: header, Separator: ","})
		if err != nil {
			if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) || bytes.HasPrefix(content, []byte{0x28, 0xb5}) {
				return
			}
			t.Fatal(err)
		}
		defer rows.Close()
		for i, w := range want {
			got, err := rows.Next()
			if err != nil || !slices.Equal(got.Values, w) {
				t.Fatalf("row %d is %q, %v, want %q", i, got.Values, err, w)
			}
		}
		if _, err := rows.Next(); err != io.EOF {
			t.Fatalf("after the last row: %v", err)
		}
	})
}

// A line is read if and only if encoding/json takes it, but for the limits that
// are documented; its texts are the same.
func FuzzJSONL(f *testing.F) {
	for _, s := range []string{`{"a":1,"b":"x\u00e9\n"}`, `{"a":{"b":[1,{"c":"]"}]},"d":null}`, `{`, `{"a":1}{`, "{}\n[]\n", `{"a":tru}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		checkRows(t, "x.jsonl", content, sources.RowOptions{})
		line := bytes.TrimSpace(content)
		if len(line) == 0 || line[0] != '{' || bytes.ContainsAny(line, "\n") || !utf8.Valid(line) || len(line) > 1<<12 {
			return
		}
		rows, err := sources.NewRows("x.jsonl", bytes.NewReader(line), int64(len(line)), sources.RowOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		row, err := rows.Next()
		var want map[string]any
		jsonErr := json.Unmarshal(line, &want)
		if err == nil && jsonErr != nil {
			t.Fatalf("%q is read; encoding/json says %v", line, jsonErr)
		}
		if err != nil {
			limit := strings.Contains(err.Error(), "twice") || strings.Contains(err.Error(), "deep")
			if jsonErr == nil && !limit {
				t.Fatalf("%q is not read: %v", line, err)
			}
			return
		}
		got := byName(rows, row)
		for k, v := range want {
			if s, ok := v.(string); ok && s != got[k] {
				t.Fatalf("%q: value of %q is %q, want %q", line, k, got[k], s)
			}
		}
	})
}

func FuzzList(f *testing.F) {
	f.Add([]byte("1 2 3\n4 5\n"))
	f.Add([]byte(" 1\t2\r\n\n3"))
	f.Fuzz(func(t *testing.T, content []byte) {
		checkRows(t, "x.txt", content, sources.RowOptions{Format: sources.List})
	})
}

// Damage of Parquet and of compressions is an error, never a panic.
func FuzzPackedRows(f *testing.F) {
	type rating struct {
		User string
		Tags []string `parquet:",list"`
		Time int64    `parquet:",timestamp"`
	}
	f.Add([]byte(parquetOf(f, []rating{{"a", []string{"x"}, 1}, {"b", nil, 2}})))
	f.Add(pack(f, ".gz", []byte("a,b\n1,2\n")))
	f.Add(pack(f, ".zst", []byte("a,b\n1,2\n")))
	f.Fuzz(func(t *testing.T, content []byte) {
		rows, err := sources.NewRows("x", bytes.NewReader(content), int64(len(content)), sources.RowOptions{MaxLine: 1 << 12})
		if err != nil {
			return
		}
		for range 200 {
			if _, err := rows.Next(); err != nil && !isBad(err) {
				break
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzParseColumns(f *testing.F) {
	for _, s := range []string{"user=a,item=b", "USER = x , rating=y", "=", "user=user=x,time=", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := sources.ParseColumns(s)
		if err != nil {
			if c != (sources.Columns{}) {
				t.Fatalf("columns %+v beside the error %v", c, err)
			}
			return
		}
		again, err := sources.ParseColumns(c.String())
		if err != nil || again != c {
			t.Fatalf("%+v is written as %q and read as %+v, %v", c, c.String(), again, err)
		}
	})
}

// Items are well formed whatever a record holds.
func FuzzCatalogue(f *testing.F) {
	for _, s := range []string{`{"id":1,"title":"A","synonyms":["A","b"],"genres":"x|y","synopsis":"a<br>b &amp; c","year":"1999"}`,
		`{"id":"x","titles":[{"type":"main","title":"M"},7,null,[1]]}`, `{"id":2,"title":"<b","text":"<script>&#0;&#x10FFFF;"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, record string) {
		path := write(t, "x.jsonl", record)
		for _, label := range []string{"mal", "anidb", "other"} {
			for p, err := range (sources.Catalogue{Path: path, Label: label}).Pages(t.Context(), "") {
				if err != nil {
					return
				}
				for _, it := range p.Items {
					id, ok := strings.CutPrefix(string(it.ID), label+":")
					if !ok || id == "" {
						t.Fatalf("ID %q", it.ID)
					}
					for _, s := range append(append([]string{it.Title, it.Text}, it.Aliases...), it.Tags...) {
						if !utf8.ValidString(s) || s != strings.TrimSpace(s) {
							t.Fatalf("text %q of %q", s, record)
						}
					}
					if slices.Contains(it.Aliases, it.Title) || slices.Contains(it.Aliases, "") || slices.Contains(it.Tags, "") {
						t.Fatalf("aliases %q, tags %q of %q", it.Aliases, it.Tags, it.Title)
					}
				}
			}
		}
	})
}
