package storage

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/osusume/osusume/recommender"
)

// The kinds of entry in a record. An entry is its kind and its fields in the
// order of the struct: a text is its length and its bytes, a list its length and
// its texts, a number four bytes, a time its microseconds since 1970. Lengths
// and times are varints.
const (
	entryExposure = 1
	entryEvent    = 2
)

// The years that a journal keeps: beyond them, time.Time itself stops reading
// what it has written.
var (
	minTime = time.Time{}
	maxTime = time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
)

// checkEntries says whether an append may be stored.
func checkEntries(exposures []recommender.Exposure, events []recommender.Event) error {
	for i := range exposures {
		if err := checkExposure(&exposures[i]); err != nil {
			return fmt.Errorf("exposure %d: %w", i, err)
		}
	}
	for i := range events {
		e := &events[i]
		if err := recommender.CheckEvent(*e); err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
		if err := checkCommon(e.Time, string(e.User), string(e.Item), e.Experiment, e.Arm, e.Model); err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
	}
	return nil
}

func checkExposure(x *recommender.Exposure) error {
	if x.ID == "" {
		return fmt.Errorf("%w: exposure of user %q has an empty ID", recommender.ErrInvalid, x.User)
	}
	if err := checkCommon(x.Time, x.ID, string(x.User), x.Experiment, x.Arm, x.Model); err != nil {
		return err
	}
	for _, id := range x.Items {
		if err := checkText(string(id)); err != nil {
			return err
		}
	}
	return nil
}

func checkCommon(t time.Time, texts ...string) error {
	if t.Before(minTime) || t.After(maxTime) {
		return fmt.Errorf("%w: time %v is outside the years 1 to 9999", recommender.ErrInvalid, t)
	}
	for _, s := range texts {
		if err := checkText(s); err != nil {
			return err
		}
	}
	return nil
}

// checkText keeps out what would make a whole table unreadable for other tools.
func checkText(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%w: %q is not UTF-8", recommender.ErrInvalid, s)
	}
	return nil
}

// appendEntries encodes what checkEntries has let pass.
func appendEntries(dst []byte, exposures []recommender.Exposure, events []recommender.Event) []byte {
	for i := range exposures {
		x := &exposures[i]
		dst = append(dst, entryExposure)
		dst = appendTexts(dst, x.ID, string(x.User), x.Experiment, x.Arm, x.Model)
		dst = binary.AppendUvarint(dst, uint64(len(x.Items)))
		for _, id := range x.Items {
			dst = appendTexts(dst, string(id))
		}
		dst = binary.AppendVarint(dst, x.Time.UnixMicro())
	}
	for i := range events {
		e := &events[i]
		dst = append(dst, entryEvent)
		dst = appendTexts(dst, string(e.User), string(e.Item))
		dst = append(dst, byte(e.Kind))
		dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(e.Value))
		dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(e.Predicted))
		dst = appendTexts(dst, e.Experiment, e.Arm, e.Model)
		dst = binary.AppendVarint(dst, e.Time.UnixMicro())
	}
	return dst
}

func appendTexts(dst []byte, texts ...string) []byte {
	for _, s := range texts {
		dst = append(binary.AppendUvarint(dst, uint64(len(s))), s...)
	}
	return dst
}
