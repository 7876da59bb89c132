package storage

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// temporary is behind the name of a file that is being written.
const temporary = ".tmp"

func logName(number uint64) string     { return fmt.Sprintf("wal-%08d.log", number) }
func segmentName(number uint64) string { return fmt.Sprintf("segment-%08d.json", number) }
func tableName(table string, number uint64) string {
	return fmt.Sprintf("%s-%08d.parquet", table, number)
}

// generationName is the name of a table that was written anew.
func generationName(table string, number uint64, generation int) string {
	if generation == 0 {
		return tableName(table, number)
	}
	return fmt.Sprintf("%s-%08d-%d.parquet", table, number, generation)
}

// A listing is what stands in a journal's directory, by segment.
type listing struct {
	logs, segments, tables map[uint64]bool
	temporary              []string
	again                  map[uint64][]string // tables that were written anew, by segment
}

// span is the lowest number of a segment and the one after the highest; 1, 1
// in an empty journal.
func (l *listing) span() (first, next uint64) {
	numbers := slices.Collect(maps.Keys(l.logs))
	numbers = slices.AppendSeq(numbers, maps.Keys(l.segments))
	if len(numbers) == 0 {
		return 1, 1
	}
	return slices.Min(numbers), slices.Max(numbers) + 1
}

func listingOf(names []string) *listing {
	l := &listing{logs: map[uint64]bool{}, segments: map[uint64]bool{}, tables: map[uint64]bool{}, again: map[uint64][]string{}}
	for _, name := range names {
		stem, isTemporary := strings.CutSuffix(name, temporary)
		if number, ok := generationOf(stem); ok {
			if isTemporary {
				l.temporary = append(l.temporary, name)
			} else {
				l.again[number] = append(l.again[number], name)
			}
			continue
		}
		for _, kind := range []struct {
			prefix string
			name   func(uint64) string
			set    map[uint64]bool
		}{
			{"wal-", logName, l.logs},
			{"segment-", segmentName, l.segments},
			{tableExposure + "-", func(n uint64) string { return tableName(tableExposure, n) }, l.tables},
			{tableEvent + "-", func(n uint64) string { return tableName(tableEvent, n) }, l.tables},
		} {
			rest, ok := strings.CutPrefix(stem, kind.prefix)
			digits, _, _ := strings.Cut(rest, ".")
			number, err := strconv.ParseUint(digits, 10, 64)
			switch {
			case !ok || err != nil || kind.name(number) != stem: // not ours
			case isTemporary:
				l.temporary = append(l.temporary, name)
			default:
				kind.set[number] = true
			}
		}
	}
	return l
}

var generations = regexp.MustCompile(`^(?:` + tableExposure + `|` + tableEvent + `)-([0-9]{8,})-[1-9][0-9]*\.parquet$`)

// generationOf is the segment of a table that was written anew.
func generationOf(name string) (number uint64, ok bool) {
	m := generations.FindStringSubmatch(name)
	if m == nil {
		return 0, false
	}
	number, err := strconv.ParseUint(m[1], 10, 64)
	return number, err == nil
}

// list lists the directory while a writer may be at work. One pass over a
// directory can miss a segment whose log goes while its tables come; but then
// the next pass differs.
func (j *Journal) list(ctx context.Context) (*listing, error) {
	before, err := j.fs.ReadDir(j.dir)
	for err == nil {
		var names []string
		if names, err = j.fs.ReadDir(j.dir); err == nil && slices.Equal(names, before) {
			return listingOf(names), nil
		}
		before, err = names, cmp.Or(err, ctx.Err())
	}
	return nil, err
}

// replay brings what an earlier writer left into order: it removes what was
// being written, and makes tables of logs. Only the last log may end in a torn
// record, for no log begins before all of the one before it is durable.
func (j *Journal) replay() error {
	names, err := j.fs.ReadDir(j.dir)
	if err != nil {
		return err
	}
	l := listingOf(names)
	first, next := l.span()
	for _, number := range slices.Sorted(maps.Keys(l.tables)) {
		if !l.logs[number] && !l.segments[number] {
			return j.missing(number)
		}
	}
	for number := first; number < next; number++ {
		if !l.logs[number] && !l.segments[number] {
			return j.missing(number)
		}
	}
	for _, name := range l.temporary {
		if err := j.fs.Remove(j.path(name)); err != nil {
			return err
		}
	}
	for _, number := range slices.Sorted(maps.Keys(l.again)) {
		if err := j.removeStale(number, l.again[number]); err != nil {
			return err
		}
	}
	last := next
	for _, number := range slices.Sorted(maps.Keys(l.logs)) {
		kept, err := j.rollSegment(number, number == last-1)
		if err != nil {
			return err
		}
		if !kept {
			next = number // the last one, and empty
		}
	}
	j.first, j.next = min(first, next), next
	return nil
}

func (j *Journal) missing(number uint64) error {
	return fmt.Errorf("%s: %w: it is missing, and so is %s", j.path(segmentName(number)), recommender.ErrCorrupt, logName(number))
}
