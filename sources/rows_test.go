package sources_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources"
)

type row = map[string]string

func TestTextFormatsReadAsWritten(t *testing.T) {
	for _, c := range []struct {
		name, file, content string
		options             sources.RowOptions
		want                []read
	}{
		{"plain", "a.csv", "a,b\n1,2\n3,\n", sources.RowOptions{}, []read{{2, row{"a": "1", "b": "2"}, ""}, {3, row{"a": "3"}, ""}}},
		{"no last line end", "a.csv", "a,b\n1,2", sources.RowOptions{}, []read{{2, row{"a": "1", "b": "2"}, ""}}},
		{"BOM and CRLF", "a.csv", "\xef\xbb\xbfa,b\r\n1,2\r\n\r\n3,4\r\n", sources.RowOptions{}, []read{{2, row{"a": "1", "b": "2"}, ""}, {4, row{"a": "3", "b": "4"}, ""}}},
		{"BOM before JSON of unknown name", "a", "\xef\xbb\xbf{\"a\":1}\n", sources.RowOptions{}, []read{{1, row{"a": "1"}, ""}}},
		{"quotes", "a.csv", "a,b\n\"x, \"\"y\"\"\nz\",2\r\n\"\",\"3\"\r\n", sources.RowOptions{}, []read{{2, row{"a": "x, \"y\"\nz", "b": "2"}, ""}, {4, row{"b": "3"}, ""}}},
		{"quote inside a value", "a.csv", "a,b\n5\" disk,2\n", sources.RowOptions{}, []read{{2, row{"a": "5\" disk", "b": "2"}, ""}}},
		{"quote at the very end", "a.csv", "a,b\n1,\"2\"", sources.RowOptions{}, []read{{2, row{"a": "1", "b": "2"}, ""}}},
		{"semicolons", "a.csv", "a;b\n1;2,5\n", sources.RowOptions{}, []read{{2, row{"a": "1", "b": "2,5"}, ""}}},
		{"index column", "a.csv", ",b,\n0,1,2\n", sources.RowOptions{}, []read{{2, row{"#1": "0", "b": "1", "#3": "2"}, ""}}},
		{"TSV leaves quotes", "a.tsv", "a\tb\n\"x\t\\N\n", sources.RowOptions{}, []read{{2, row{"a": "\"x"}, ""}}},
		{"TSV with quotes", "a.tsv", "a\tb\n\"x\"\t\\N\n", sources.RowOptions{Quotes: sources.QuotesOn}, []read{{2, row{"a": "x"}, ""}}},
		{"TSV of unknown name", "a.data", "a\tb\nx y\tz\n", sources.RowOptions{}, []read{{2, row{"a": "x y", "b": "z"}, ""}}},
		{"double colons", "a.dat", "1::A|B, C::2\n", sources.RowOptions{Header: []string{"x", "y", "z"}}, []read{{1, row{"x": "1", "y": "A|B, C", "z": "2"}, ""}}},
		{"quotes with long separator", "a.csv", "\"a::b\"::2\n", sources.RowOptions{Header: []string{"x", "y"}, Separator: "::", Quotes: sources.QuotesOn}, []read{{1, row{"x": "a::b", "y": "2"}, ""}}},
		{"Latin-1", "a.csv", "a,b\n\xe9,\"\xfc\"\n", sources.RowOptions{Latin1: true}, []read{{2, row{"a": "é", "b": "ü"}, ""}}},
		{"list", "a.txt", "7 1  2 3\r\n8\n\n9\t4", sources.RowOptions{}, []read{
			{1, row{"user": "7", "item": "1"}, ""}, {1, row{"user": "7", "item": "2"}, ""}, {1, row{"user": "7", "item": "3"}, ""}, {4, row{"user": "9", "item": "4"}, ""}}},
		{"JSON", "a.jsonl", `{"a":1.50,"b":null,"c":{"d":true,"e":{}},"f":["x",{"y":"]"}], "g" : "\u00e9\n\"" }` + "\n\n" + `{"h":-2e3,"a":"z"}`, sources.RowOptions{}, []read{
			{1, row{"a": "1.50", "c.d": "true", "f": `["x",{"y":"]"}]`, "g": "é\n\""}, ""}, {3, row{"a": "z", "h": "-2e3"}, ""}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, readString(t, c.file, c.content, c.options)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBadRowsAreNamedAndReadingGoesOn(t *testing.T) {
	good := func(line int) read { return read{line, row{"a": "1", "b": "2"}, ""} }
	bad := func(text string) read { return read{Bad: text} }
	for _, c := range []struct {
		name, file, content string
		want                []read
	}{
		{"too few values", "x.csv", "a,b\n1\n1,2\n", []read{bad("x.csv: line 2: 1 values, want 2"), good(3)}},
		{"too many values", "x.csv", "a,b\n1,2,3\n1,2\n", []read{bad("x.csv: line 2: 3 values, want 2"), good(3)}},
		{"quote never closed", "x.csv", "a,b\n1,2\n\"1,2\n1,2\n1,2\n", []read{good(2), bad("x.csv: line 3: a quote is opened and not closed"), good(4), good(5)}},
		{"text after quote", "x.csv", "a,b\n\"1\"x,2\n1,2\n", []read{bad("x.csv: line 2: text after a closing quote"), good(3)}},
		{"a later quote seems to close", "x.csv", "a,b\n\"1,2\n1,2\n\"1\",2\n", []read{bad("x.csv: line 2: text after a closing quote"), good(3), good(4)}},
		{"encoding", "x.csv", "a,b\n\xff,2\n1,2\n", []read{bad("x.csv: line 2: not valid UTF-8"), good(3)}},
		{"encoding in quotes", "x.csv", "a,b\n\"\xff\",2\n1,2\n", []read{bad("x.csv: line 2: not valid UTF-8"), good(3)}},
		{"long line", "x.csv", "a,b\n" + strings.Repeat("z", 200) + ",2\n1,2\n", []read{bad("x.csv: line 2: line is longer than MaxLine"), good(3)}},
		{"long line with a quote", "x.csv", "a,b\n1\"" + strings.Repeat("z", 200) + ",2\n1,2\n", []read{bad("x.csv: line 2: line is longer than MaxLine"), good(3)}},
		{"broken JSON", "x.jsonl", "{\"a\":1,\"b\":2}\n{\"a\":1,\"b\"}\n[1]\n{\"a\":1}x\n{\"a\":1,\"a\":2}\n{\"a\":[1}\n{\"a\":1,\"b\":2}\n", []read{
			good(1), bad("x.jsonl: line 2: broken JSON: no colon after a key at byte 11"), bad("x.jsonl: line 3: not a JSON object"),
			bad("x.jsonl: line 4: broken JSON: text after the object"), bad(`x.jsonl: line 5: key "a" twice`),
			bad("x.jsonl: line 6: broken JSON: an array without an end at byte 6"), good(7)}},
		{"first line of JSON broken", "x.jsonl", "{\n{\"a\":1,\"b\":2}\n", []read{bad("x.jsonl: line 1: broken JSON: no string where one must be at byte 2"), good(2)}},
		{"JSON nested too deep", "x.jsonl", strings.Repeat(`{"a":`, 9) + "\n{\"a\":1,\"b\":2}\n", []read{bad("x.jsonl: line 1: objects nested more than 8 deep"), good(2)}},
		{"list", "x.txt", "1 2\n\xff 3\n4 5\n", []read{{1, row{"user": "1", "item": "2"}, ""}, bad("x.txt: line 2: not valid UTF-8"), {3, row{"user": "4", "item": "5"}, ""}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, readString(t, c.file, c.content, sources.RowOptions{MaxLine: 100})); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFilesThatCannotBeReadSaySo(t *testing.T) {
	long := "a,b\n" + strings.Repeat("1,2\n", 50_000)
	type pair struct{ A, B int64 }
	columns := parquetOf(t, []pair{{1, 2}, {3, 4}})
	for _, c := range []struct {
		name, file, content string
		options             sources.RowOptions
		is                  error
		says                string
	}{
		{"empty", "x.csv", "", sources.RowOptions{}, recommender.ErrInvalid, "the file is empty"},
		{"column twice", "x.csv", "a,b,a,b\n", sources.RowOptions{}, recommender.ErrInvalid, "columns named twice: a, b"},
		{"no names", "x.csv", " ,\n", sources.RowOptions{}, recommender.ErrInvalid, "no column has a name"},
		{"UTF-16", "x.csv", "\xff\xfea\x00", sources.RowOptions{}, recommender.ErrInvalid, "UTF-16"},
		{"header too long", "x.csv", strings.Repeat("a", 300), sources.RowOptions{MaxLine: 100}, nil, "line is longer than MaxLine"},
		{"cut gzip", "x.csv.gz", cut(pack(t, ".gz", []byte(long))), sources.RowOptions{}, recommender.ErrCorrupt, "gzip: unexpected EOF"},
		{"cut gzip header", "x.csv.gz", "\x1f\x8b\x08", sources.RowOptions{}, recommender.ErrCorrupt, "gzip: unexpected EOF"},
		{"garbage after gzip", "x.csv.gz", string(pack(t, ".gz", []byte("a,b\n"))) + "garbage that is no gzip", sources.RowOptions{}, recommender.ErrCorrupt, "gzip"},
		{"cut zstd", "x.csv.zst", cut(pack(t, ".zst", []byte(long))), sources.RowOptions{}, recommender.ErrCorrupt, "zstd: unexpected EOF"},
		{"damaged zstd", "x.csv.zst", flip(pack(t, ".zst", []byte(long))), sources.RowOptions{}, recommender.ErrCorrupt, "zstd"},
		{"cut Parquet", "x.parquet", columns[:len(columns)-5], sources.RowOptions{}, recommender.ErrCorrupt, "parquet"},
		{"no Parquet", "x.parquet", "a,b\n1,2\n", sources.RowOptions{}, recommender.ErrCorrupt, "parquet"},
		{"bad options", "x.csv", "a", sources.RowOptions{MaxLine: -1, Format: 9, Quotes: 9, Separator: "\n"}, recommender.ErrInvalid,
			`Format 9 unknown; Quotes 9 unknown; Separator "\n" holds a line end or a quote; MaxLine -1 < 0`},
		{"foreign cursor", "x.csv", "a,b\n", sources.RowOptions{From: "page 7"}, recommender.ErrInvalid, `cursor "page 7" is not of this source`},
		{"cursor beyond the end", "x.csv", "a,b\n", sources.RowOptions{From: "99.2.0"}, recommender.ErrInvalid, "ends before the cursor's offset 99"},
		{"cursor beyond the end of gzip", "x.csv.gz", string(pack(t, ".gz", []byte("a,b\n"))), sources.RowOptions{From: "99.2.0"}, recommender.ErrInvalid, "ends before the cursor's offset 99"},
		{"cursor inside a row", "x.csv", "a,b\n11,22\n", sources.RowOptions{From: "6.2.0"}, recommender.ErrInvalid, "the file is another one now"},
		{"cursor beyond the last row", "x.parquet", columns, sources.RowOptions{From: "3.4.0"}, recommender.ErrInvalid, "ends before the cursor's row 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := openString(t, "data/"+c.file, c.content, c.options)
			for err == nil {
				_, err = rows.Next()
			}
			if err == io.EOF || c.is != nil && !errors.Is(err, c.is) {
				t.Fatalf("error is %v, want one that is %v", err, c.is)
			}
			if !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "sources: data/"+c.file) {
				t.Errorf("error is %q, want it to name the file and say %q", err, c.says)
			}
		})
	}
}

func cut(b []byte) string { return string(b[:len(b)*2/3]) }

func flip(b []byte) string {
	b[len(b)/2] ^= 0x55
	return string(b)
}

func TestMissingFileAndFolderAreErrors(t *testing.T) {
	_, err := sources.OpenRows(filepath.Join(t.TempDir(), "none.csv"), sources.RowOptions{})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error of a missing file is %v", err)
	}
	_, err = sources.OpenRows(t.TempDir(), sources.RowOptions{})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("error of a folder is %v", err)
	}
}

func TestPipesAreRead(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	path := fmt.Sprintf("/proc/self/fd/%d", r.Fd())
	if _, err := os.Stat(path); err != nil {
		t.Skip("this system does not name pipes:", err)
	}
	if _, err := w.Write(pack(t, ".gz", []byte("a,b\n1,2\n"))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := sources.OpenRows(path, sources.RowOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got := readRows(t, rows)
	if want := []read{{2, row{"a": "1", "b": "2"}, ""}}; !cmp.Equal(got, want) {
		t.Errorf("rows are %v, want %v", got, want)
	}
}

// Whatever the name promises, the first bytes say how a file is packed, and all
// formats give the same rows.
func TestFormatsAgree(t *testing.T) {
	type rating struct {
		User   string   `parquet:"user"`
		Rating *float32 `parquet:"rating"`
		Time   int64    `parquet:"time"`
	}
	half := float32(4.5)
	want := []row{{"user": "Ann, B.", "rating": "4.5", "time": "978300760"}, {"user": "Žofie", "time": "-1"}}
	contents := map[string]string{
		"r.csv":     "user,rating,time\n\"Ann, B.\",4.5,978300760\nŽofie,,-1\n",
		"r.tsv":     "user\trating\ttime\nAnn, B.\t4.5\t978300760\nŽofie\t\\N\t-1\n",
		"r.jsonl":   `{"user":"Ann, B.","rating":4.5,"time":978300760}` + "\n" + `{"user":"\u017dofie","time":-1}` + "\n",
		"r.parquet": parquetOf(t, []rating{{"Ann, B.", &half, 978300760}, {"Žofie", nil, -1}}),
	}
	for name, content := range contents {
		for _, ext := range []string{"", ".gz", ".zst"} {
			for _, shown := range []string{name + ext, name} {
				rows, err := openString(t, shown, string(pack(t, ext, []byte(content))), sources.RowOptions{})
				if err != nil {
					t.Fatal(err)
				}
				var got []row
				for _, r := range readRows(t, rows) {
					got = append(got, r.Row)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s packed as %q (-want +got):\n%s", shown, ext, diff)
				}
				if _, total := rows.Progress(); total <= 0 {
					t.Errorf("%s: progress has no total", shown)
				}
			}
		}
	}
}

func TestParquetTypesBecomeText(t *testing.T) {
	type nested struct{ Score int32 }
	type all struct {
		Flag   bool      `parquet:"flag"`
		Byte   uint32    `parquet:"byte"`
		Double float64   `parquet:"double"`
		When   time.Time `parquet:"when,timestamp(millisecond)"`
		Day    int32     `parquet:"day,date"`
		Price  int64     `parquet:"price,decimal(2:18)"`
		Tags   []string  `parquet:"tags,list"`
		Plain  []int64   `parquet:"plain"`
		Inner  nested    `parquet:"inner"`
		ID     [16]byte  `parquet:"id,uuid"`
	}
	content := parquetOf(t, []all{
		{true, 4_000_000_000, 0.1, time.Date(2001, 2, 3, 4, 5, 6, 7e6, time.UTC), 10957, -5, []string{"a", `"b"`}, []int64{1, 2, 3}, nested{7}, [16]byte{0xff, 15: 1}},
		{false, 0, -2, time.Unix(0, 0), -1, 123456, nil, nil, nested{8}, [16]byte{0xfe, 15: 1}},
		{false, 1, 3, time.Unix(1, 0), 0, 0, []string{"c"}, []int64{4}, nested{9}, [16]byte{}},
	})
	want := []read{
		{1, row{"flag": "true", "byte": "4000000000", "double": "0.1", "when": "2001-02-03T04:05:06.007Z", "day": "2000-01-01", "price": "-0.05",
			"tags": `["a","\"b\""]`, "plain": `["1","2","3"]`, "inner.Score": "7", "id": "ff000000-0000-0000-0000-000000000001"}, ""},
		{2, row{"flag": "false", "byte": "0", "double": "-2", "when": "1970-01-01T00:00:00Z", "day": "1969-12-31", "price": "1234.56", "inner.Score": "8", "id": "fe000000-0000-0000-0000-000000000001"}, ""},
		{3, row{"flag": "false", "byte": "1", "double": "3", "when": "1970-01-01T00:00:01Z", "day": "1970-01-01", "price": "0.00", "tags": `["c"]`, "plain": `["4"]`, "inner.Score": "9", "id": "00000000-0000-0000-0000-000000000000"}, ""},
	}
	if diff := cmp.Diff(want, readString(t, "x.parquet", content, sources.RowOptions{})); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// Rows are as long as they like within several windows, and a quote may stand
// anywhere: the standard library's reader is the judge.
func TestCSVAgreesWithTheStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "é", ",", "\"", "\n", " ", "0123456789", strings.Repeat("long ", 700)}
	var want [][]string
	for range 3000 {
		record := make([]string, 3)
		for i := range record {
			for range random.IntN(6) {
				record[i] += pieces[random.IntN(len(pieces))]
			}
		}
		record[0] += "x" // else the row may be a blank line
		want = append(want, record)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.WriteAll(want); err != nil {
		t.Fatal(err)
	}
	rows, err := openString(t, "x.csv", b.String(), sources.RowOptions{Header: []string{"a", "b", "c"}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		got, err := rows.Next()
		if err != nil {
			t.Fatalf("row %d: %v", i, err)
		}
		if diff := cmp.Diff(want[i], got.Values); diff != "" {
			t.Fatalf("row %d (-want +got):\n%s", i, diff)
		}
	}
	if _, err := rows.Next(); err != io.EOF {
		t.Errorf("after the last row: %v, want EOF", err)
	}
}

func ExampleOpenRows() {
	path := filepath.Join(os.TempDir(), "osusume-example-rows.csv")
	if err := os.WriteFile(path, []byte("user,film,stars\nann,Ikiru,5\nbob\n"), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(path)
	rows, err := sources.OpenRows(path, sources.RowOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer rows.Close()
	fmt.Println(rows.Columns())
	for {
		row, err := rows.Next()
		if err == io.EOF {
			break
		}
		if bad := (*recommender.RecordError)(nil); errors.As(err, &bad) {
			fmt.Println("skipped:", bad)
			continue
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(row.Line, row.Values)
	}
	// Output:
	// [user film stars]
	// 2 [ann Ikiru 5]
	// skipped: osusume-example-rows.csv: line 3: 1 values, want 3
}
