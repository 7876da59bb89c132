package storage

import (
	"context"
	"hash/crc32"
	"path"

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
