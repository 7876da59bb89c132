package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// tastes is what a foreign model is about: users and items of three tastes, with
// IDs whose orders all differ.
type tastes struct {
	users, items []string    // in order of first appearance in train
	rows         [][2]string // of train
	rest         [][2]string // of test
}

const kinds = 3

// newTastes gives user n, of 40, the 24 items of its taste, n modulo 3. IDs are n
// times a factor that 3 does not divide, plus an offset, with a suffix.
func newTastes(factor, offset int, suffix string) tastes {
	r := rand.New(rand.NewPCG(3, 3))
	var w tastes
	id := func(n int) string { return strconv.Itoa(factor*n+offset) + suffix }
	users, items := r.Perm(40), r.Perm(24)
	for _, u := range users {
		for _, i := range items {
			if u%kinds != i%kinds {
				continue
			}
			if r.IntN(4) == 0 {
				w.rest = append(w.rest, [2]string{id(u), id(i)})
			} else {
				w.rows = append(w.rows, [2]string{id(u), id(i)})
			}
		}
	}
	r.Shuffle(len(w.rows), func(a, b int) { w.rows[a], w.rows[b] = w.rows[b], w.rows[a] })
	for _, row := range w.rows {
		if !slices.Contains(w.users, row[0]) {
			w.users = append(w.users, row[0])
		}
		if !slices.Contains(w.items, row[1]) {
			w.items = append(w.items, row[1])
		}
	}
	return w
}

// files writes train and test.
func (w tastes) files(t *testing.T) (train, test string) {
	t.Helper()
	table := func(rows [][2]string) string {
		var b strings.Builder
		b.WriteString("user,item\n")
		for _, row := range rows {
			fmt.Fprintf(&b, "%s,%s\n", row[0], row[1])
		}
		return b.String()
	}
	return write(t, "train.csv", table(w.rows)), write(t, "test.csv", table(w.rest))
}

// factorOf is what a model that knows everything has for an ID: 1 at its taste,
// and nothing for who has none.
func factorOf(id string) []float32 {
	f := make([]float32, kinds)
	if n, err := strconv.Atoi(strings.TrimRight(id, "xé")); err == nil {
		f[n%kinds] = 1
	}
	return f
}

func factorsOf(ids []string) [][]float32 {
	var rows [][]float32
	for _, id := range ids {
		rows = append(rows, factorOf(id))
	}
	return rows
}

// npz writes factors as NumPy does, with IDs where there are some.
func npz(t *testing.T, users, items [][]float32, userIDs, itemIDs []string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	array := func(name, descr, shape string, data []byte) {
		w, err := z.Create(name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", descr, shape)
		if _, err := w.Write(append(append([]byte("\x93NUMPY\x01\x00"), byte(len(head)), 0), append([]byte(head), data...)...)); err != nil {
			t.Fatal(err)
		}
	}
	for name, rows := range map[string][][]float32{"user_factors": users, "item_factors": items} {
		var data []byte
		for _, row := range rows {
			for _, x := range row {
				data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
			}
		}
		array(name, "<f4", fmt.Sprintf("(%d, %d)", len(rows), kinds), data)
	}
	for name, ids := range map[string][]string{"users": userIDs, "items": itemIDs} {
		if ids == nil {
			continue
		}
		var data []byte
		for _, id := range ids {
			data = append(data, id...)
			data = append(data, make([]byte, 8-len(id))...)
		}
		array(name, "|S8", fmt.Sprintf("(%d,)", len(ids)), data)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, "model.npz", b.String())
}

// byNumber is rows from 0 on where the row n+off is that of ID n.
func byNumber(ids []string, off int) []string {
	rows := make([]string, 0)
	for _, id := range ids {
		n, _ := strconv.Atoi(id)
		for len(rows) <= n+off {
			rows = append(rows, "")
		}
		rows[n+off] = id
	}
	return rows
}

func sortedBy(ids []string, key func(string) string) []string {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b string) int { return strings.Compare(key(a), key(b)) })
	return ids
}

func asText(id string) string { return id }

func padded(id string) string { return fmt.Sprintf("%9s", id) }

// sparkFactors is a row as Spark 3 writes it: an optional list of floats.
type sparkFactors struct {
	ID       int32     `parquet:"id"`
	Features []float32 `parquet:"features,list"`
}

// spark writes a directory as ALSModel.save does, with the rows dealt out to parts.
func spark(t *testing.T, users, items []sparkFactors) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "als")
	put := func(name string, data []byte) {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	put("metadata/part-00000", []byte(`{"class":"org.apache.spark.ml.recommendation.ALSModel","timestamp":1,"sparkVersion":"3.5.1","uid":"als_1","paramMap":{},"defaultParamMap":{},"rank":3}`+"\n"))
	put("metadata/_SUCCESS", nil)
	for name, rows := range map[string][]sparkFactors{"userFactors": users, "itemFactors": items} {
		put(name+"/_SUCCESS", nil)
		put(name+"/.part-00000.snappy.parquet.crc", []byte("crc"))
		for part := range 3 {
			var own []sparkFactors
			for n := part; n < len(rows); n += 3 {
				own = append(own, rows[n])
			}
			var b bytes.Buffer
			w := parquet.NewGenericWriter[sparkFactors](&b, parquet.Compression(&parquet.Snappy))
			if _, err := w.Write(own); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			put(fmt.Sprintf("%s/part-%05d-c000.snappy.parquet", name, part), b.Bytes())
		}
	}
	return dir
}

// keyed gives rows the keys of key; IDs for which it is negative have none.
func keyed(ids []string, key func(place int, id string) int) []sparkFactors {
	var rows []sparkFactors
	for place, id := range ids {
		if k := key(place, id); k >= 0 {
			rows = append(rows, sparkFactors{int32(k), factorOf(id)})
		}
	}
	return rows
}
