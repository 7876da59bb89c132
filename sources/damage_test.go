package sources_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/osusume/osusume/sources"
)

type damaged struct {
	User string
	Tags []string `parquet:",list"`
	Time int64    `parquet:",timestamp"`
}

// A footer's length is checked against the file before room is made for it.
func TestParquetFooterLengthIsNotTrusted(t *testing.T) {
	content := []byte(parquetOf(t, []damaged{{"a", []string{"x"}, 1}}))
	binary.LittleEndian.PutUint32(content[len(content)-8:], 1<<32-1)
	_, err := openString(t, "x.parquet", string(content), sources.RowOptions{})
	if err == nil || !strings.Contains(err.Error(), "footer of 4294967295 bytes") {
		t.Errorf("error is %v, want one about the footer", err)
	}
}

// Changed bytes end in an error or in other values: never in a panic, nor in
// memory without bound.
func TestDamagedFilesNeverPanic(t *testing.T) {
	table := "a,b\n" + strings.Repeat("1,\"2\"\n", 50)
	for name, whole := range map[string][]byte{
		"x.parquet": []byte(parquetOf(t, []damaged{{"a", []string{"x"}, 1}, {"b", nil, 2}})),
		"x.csv.gz":  pack(t, ".gz", []byte(table)),
		"x.csv.zst": pack(t, ".zst", []byte(table)),
	} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(5, 6))
			failed := 0
			for range 1500 {
				content := bytes.Clone(whole)
				for range 1 + random.IntN(3) {
					content[random.IntN(len(content))] = byte(random.IntN(256))
				}
				if readDamaged(t, name, content) != io.EOF {
					failed++
				}
			}
			if failed == 0 {
				t.Error("no damage was noticed")
			}
		})
	}
}

// readDamaged reads all it can and returns why it stopped.
func readDamaged(t *testing.T, name string, content []byte) error {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rows, err := sources.NewRows(name, bytes.NewReader(content), int64(len(content)), sources.RowOptions{MaxLine: 1 << 12})
	if err == nil {
		for n := 0; err == nil || isBad(err); n++ {
			if n > 10_000 {
				t.Fatalf("a file of %d bytes gives no end of rows: %q", len(content), content)
			}
			_, err = rows.Next()
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	const most = 256 << 20
	if n := after.TotalAlloc - before.TotalAlloc; n > most {
		t.Fatalf("a file of %d bytes took %d MB: %q", len(content), n>>20, content)
	}
	return err
}
