package snapshot_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/snapshot"
)

func write(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := snapshot.NewWriter(&b, "test", 3)
	w.Bytes([]byte("hello"))
	w.Strings([]string{"", "a", "日本"})
	w.Float32s([]float32{1.5, -2})
	w.Int32s(nil)
	n, err := w.Close()
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("Close = %d, %v; wrote %d", n, err, b.Len())
	}
	return b.Bytes()
}

type content struct {
	Bytes    []byte
	Strings  []string
	Float32s []float32
	Int32s   []int32
}

func read(data []byte) (content, error) {
	r, err := snapshot.NewReader(bytes.NewReader(data), "test", 3)
	if err != nil {
		return content{}, err
	}
	c := content{r.Bytes(), r.Strings(), r.Float32s(), r.Int32s()}
	return c, r.Close()
}

var want = content{[]byte("hello"), []string{"", "a", "日本"}, []float32{1.5, -2}, []int32{}}

func TestReadsWhatWasWritten(t *testing.T) {
	got, err := read(write(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryDamageIsFound(t *testing.T) {
	data := write(t)
	for i := range data {
		for _, bit := range []byte{1, 0x80} {
			bad := bytes.Clone(data)
			bad[i] ^= bit
			if got, err := read(bad); err == nil {
				t.Errorf("byte %d ^ %#x: read as %v", i, bit, got)
			}
		}
		if _, err := read(data[:i]); err == nil {
			t.Errorf("cut to %d bytes: no error", i)
		}
	}
}

func TestRefusesOtherKindsAndNewerVersions(t *testing.T) {
	data := write(t)
	if _, err := snapshot.NewReader(bytes.NewReader(data), "other", 3); !errors.Is(err, snapshot.ErrKind) {
		t.Errorf("other kind: %v", err)
	}
	if _, err := snapshot.NewReader(bytes.NewReader(data), "test", 2); !errors.Is(err, snapshot.ErrNewer) {
		t.Errorf("newer version: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(write(f))
	f.Add(append(write(f)[:18], "\xff\xff\xff\xff\xff\xff\xff\x7f"...)) // a section that promises 2⁶³ bytes
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := read(data)
		if err == nil && !cmp.Equal(got, want) {
			// Other content is fine as long as it checks; reading it must not fail.
			t.Logf("reads as %v", got)
		}
	})
}
