package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
)

// CheckOptions are the options of [Check] and [Repair].
type CheckOptions struct {
	// Progress is called after every file with the bytes read so far and in all,
	// in this goroutine.
	Progress func(done, total int64)
}

// A Damage is a file that is not what its manifest says.
type Damage struct {
	File     string // its path
	Err      error
	Versions []uint64 // that need it, ascending
}

// A CheckReport says what is in a warehouse's directory.
type CheckReport struct {
	Newest uint64   // the number of the newest manifest; 0 for an empty warehouse
	Whole  []uint64 // versions of which every file is whole, ascending
	Damage []Damage // by file
	Files  int      // that were compared
	Bytes  int64    // of them
}

// Err is nil for a report without damage; else ErrCorrupt, which names every
// damaged file.
func (r CheckReport) Err() error {
	errs := make([]error, len(r.Damage))
	for i, d := range r.Damage {
		errs[i] = fmt.Errorf("%s: %w", d.File, d.Err)
	}
	return errors.Join(errs...)
}

// Check compares every file of every kept version with its manifest: size and
// checksum of the whole, and the footer of tables. It takes no lock and changes
// nothing; it reads everything once. Damage is in the report; the error says
// that the directory could not be looked at. A writer at work may collect a
// version while it is checked, which is no damage.
func Check(ctx context.Context, dir string, o CheckOptions) (CheckReport, error) {
	r, _, err := checkFS(ctx, faultfs.OS{}, dir, o)
	if err != nil {
		return r, fmt.Errorf("storage: check warehouse %s: %w", dir, err)
	}
	return r, nil
}

func checkFS(ctx context.Context, fsys faultfs.FS, dir string, o CheckOptions) (r CheckReport, manifests map[uint64]*manifest, err error) {
	w := &Warehouse{dir: dir, fs: fsys}
	names, err := fsys.ReadDir(dir)
	if err != nil {
		return r, nil, err
	}
	manifests = map[uint64]*manifest{}
	numbers := manifestNumbers(names)
	oldest := uint64(0)
	for _, n := range numbers {
		r.Newest = n
		m, err := w.readManifest(n)
		switch {
		case errors.Is(err, fs.ErrNotExist): // collected
		case err != nil:
			r.Damage = append(r.Damage, Damage{w.path(manifestName(n)), unnamed(err, w.path(manifestName(n))), []uint64{n}})
		default:
			manifests[n] = m
			oldest = max(oldest, m.Oldest)
		}
	}
	users := map[string][]uint64{}
	infos := map[string]fileInfo{}
	var total int64
	for _, n := range numbers {
		m := manifests[n]
		if m == nil || n < oldest { // what was deleted is not to come back
			delete(manifests, n)
			continue
		}
		for _, f := range m.Files {
			if users[f.Name] == nil {
				infos[f.Name] = f
				total += f.Size
			}
			users[f.Name] = append(users[f.Name], n)
		}
	}
	bad := map[uint64]bool{}
	sorted := make([]string, 0, len(infos))
	for name := range infos {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	for _, name := range sorted {
		if err := ctx.Err(); err != nil {
			return r, nil, err
		}
		if err := w.checkFile(infos[name]); err != nil {
			var needed []uint64
			for _, n := range users[name] {
				if _, gone := w.readManifest(n); !errors.Is(gone, fs.ErrNotExist) {
					needed, bad[n] = append(needed, n), true
				}
			}
			if needed != nil {
				r.Damage = append(r.Damage, Damage{w.path(name), unnamed(err, w.path(name)), needed})
			}
		}
		r.Files++
		if r.Bytes += infos[name].Size; o.Progress != nil {
			o.Progress(r.Bytes, total)
		}
	}
	for _, n := range numbers {
		if manifests[n] != nil && !bad[n] {
			r.Whole = append(r.Whole, n)
		}
	}
	slices.SortFunc(r.Damage, func(a, b Damage) int { return strings.Compare(a.File, b.File) })
	return r, manifests, nil
}

// unnamed keeps a name from standing twice.
func unnamed(err error, name string) error {
	if text := err.Error(); strings.HasPrefix(text, name+": ") {
		if inner := errors.Unwrap(err); inner != nil && strings.HasSuffix(text, inner.Error()) {
			return inner
		}
	}
	return err
}

// checkFile compares a file as a whole.
func (w *Warehouse) checkFile(info fileInfo) error {
	raw, err := w.fs.Open(w.path(info.Name))
	if err != nil {
		return fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	defer func() { _ = raw.Close() }()
	if err := verify(raw, info); err != nil {
		return err
	}
	if _, err := blocksOf(info); err != nil {
		return err
	}
	if info.Table == tableBlob {
		return nil
	}
	whole := &checkedFile{raw, &fileState{}}
	if info.Table == tableRating {
		return w.guard(info, (&ratingFile{raw: whole, info: info}).parse)
	}
	return w.parse(&dataFile{raw: whole, info: info})
}

// A RepairReport says what [Repair] has done.
type RepairReport struct {
	Check    CheckReport
	Restored uint64   // the version whose state is the newest again; 0: nothing had to be done
	Version  uint64   // the number under which it is
	Lost     []uint64 // versions whose changes are not in it, ascending
	Aside    []string // damaged manifests, under their new names
}

// Repair makes the newest whole version the current state again, as a new
// version, where the newest version is damaged. Damaged manifests are renamed to
// end in ".damaged", data files are left as they are. It takes the writer's
// lock. What was committed after the restored version is lost; the report says
// which versions these are. ErrCorrupt: no version is whole, and nothing was
// changed.
func Repair(ctx context.Context, dir string, o CheckOptions) (RepairReport, error) {
	r, err := repairFS(ctx, faultfs.OS{}, dir, o)
	if err != nil {
		return r, fmt.Errorf("storage: repair warehouse %s: %w", dir, err)
	}
	return r, nil
}

func repairFS(ctx context.Context, fsys faultfs.FS, dir string, o CheckOptions) (r RepairReport, err error) {
	options, err := Options{}.withDefaults()
	if err != nil {
		return r, err
	}
	w := &Warehouse{dir: dir, fs: fsys, o: options}
	if _, err := fsys.ReadDir(dir); err != nil {
		return r, err
	}
	lock, err := fsys.Lock(w.path("LOCK"), owner())
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	var manifests map[uint64]*manifest
	if r.Check, manifests, err = checkFS(ctx, fsys, dir, o); err != nil {
		return r, err
	}
	whole := r.Check.Whole
	newest := r.Check.Newest
	names, err := fsys.ReadDir(dir)
	if err != nil {
		return r, err
	}
	top := newest // files of a manifest that is gone say that there was one
	for _, name := range names {
		if n := fileNumber(name); n > newest+1 {
			top = max(top, n)
		}
	}
	if top == newest && (newest == 0 || len(whole) > 0 && whole[len(whole)-1] == newest) {
		return r, nil
	}
	if len(whole) == 0 {
		return r, errors.Join(fmt.Errorf("%w: no version is whole", recommender.ErrCorrupt), r.Check.Err())
	}
	from := whole[len(whole)-1]
	next := *manifests[from]
	w.state.Store(&snapshot{manifest: &manifest{Number: top}})
	c := w.begin()
	if err := c.finish(&next); err != nil {
		return r, err
	}
	r.Restored, r.Version = from, c.number
	for n := from + 1; n <= top; n++ {
		r.Lost = append(r.Lost, n)
	}
	for _, d := range r.Check.Damage {
		if _, ok := manifestNumber(filepath.Base(d.File)); !ok {
			continue
		}
		aside := d.File + ".damaged"
		if err := fsys.RenameNew(d.File, aside); err != nil && !errors.Is(err, os.ErrNotExist) {
			return r, err
		}
		r.Aside = append(r.Aside, aside)
	}
	return r, fsys.SyncDir(dir)
}
