package snapshot_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
	"unsafe"

	"github.com/osusume/osusume/internal/snapshot"
)

func aligned(t *testing.T, name string, lists ...[]float32) []byte {
	t.Helper()
	var b bytes.Buffer
	w := snapshot.NewWriter(&b, "test", 1)
	w.Strings([]string{name})
	for _, list := range lists {
		w.Aligned(list)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAlignedNumbersComeBack(t *testing.T) {
	lists := [][]float32{{1, 2, 3}, nil, {-0.5}, make([]float32, 100)}
	for n := range 70 { // names of all lengths, so that every padding occurs
		data := aligned(t, string(make([]byte, n)), lists...)
		for _, r := range []io.Reader{bytes.NewReader(data), snapshot.NewView(data), snapshot.NewView(append([]byte{0}, data...)[1:])} {
			s, err := snapshot.NewReaderOf(r, 1, "other", "test")
			if err != nil {
				t.Fatal(err)
			}
			s.Strings()
			for k, want := range lists {
				if got := s.Aligned(); !slices.Equal(got, want) {
					t.Errorf("list %d after a name of %d bytes: %v, want %v", k, n, got, want)
				}
			}
			if err := s.Close(); err != nil || s.Kind() != "test" {
				t.Errorf("kind %q, error %v", s.Kind(), err)
			}
		}
	}
}

func TestAViewIsNotCopied(t *testing.T) {
	data := aligned(t, "x", []float32{1, 2, 3})
	s, err := snapshot.NewReader(snapshot.NewView(data), "test", 1)
	if err != nil {
		t.Fatal(err)
	}
	s.Strings()
	at := uintptr(unsafe.Pointer(&s.Aligned()[0])) - uintptr(unsafe.Pointer(&data[0]))
	if at >= uintptr(len(data)) || at%64 != 0 {
		t.Errorf("the numbers are at %d of %d bytes, want a multiple of 64 within", at, len(data))
	}
}

func TestAViewThatEndsEarlyIsCorrupt(t *testing.T) {
	data := aligned(t, "x", []float32{1, 2, 3})
	for n := range data {
		s, err := snapshot.NewReader(snapshot.NewView(data[:n]), "test", 1)
		if err == nil {
			s.Strings()
			s.Aligned()
			err = s.Close()
		}
		if !errors.Is(err, snapshot.ErrCorrupt) {
			t.Errorf("cut to %d bytes: error %v, want ErrCorrupt", n, err)
		}
	}
}
