package storage

import (
	"context"
	"hash/crc32"
	"path"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/osusume/osusume/internal/faultfs"
)

// OpenFS is Open on another file system.
func OpenFS(fs faultfs.FS, dir string, o Options) (*Warehouse, error) { return openFS(fs, dir, o) }

// DecodeManifest reports whether b is a manifest, and its number.
func DecodeManifest(b []byte) (number uint64, err error) {
	m, err := decodeManifest(b)
	if err != nil {
		return 0, err
	}
	return m.Number, nil
}

// Forge puts other bytes in the place of a table's only file, under a manifest
// that fits them: what a writer with a fault would leave.
func Forge(fs *faultfs.Mem, manifest, table string, body []byte) error {
	m, err := decodeManifest(fs.Files()[manifest])
	if err != nil {
		return err
	}
	files := m.table(table, "")
	var sum blockSummer
	sum.add(body)
	files[0].Size, files[0].CRC, files[0].Blocks = int64(len(body)), crcText(crc32.Checksum(body, castagnoli)), sum.finish()
	b, err := encodeManifest(m.with(table, "", files))
	if err != nil {
		return err
	}
	fs.Corrupt(path.Join(path.Dir(manifest), files[0].Name), body)
	fs.Corrupt(manifest, b)
	return nil
}

// KnownFiles is how many files a handle remembers something of.
func KnownFiles(w *Warehouse) (n int) {
	w.checked.Range(func(any, any) bool { n++; return true })
	return n
}

// DropPageIndex makes a handle read files of ratings as if they did not say
// which users are on which page, as older ones do not.
func DropPageIndex(w *Warehouse) error {
	for _, info := range w.state.Load().manifest.table(tableRating, "") {
		f, err := w.openRatings(info)
		if err != nil {
			return err
		}
		if err := f.parse(); err != nil {
			return err
		}
		for _, g := range f.groups {
			g.last = nil
		}
		f.close()
	}
	return nil
}

// CheckFS and RepairFS are Check and Repair on another file system.
func CheckFS(ctx context.Context, fs faultfs.FS, dir string) (CheckReport, error) {
	r, _, err := checkFS(ctx, fs, dir, CheckOptions{})
	return r, err
}

func RepairFS(ctx context.Context, fs faultfs.FS, dir string) (RepairReport, error) {
	return repairFS(ctx, fs, dir, CheckOptions{})
}

// Columns are the columns of a table's files, in the words of docs/formats.md:
// name and type each.
func Columns(table string) (columns [][2]string) {
	for _, f := range tableSchema(table).Fields() {
		columns = append(columns, [2]string{f.Name(), words(f)})
	}
	return columns
}

// AllTables are the tables of a warehouse and of a journal.
func AllTables() []string { return append(slices.Clone(parquetTables), tableExposure, tableEvent) }

// SchemaOf is the schema that a table's files have.
func SchemaOf(table string) *parquet.Schema { return tableSchema(table) }

func words(n parquet.Node) string {
	var s string
	logical := any(nil)
	if t := n.Type().LogicalType(); t != nil {
		logical = t.Value
	}
	switch logical.(type) {
	case *format.ListType:
		element := n.Fields()[0].Fields()[0]
		if element.Leaf() {
			return "list of " + words(element)
		}
		var fields []string
		for _, f := range element.Fields() {
			name := "`" + f.Name() + "`"
			if w := words(f); w != "string" {
				name = w + " " + name
			}
			fields = append(fields, name)
		}
		return "list of (" + strings.Join(fields, ", ") + ")"
	case *format.StringType:
		s = "string"
	case *format.TimestampType:
		s = "timestamp (microseconds, UTC)"
	default:
		s = map[parquet.Kind]string{parquet.Boolean: "boolean", parquet.Int32: "int32", parquet.Int64: "int64", parquet.Float: "float", parquet.Double: "double", parquet.ByteArray: "bytes"}[n.Type().Kind()]
	}
	if n.Optional() {
		s = "optional " + s
	}
	if e := n.Encoding(); e != nil && e.Encoding() == format.RLEDictionary {
		s += ", dictionary"
	}
	return s
}
