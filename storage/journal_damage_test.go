package storage_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// filledJournal is a journal with two segments of tables and a log of three records.
func filledJournal(t *testing.T) *faultfs.Mem {
	t.Helper()
	mem := faultfs.NewMem()
	for n := range 2 {
		j := openJournal(t, mem, storage.JournalOptions{})
		check(t, j.Append(bg, exposure(n), event(n)))
		check(t, j.Close())
	}
	j := openJournal(t, mem, storage.JournalOptions{})
	for n := range 3 {
		check(t, j.Append(bg, exposure(2+n), event(2+n)))
	}
	left := mem.Crash(faultfs.LoseNone)
	check(t, j.Close())
	return left
}

// readJournal opens a journal, walks it, and returns the error and how many
// exposures there were.
func readJournal(mem *faultfs.Mem, o storage.JournalOptions) (n int, err error) {
	j, err := storage.OpenJournalFS(mem, dir, o)
	if err != nil {
		return 0, err
	}
	defer func() { _ = j.Close() }()
	for _, err := range j.Exposures(bg) {
		if err != nil {
			return n, err
		}
		n++
	}
	for _, err := range j.Events(bg) {
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func TestDamageOfAJournalIsFoundAndNamed(t *testing.T) {
	filled := filledJournal(t)
	for name, whole := range filled.Files() {
		log := strings.HasSuffix(name, ".log")
		end := len(whole)
		if log { // the last record cannot be told from a torn one
			end = bytes.LastIndex(whole, []byte("\xff\xffJ"))
		}
		for at := 0; at < end; at += max(1, end/12) {
			for _, o := range []storage.JournalOptions{{}, {ReadOnly: true}} {
				mem := filled.Crash(faultfs.LoseNone)
				b := bytes.Clone(whole)
				b[at] ^= 0x55
				mem.Corrupt(name, b)
				_, err := readJournal(mem, o)
				if !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), name) {
					t.Errorf("byte %d of %s changed, %+v: got error %v; want ErrCorrupt that names the file", at, name, o, err)
				}
			}
		}
		mem := filled.Crash(faultfs.LoseNone)
		mem.Corrupt(name, nil)
		n, err := readJournal(mem, storage.JournalOptions{ReadOnly: true})
		if first, last := strings.Contains(name, "segment-00000001"), log; first || last {
			continue // that is how retention looks, or a journal that was shorter
		}
		if !errors.Is(err, recommender.ErrCorrupt) || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: got %d exposures, error %v; want ErrCorrupt that names the file", name, n, err)
		}
	}
}

func TestAWriterRefusesTablesWithoutTheirSegment(t *testing.T) {
	mem := filledJournal(t)
	mem.Corrupt(dir+"/segment-00000001.json", nil)
	if _, err := readJournal(mem, storage.JournalOptions{}); !errors.Is(err, recommender.ErrCorrupt) || !strings.Contains(err.Error(), "segment-00000001.json") {
		t.Errorf("got error %v; want ErrCorrupt that names the segment", err)
	}
}

// A torn end is cut off at any byte; what comes before it stays.
func TestATornEndOfTheLastLogIsCutOff(t *testing.T) {
	const log = dir + "/wal-00000003.log"
	filled := filledJournal(t)
	whole := filled.Files()[log]
	var ends []int // of the records
	for n := range 3 {
		at := 0
		if n > 0 {
			at = ends[n-1]
		}
		ends = append(ends, at+len(storage.EncodeRecord(3, int64(at), exposure(2+n), event(2+n))))
	}
	for size := 0; size < len(whole); size += stride(7) {
		want := 2
		for _, end := range ends {
			if end <= size {
				want++
			}
		}
		for _, tail := range []string{"", "\x00\x00\x00", strings.Repeat("\xff", 100)} {
			mem := filled.Crash(faultfs.LoseNone)
			mem.Corrupt(log, append(bytes.Clone(whole[:size]), tail...))
			if n, err := readJournal(mem, storage.JournalOptions{ReadOnly: true}); n != want || err != nil {
				t.Fatalf("%d bytes of the log and %q, read only: got %d exposures, %v; want %d", size, tail, n, err, want)
			}
			if size%(48*stride(7)) > 0 && size+1 < len(whole) {
				continue // making tables takes its time
			}
			if n, err := readJournal(mem, storage.JournalOptions{}); n != want || err != nil {
				t.Fatalf("%d bytes of the log and %q: got %d exposures, %v; want %d", size, tail, n, err, want)
			}
		}
	}
}

// Only the last log may be torn: the next one begins when it is durable.
func TestATornLogBeforeTheLastIsDamage(t *testing.T) {
	const log = dir + "/wal-00000003.log"
	for _, size := range []int{0, 10, 150} {
		for _, o := range []storage.JournalOptions{{ReadOnly: true}, {}} {
			mem := filledJournal(t)
			mem.Corrupt(log, mem.Files()[log][:size])
			mem.Corrupt(dir+"/wal-00000004.log", storage.EncodeRecord(4, 0, exposure(5), nil))
			if _, err := readJournal(mem, o); !errors.Is(err, recommender.ErrCorrupt) || !strings.Contains(err.Error(), log) {
				t.Errorf("%d bytes: got error %v; want ErrCorrupt that names the log", size, err)
			}
		}
	}
}

// A segment that has its tables is not counted again if its log comes back.
func TestALogWithTablesIsNotCountedTwice(t *testing.T) {
	mem := filledJournal(t)
	mem.Corrupt(dir+"/wal-00000002.log", storage.EncodeRecord(2, 0, exposure(1), event(1)))
	for _, o := range []storage.JournalOptions{{ReadOnly: true}, {}} {
		if n, err := readJournal(mem, o); n != 5 || err != nil {
			t.Errorf("%+v: got %d exposures, %v; want 5", o, n, err)
		}
	}
	if _, ok := mem.Files()[dir+"/wal-00000002.log"]; ok {
		t.Error("the log is still there; want it removed")
	}
}

func TestANewerFormatOfAJournalIsRefusedByName(t *testing.T) {
	record := storage.EncodeRecord(1, 0, exposure(0), nil)
	record[3]++
	sum := crc32.Checksum(append(bytes.Clone(record[:24]), record[28:]...), crc32.MakeTable(crc32.Castagnoli))
	binary.LittleEndian.PutUint32(record[24:], sum)
	for name, b := range map[string][]byte{"segment-00000001.json": []byte(`{"format":2}`), "wal-00000001.log": record} {
		for _, o := range []storage.JournalOptions{{ReadOnly: true}, {}} {
			mem := faultfs.NewMem()
			mem.Corrupt(dir+"/"+name, b)
			mem.Corrupt(dir+"/wal-00000001.log", record)
			if _, err := readJournal(mem, o); !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s, %+v: got error %v; want ErrInvalid that names the file", name, o, err)
			}
		}
	}
}

func TestAWriterRemovesWhatWasBeingWrittenAndNothingElse(t *testing.T) {
	mem := filledJournal(t)
	mem.Corrupt(dir+"/segment-00000001.json.tmp", []byte("x"))
	mem.Corrupt(dir+"/fact_event-00000002.parquet.tmp", []byte("x"))
	for _, name := range []string{"notes.tmp", "segment-1.json.tmp", "wal-00000009.log.bak"} {
		mem.Corrupt(dir+"/"+name, []byte("x"))
	}
	if n, err := readJournal(mem, storage.JournalOptions{}); n != 5 || err != nil {
		t.Errorf("got %d exposures, %v; want 5", n, err)
	}
	var got []string
	for _, name := range journalFiles(mem) {
		if !strings.HasSuffix(name, ".json") && !strings.HasSuffix(name, ".parquet") {
			got = append(got, name)
		}
	}
	if diff := cmp.Diff([]string{"notes.tmp", "segment-1.json.tmp", "wal-00000009.log.bak"}, got); diff != "" {
		t.Errorf("files that are neither segments nor tables (-want +got):\n%s", diff)
	}
}
