package sources_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/sources"
)

func TestRowsResumeAtEveryCursor(t *testing.T) {
	type wide struct {
		User  string
		Items []string `parquet:",list"`
	}
	var wides []wide
	for i := range 60 {
		wides = append(wides, wide{fmt.Sprint("u", i), strings.Fields(strings.Repeat("x ", i%4))})
	}
	contents := map[string]string{
		"x.csv":     "a,b\n1,2\n\n\"3\n\",4\nbad\n\"open,5\r\n6,7\r\n8,9",
		"x.jsonl":   "no\n{\"a\":1}\n\n{\"b\":2}\n{\n{\"c\":3,\"a\":4}",
		"x.txt":     "1 2 3 4\n5\n\n6 7  \n8 9",
		"x.tsv":     "\xef\xbb\xbfa\tb\r\n1\t2\r\n3\t4\r\n",
		"x.parquet": parquetOf(t, wides, parquet.MaxRowsPerRowGroup(25), parquet.PageBufferSize(64)),
	}
	for name, content := range contents {
		for _, ext := range []string{"", ".gz", ".zst"} {
			packed := string(pack(t, ext, []byte(content)))
			all := readString(t, name, packed, sources.RowOptions{})
			rows, err := openString(t, name, packed, sources.RowOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; ; i++ {
				got := readString(t, name, packed, sources.RowOptions{From: rows.Cursor()})
				if diff := cmp.Diff(all[i:], got, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("%s%s resumed after row %d at %q (-want +got):\n%s", name, ext, i, rows.Cursor(), diff)
				}
				if _, err := rows.Next(); err == io.EOF {
					break
				}
			}
			if got := readString(t, name, packed, sources.RowOptions{From: rows.Cursor()}); got != nil {
				t.Errorf("%s%s resumed at its end gives %v", name, ext, got)
			}
		}
	}
}

func TestResumeReadsWhatWasAdded(t *testing.T) {
	const before, after = "a,b\n1,2", "\n3,4\n"
	rows, err := openString(t, "x.csv", before, sources.RowOptions{})
	if err != nil {
		t.Fatal(err)
	}
	readRows(t, rows)
	want := []read{{2, row{"a": "3", "b": "4"}, ""}}
	got := readString(t, "x.csv", before+after, sources.RowOptions{From: rows.Cursor()})
	if len(got) != 1 || !cmp.Equal(got[0].Row, want[0].Row) {
		t.Errorf("rows added are %v, want %v", got, want)
	}
}
