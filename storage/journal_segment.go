package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"

	"github.com/osusume/osusume/recommender"
)

// A journalSegment says which files a full segment has become. Once it has its
// name, they count and the log does not.
type journalSegment struct {
	Number uint64 `json:"number"`
	// Generation counts how often the tables were written anew to forget users.
	Generation int        `json:"generation,omitempty"`
	Files      []fileInfo `json:"files"` // a table without rows has none
}

// segmentEnvelope is what stands in a segment's file; CRC is that of Segment.
type segmentEnvelope struct {
	Format  int             `json:"format"`
	CRC     string          `json:"crc32c"`
	Segment json.RawMessage `json:"segment"`
}

// writeSegment makes the tables of a segment count.
func (j *Journal) writeSegment(seg journalSegment) error {
	body, err := json.Marshal(seg)
	if err != nil {
		return err
	}
	b, err := json.Marshal(segmentEnvelope{recordFormat, crcText(crc32.Checksum(body, castagnoli)), body})
	if err != nil {
		return err
	}
	// The names of the tables must be durable before the segment's is.
	if err := j.fs.SyncDir(j.dir); err != nil {
		return err
	}
	name := j.path(segmentName(seg.Number))
	give := j.fs.RenameNew
	if seg.Generation > 0 {
		give = j.fs.Rename // it takes the place of the one before
	}
	if err := j.fs.Remove(name + temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := j.fs.Create(name + temporary)
	if err != nil {
		return err
	}
	if _, err = f.Write(append(b, '\n')); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return give(name+temporary, name)
}

// readSegment reads what writeSegment wrote; fs.ErrNotExist while it has not.
func (j *Journal) readSegment(number uint64) (seg journalSegment, err error) {
	name := j.path(segmentName(number))
	f, err := j.fs.Open(name)
	if err != nil {
		return seg, err
	}
	b, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
	if err = errors.Join(err, f.Close()); err != nil {
		return seg, fmt.Errorf("%s: %w", name, err)
	}
	if seg, err = decodeSegment(b); err == nil && seg.Number != number {
		err = fmt.Errorf("%w: it is segment %d", recommender.ErrCorrupt, seg.Number)
	}
	if err != nil {
		return seg, fmt.Errorf("%s: %w", name, err)
	}
	return seg, nil
}

func decodeSegment(b []byte) (seg journalSegment, err error) {
	var e segmentEnvelope
	if err := json.Unmarshal(b, &e); err != nil {
		return seg, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	if e.Format > recordFormat {
		return seg, fmt.Errorf("%w: format %d was written by a newer version; this one reads %d", recommender.ErrInvalid, e.Format, recordFormat)
	}
	if got := crcText(crc32.Checksum(e.Segment, castagnoli)); e.Format < 1 || got != e.CRC {
		return seg, fmt.Errorf("%w: format %d, checksum %s instead of %q", recommender.ErrCorrupt, e.Format, got, e.CRC)
	}
	if err := json.Unmarshal(e.Segment, &seg); err != nil {
		return seg, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	for _, f := range seg.Files {
		if seg.Generation < 0 || f.Name != generationName(f.Table, seg.Number, seg.Generation) || f.Rows <= 0 || f.Size < 0 {
			return seg, fmt.Errorf("%w: file %q cannot be", recommender.ErrCorrupt, f.Name)
		}
	}
	return seg, nil
}
