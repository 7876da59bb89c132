package storage

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/osusume/osusume/recommender"
)

// Options are the options of [Open].
type Options struct {
	// ReadOnly opens without the writer's lock: any number of readers see the
	// state at their opening, or at their last [Warehouse.Refresh].
	ReadOnly bool
	// Workers is how many goroutines [Warehouse.Table] uses; 0 means as many as
	// there are processors. It does not change results.
	Workers int
	// CompactFiles is how many small files of a table are merged into a larger
	// one; 0 means 8. Fewer makes reading faster and writing slower: a row is
	// written about log(pages) / log(CompactFiles) times.
	CompactFiles int
	// KeepVersions is how many of the newest versions stay readable
	// ([Warehouse.At]); 0 means 8, which lets a reader be a few commits behind.
	KeepVersions int
	// Grace is how long a version stays after it was superseded, however many
	// came since; 0 means 10 minutes, in which any load or scan of a table ends;
	// negative means not at all. What is neither kept nor in grace is removed when
	// a writer opens or closes the directory, and now and then while it writes.
	Grace time.Duration
	// At opens an older version, for reading only; 0 means the newest. ErrNotFound
	// says that it is not kept.
	At uint64
	// Code names the program for models it publishes ([ModelInfo]); "" means the
	// main module's version and revision, as the Go linker recorded them.
	Code string
	// Clock tells the time of commits; nil means time.Now.
	Clock func() time.Time
}

func (o Options) withDefaults() (Options, error) {
	var faults []string
	if o.Workers < 0 {
		faults = append(faults, fmt.Sprintf("Workers %d < 0", o.Workers))
	}
	if o.CompactFiles == 0 {
		o.CompactFiles = 8
	}
	if o.KeepVersions < 0 {
		faults = append(faults, fmt.Sprintf("KeepVersions %d < 0", o.KeepVersions))
	}
	if o.At > 0 && !o.ReadOnly {
		faults = append(faults, fmt.Sprintf("At %d without ReadOnly: an older version cannot be written to", o.At))
	}
	if o.KeepVersions == 0 {
		o.KeepVersions = 8
	}
	if o.Grace == 0 {
		o.Grace = 10 * time.Minute
	}
	if o.Code == "" {
		o.Code = builtFrom()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.CompactFiles < 2 {
		faults = append(faults, fmt.Sprintf("CompactFiles %d < 2", o.CompactFiles))
	}
	if len(faults) > 0 {
		return o, fmt.Errorf("%w: options: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return o, nil
}

// builtFrom is what the linker recorded of the main module.
func builtFrom() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	parts := []string{info.Main.Path}
	if info.Main.Version != "" {
		parts[0] += "@" + info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" || s.Key == "vcs.modified" && s.Value == "true" {
			parts = append(parts, strings.TrimPrefix(s.Key, "vcs.")+" "+s.Value)
		}
	}
	return strings.Join(parts, " ")
}
