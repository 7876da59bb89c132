package sources_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/osusume/osusume/sources"
)

const benchRows = 100_000

type benchRating struct {
	User   int32   `parquet:"user"`
	Item   int32   `parquet:"item"`
	Rating float32 `parquet:"rating"`
	Time   int64   `parquet:"time,delta"`
}

// benchFiles is the same ratings in every format.
func benchFiles(b *testing.B) map[string]string {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	ratings := make([]benchRating, benchRows)
	var csv, quoted, jsonl, list strings.Builder
	csv.WriteString("user,item,rating,time\n")
	quoted.WriteString("user,item,rating,time\n")
	for i := range ratings {
		r := benchRating{int32(i / 50), random.Int32N(5000), float32(1+random.IntN(10)) / 2, int64(9e8) + int64(i)}
		ratings[i] = r
		fmt.Fprintf(&csv, "%d,%d,%v,%d\n", r.User, r.Item, r.Rating, r.Time)
		fmt.Fprintf(&quoted, "\"%d\",\"%d\",\"%v\",\"%d\"\n", r.User, r.Item, r.Rating, r.Time)
		fmt.Fprintf(&jsonl, `{"user":%d,"item":%d,"rating":%v,"time":%d}`+"\n", r.User, r.Item, r.Rating, r.Time)
		if i%50 == 0 {
			fmt.Fprintf(&list, "\n%d", r.User)
		}
		fmt.Fprintf(&list, " %d", r.Item)
	}
	return map[string]string{
		"csv": csv.String(), "quoted.csv": quoted.String(), "tsv": strings.ReplaceAll(csv.String(), ",", "\t"),
		"jsonl": jsonl.String(), "txt": strings.TrimPrefix(list.String(), "\n"), "parquet": parquetOf(b, ratings),
		"csv.gz": string(pack(b, ".gz", []byte(csv.String()))), "csv.zst": string(pack(b, ".zst", []byte(csv.String()))),
	}
}

var benchOrder = []string{"csv", "quoted.csv", "tsv", "jsonl", "txt", "parquet", "csv.gz", "csv.zst"}

func BenchmarkRows(b *testing.B) {
	files := benchFiles(b)
	for _, name := range benchOrder {
		b.Run("format="+name, func(b *testing.B) {
			content := []byte(files[name])
			b.ReportAllocs()
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				rows, err := sources.NewRows("x."+name, bytes.NewReader(content), int64(len(content)), sources.RowOptions{})
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for ; ; n++ {
					if _, err := rows.Next(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
				if n != benchRows {
					b.Fatalf("%d rows, want %d", n, benchRows)
				}
				if err := rows.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkRatings(b *testing.B) {
	files := benchFiles(b)
	for _, name := range benchOrder {
		b.Run("format="+name, func(b *testing.B) {
			s := sources.Ratings{Path: write(b, "x."+strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst"), files[name]), Catalogue: "bench"}
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for p, err := range s.Pages(context.Background(), "") {
					if err != nil {
						b.Fatal(err)
					}
					n += len(p.Interactions)
				}
				if n != benchRows {
					b.Fatalf("%d interactions, want %d", n, benchRows)
				}
			}
			b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkCatalogue(b *testing.B) {
	var jsonl strings.Builder
	const n = 10_000
	text := strings.Repeat("A wind rises &amp; a song begins.<br>", 20)
	for i := range n {
		fmt.Fprintf(&jsonl, `{"id":%d,"title":"Song %d","japanese":"歌 %d","synonyms":["S%d","歌"],"type":"TV","episodes":12,"year":2004,"genres":["Drama","Music"],"synopsis":"%s"}`+"\n", i, i, i, i, text)
	}
	s := sources.Catalogue{Path: write(b, "mal.jsonl", jsonl.String())}
	b.ReportAllocs()
	b.SetBytes(int64(jsonl.Len()))
	for b.Loop() {
		items := 0
		for p, err := range s.Pages(context.Background(), "") {
			if err != nil {
				b.Fatal(err)
			}
			items += len(p.Items)
		}
		if items != n {
			b.Fatalf("%d items, want %d", items, n)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

func BenchmarkResume(b *testing.B) {
	files := benchFiles(b)
	for _, name := range benchOrder {
		b.Run("format="+name, func(b *testing.B) {
			content := []byte(files[name])
			rows, err := sources.NewRows("x."+name, bytes.NewReader(content), int64(len(content)), sources.RowOptions{})
			if err != nil {
				b.Fatal(err)
			}
			for range benchRows - 1 {
				if _, err := rows.Next(); err != nil {
					b.Fatal(err)
				}
			}
			from := rows.Cursor()
			if err := rows.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				rows, err := sources.NewRows("x."+name, bytes.NewReader(content), int64(len(content)), sources.RowOptions{From: from})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := rows.Next(); err != nil {
					b.Fatal(err)
				}
				if err := rows.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
