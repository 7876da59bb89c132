package storage

import (
	"context"

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

// CheckFS and RepairFS are Check and Repair on another file system.
func CheckFS(ctx context.Context, fs faultfs.FS, dir string) (CheckReport, error) {
	r, _, err := checkFS(ctx, fs, dir, CheckOptions{})
	return r, err
}

func RepairFS(ctx context.Context, fs faultfs.FS, dir string) (RepairReport, error) {
	return repairFS(ctx, fs, dir, CheckOptions{})
}
