package storage

import (
	"bytes"
	"io"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
)

// OpenJournalFS is OpenJournal on another file system.
func OpenJournalFS(fs faultfs.FS, dir string, o JournalOptions) (*Journal, error) {
	return openJournalFS(fs, dir, o)
}

// EncodeRecord is a record of one append, as it stands in a log.
func EncodeRecord(segment uint64, offset int64, exposures []recommender.Exposure, events []recommender.Event) []byte {
	b := appendEntries(make([]byte, headBytes), exposures, events)
	putHead(b, segment, offset)
	return b
}

// DecodeLog reads a log whole.
func DecodeLog(segment uint64, b []byte, last bool) (exposures []recommender.Exposure, events []recommender.Event, err error) {
	r := newLogReader("log", segment, bytes.NewReader(b), int64(len(b)))
	r.texts = sharedTexts{}
	for {
		xs, es, err := r.nextEntries(last)
		if err == io.EOF {
			return exposures, events, nil
		}
		if err != nil {
			return exposures, events, err
		}
		exposures, events = append(exposures, xs...), append(events, es...)
	}
}

// DecodeSegment reports whether b says what a segment consists of, and of which.
func DecodeSegment(b []byte) (number uint64, err error) {
	seg, err := decodeSegment(b)
	return seg.Number, err
}

// DecodeEntries reads what follows the head of a record.
func DecodeEntries(b []byte) ([]recommender.Exposure, []recommender.Event, error) {
	return decodeEntries(string(b), nil)
}
