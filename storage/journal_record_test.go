package storage_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

var bg = context.Background()

// Whatever stands in a log: no panic, no other error than those two, and what
// is read reads the same when it is written again.
func FuzzLog(f *testing.F) {
	one := storage.EncodeRecord(1, 0, exposure(0), event(0))
	two := append(bytes.Clone(one), storage.EncodeRecord(1, int64(len(one)), nil, event(1))...)
	f.Add(one, true)
	f.Add(two, false)
	f.Add(two[:len(two)-3], true)
	f.Add([]byte{}, true)
	f.Add([]byte("\xff\xffJ\x02"), true)
	f.Fuzz(func(t *testing.T, b []byte, last bool) {
		exposures, events, err := storage.DecodeLog(1, b, last)
		if err != nil && !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("got error %v; want ErrCorrupt or ErrInvalid", err)
		}
		if err != nil || len(b) == 0 {
			return
		}
		wantRoundTrip(t, exposures, events)
	})
}

// Entries under a checksum that is right: what a fuzzer of logs hardly reaches.
func FuzzEntries(f *testing.F) {
	f.Add(storage.EncodeRecord(1, 0, exposure(0), event(0))[28:])
	f.Add(storage.EncodeRecord(1, 0, []recommender.Exposure{{ID: "x"}}, nil)[28:])
	f.Add([]byte{1, 1, 'x', 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		exposures, events, err := storage.DecodeEntries(b)
		if err == nil {
			wantRoundTrip(t, exposures, events)
		}
	})
}

func wantRoundTrip(t *testing.T, exposures []recommender.Exposure, events []recommender.Event) {
	t.Helper()
	again := storage.EncodeRecord(1, 0, exposures, events)
	gotExposures, gotEvents, err := storage.DecodeLog(1, again, false)
	if err != nil {
		t.Fatalf("what was read does not read again: %v", err)
	}
	if diff := cmp.Diff(exposures, gotExposures); diff != "" {
		t.Errorf("exposures (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(events, gotEvents, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func FuzzSegment(f *testing.F) {
	f.Add([]byte(`{"format":1,"crc32c":"00000000","segment":{"number":1}}`))
	f.Add([]byte(`{"format":9}`))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := storage.DecodeSegment(b); err != nil && !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("got error %v; want ErrCorrupt or ErrInvalid", err)
		}
	})
}
