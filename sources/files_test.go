package sources_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources"
)

// write puts content into a file of a fresh folder, packed as its name says.
func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, pack(t, filepath.Ext(name), []byte(content)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func pack(t testing.TB, ext string, content []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	switch ext {
	case ".gz":
		z := gzip.NewWriter(&buf)
		if _, err := z.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	case ".zst":
		z, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		return z.EncodeAll(content, nil)
	default:
		return content
	}
	return buf.Bytes()
}

func parquetOf[T any](t testing.TB, rows []T, o ...parquet.WriterOption) string {
	t.Helper()
	var buf bytes.Buffer
	w := parquet.NewGenericWriter[T](&buf, o...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// A read is what a file of rows gave: each row by column, without empty values,
// or the text of a bad one.
type read struct {
	Line int
	Row  map[string]string
	Bad  string
}

func readRows(t testing.TB, rows *sources.Rows) []read {
	t.Helper()
	var all []read
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return all
		}
		if bad := (*recommender.RecordError)(nil); errors.As(err, &bad) {
			all = append(all, read{Bad: bad.Error()})
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, read{Line: row.Line, Row: byName(rows, row)})
	}
}

func byName(rows *sources.Rows, row sources.Row) map[string]string {
	m := map[string]string{}
	for i, v := range row.Values {
		if v != "" {
			m[rows.Columns()[i]] = v
		}
	}
	return m
}

func openString(t testing.TB, name, content string, o sources.RowOptions) (*sources.Rows, error) {
	t.Helper()
	rows, err := sources.NewRows(name, bytes.NewReader([]byte(content)), int64(len(content)), o)
	if err == nil {
		t.Cleanup(func() {
			if err := rows.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return rows, err
}

func readString(t testing.TB, name, content string, o sources.RowOptions) []read {
	t.Helper()
	rows, err := openString(t, name, content, o)
	if err != nil {
		t.Fatal(err)
	}
	return readRows(t, rows)
}

func isBad(err error) bool {
	_, ok := errors.AsType[*recommender.RecordError](err)
	return ok
}
