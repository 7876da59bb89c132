package storage

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// newest finds the newest committed state; an empty directory has number 0.
//
// A manifest gets its name only after its bytes are durable, so a crash leaves
// a torn one under a temporary name, where nobody looks. One that has its name
// was committed and perhaps acknowledged: if it is damaged, going back to the
// one before would lose acknowledged data in silence. That is ErrCorrupt, and
// a person decides (moving the named file away goes back by one commit).
func (w *Warehouse) newest() (*manifest, error) {
	names, err := w.fs.ReadDir(w.dir)
	if err != nil {
		return nil, err
	}
	m := &manifest{NextItem: 1}
	if numbers := manifestNumbers(names); len(numbers) > 0 {
		if m, err = w.readManifest(numbers[len(numbers)-1]); err != nil {
			return nil, err
		}
	}
	if at := w.o.At; at != 0 && at != m.Number {
		if at < m.Oldest || at > m.Number {
			return nil, w.notKept(at)
		}
		if m, err = w.readManifest(at); errors.Is(err, fs.ErrNotExist) {
			err = w.notKept(at)
		}
		return m, err
	}
	if w.o.ReadOnly {
		return m, nil // a writer may be at work, and the list of names is older than its files
	}
	for _, name := range names {
		if n := fileNumber(name); n > m.Number+1 {
			return nil, fmt.Errorf("%s: %w: it belongs to commit %d, but the newest manifest is %d", w.path(name), recommender.ErrCorrupt, n, m.Number)
		}
	}
	return m, nil
}

// manifestNumbers are the numbers of the manifests among names, ascending.
func manifestNumbers(names []string) []uint64 {
	var numbers []uint64
	for _, name := range names {
		if n, ok := manifestNumber(name); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

func (w *Warehouse) readManifest(number uint64) (*manifest, error) {
	name := w.path(manifestName(number))
	f, err := w.fs.Open(name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	m, err := decodeManifest(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if m.Number != number {
		return nil, fmt.Errorf("%s: %w: it is manifest %d", name, recommender.ErrCorrupt, m.Number)
	}
	return m, nil
}

func (w *Warehouse) notKept(version uint64) error {
	return fmt.Errorf("version %d is not kept: %w", version, recommender.ErrNotFound)
}

// retained are the manifests that stay, of all numbers, ascending:
// the newest, and those that were superseded less than Grace ago, but none that
// may hold what was deleted. blind says that one of them cannot be read.
func (w *Warehouse) retained(current *manifest, numbers []uint64) (keep []*manifest, blind bool) {
	since := w.o.Clock().Add(-max(w.o.Grace, 0)).UnixNano()
	superseded := int64(0) // when the one at hand was: the time of the one after it
	for i := len(numbers) - 1; i >= 0; i-- {
		n := numbers[i]
		if n < current.Oldest || len(numbers)-i > w.o.KeepVersions && (superseded <= since || w.o.Grace < 0) {
			break
		}
		m, err := w.readManifest(n)
		if err != nil {
			blind = true
			continue
		}
		superseded = m.Time
		keep = append(keep, m)
	}
	return keep, blind
}

// collect removes what no kept manifest names: older manifests and their files,
// and what interrupted commits left. Other people's files stay. Only a writer
// calls it, while no commit is under way. Where a manifest that is to be kept
// cannot be read, only what interrupted commits left is removed, since their
// names are wanted again.
func (w *Warehouse) collect(current *manifest) error {
	w.collected = w.o.Clock()
	names, err := w.fs.ReadDir(w.dir)
	if err != nil {
		return err
	}
	manifests, blind := w.retained(current, manifestNumbers(names))
	keep := map[string]bool{}
	for _, m := range manifests {
		keep[manifestName(m.Number)] = true
		for _, f := range m.Files {
			keep[f.Name] = true
		}
	}
	w.forgetFiles(keep)
	// Manifests go before the files they name.
	slices.SortStableFunc(names, func(a, b string) int {
		_, am := manifestNumber(a)
		_, bm := manifestNumber(b)
		switch {
		case am == bm:
			return 0
		case am:
			return -1
		}
		return 1
	})
	removed := false
	for _, name := range names {
		n := fileNumber(name)
		if keep[name] || n == 0 || blind && n <= current.Number {
			continue
		}
		if err := w.fs.Remove(w.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		removed = true
	}
	if !removed {
		return nil
	}
	return w.fs.SyncDir(w.dir)
}

// ownNames are the names of files that this package makes, and of no others: a
// person may keep "model-2024.bin" beside them.
var ownNames = regexp.MustCompile(`^(?:(?:` + strings.Join(parquetTables, "|") +
	`)-([0-9]{8,})-[0-9]+\.parquet|` + tableBlob + `-([0-9]{8,})-[0-9]+\.bin|manifest-([0-9]{8,})(?:\.json|-[0-9]+\.tmp))$`)

// fileNumber is the number of the commit that wrote a file of ours, or 0.
func fileNumber(name string) uint64 {
	m := ownNames.FindStringSubmatch(name)
	if m == nil {
		return 0
	}
	n, err := strconv.ParseUint(m[1]+m[2]+m[3], 10, 64) // one of them matched
	if err != nil {
		return 0
	}
	return n
}

// gone is the error for a file that a manifest names and that cannot be opened.
// Where the state itself was collected meanwhile, nothing is damaged: the
// reader is too far behind.
func (w *Warehouse) gone(err error) error {
	if s := w.state.Load(); w.o.ReadOnly && s != nil && errors.Is(err, fs.ErrNotExist) {
		if f, merr := w.fs.Open(w.path(manifestName(s.manifest.Number))); errors.Is(merr, fs.ErrNotExist) {
			return fmt.Errorf("version %d was collected, refresh or open again: %w", s.manifest.Number, err)
		} else if merr == nil {
			_ = f.Close()
		}
	}
	return fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
}
