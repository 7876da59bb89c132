package storage

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/osusume/osusume/recommender"
)

// decodeEntries is the inverse of appendEntries. Where texts is nil, the texts of
// the entries are parts of s and hold all of it in memory: for whoever is done
// with them soon. Else they are copies, and equal ones share one.
func decodeEntries(s string, texts sharedTexts) (exposures []recommender.Exposure, events []recommender.Event, err error) {
	d := decoder{s: s, texts: texts}
	for len(d.s) > 0 && !d.bad {
		switch kind := d.byte(); kind {
		case entryExposure:
			x := recommender.Exposure{
				ID: d.unique(), User: recommender.UserID(d.text()), Experiment: d.text(), Arm: d.text(), Model: d.text(),
			}
			if n := d.length(); n > 0 { // a text takes a byte at least, so n bounds nothing absurd
				x.Items = make([]recommender.ItemID, n)
			}
			for i := range x.Items {
				x.Items[i] = recommender.ItemID(d.text())
			}
			x.Time = d.time()
			exposures = append(exposures, x)
		case entryEvent:
			events = append(events, recommender.Event{
				User: recommender.UserID(d.text()), Item: recommender.ItemID(d.text()), Kind: recommender.EventKind(d.byte()),
				Value: d.float(), Predicted: d.float(), Experiment: d.text(), Arm: d.text(), Model: d.text(), Time: d.time(),
			})
		default:
			d.bad = true
		}
	}
	if d.bad {
		return nil, nil, errors.New("an entry does not decode")
	}
	return exposures, events, nil
}

// sharedTexts are texts seen before: users, items, arms and models come again
// and again.
type sharedTexts map[string]string

// copy is a copy of s, the same as the last time if it is remembered.
func (t sharedTexts) copy(s string) string {
	if known, ok := t[s]; ok {
		return known
	}
	if len(t) >= 1<<16 { // bounds memory; what is frequent is soon there again
		clear(t)
	}
	s = strings.Clone(s)
	t[s] = s
	return s
}

// A decoder takes values off the front of s. After a value that is not there it
// is bad and returns zeros.
type decoder struct {
	s     string
	texts sharedTexts
	bad   bool
}

func (d *decoder) take(n int) string {
	if n < 0 || n > len(d.s) {
		d.bad, d.s = true, ""
		return ""
	}
	s := d.s[:n]
	d.s = d.s[n:]
	return s
}

func (d *decoder) byte() byte {
	if s := d.take(1); s != "" {
		return s[0]
	}
	return 0
}

func (d *decoder) float() float32 {
	if s := d.take(4); s != "" {
		return math.Float32frombits(uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24)
	}
	return 0
}

// uvarint is binary.Uvarint of a string.
func (d *decoder) uvarint() uint64 {
	if d.s != "" && d.s[0] < 0x80 { // nearly every length
		return uint64(d.take(1)[0])
	}
	var b [binary.MaxVarintLen64]byte
	n, size := binary.Uvarint(b[:copy(b[:], d.s)])
	if size <= 0 {
		d.take(-1)
		return 0
	}
	d.take(size)
	return n
}

// length is a number that cannot exceed the bytes that follow it.
func (d *decoder) length() int {
	n := d.uvarint()
	if n > uint64(len(d.s)) {
		d.take(-1)
		return 0
	}
	return int(n)
}

// text is one that others may be equal to, unique one that none is.
func (d *decoder) text() string {
	s := d.take(d.length())
	if d.texts == nil {
		return s
	}
	return d.texts.copy(s)
}

func (d *decoder) unique() string {
	s := d.take(d.length())
	if d.texts == nil {
		return s
	}
	return strings.Clone(s)
}

func (d *decoder) time() time.Time {
	u := d.uvarint()
	if d.bad {
		return time.Time{}
	}
	return microTime(int64(u>>1) ^ -int64(u&1)) // zigzag
}

// microTime is a time as a journal keeps it; the year 1 comes back as the zero time.
func microTime(micro int64) time.Time { return time.UnixMicro(micro).UTC() }
