package snapshot_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/snapshot"
)

type id string

func TestNamesReadBack(t *testing.T) {
	var b bytes.Buffer
	w := snapshot.NewWriter(&b, "test", 1)
	snapshot.WriteNames(w, []id{"one", "", "二"})
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := snapshot.NewReader(&b, "test", 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]id{"one", "", "二"}, snapshot.ReadNames[id](r)); diff != "" {
		t.Error(diff)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestSentinelTellsDamageFromMisuse(t *testing.T) {
	corrupt, invalid := errors.New("corrupt"), errors.New("invalid")
	for err, want := range map[error]error{
		snapshot.ErrCorrupt: corrupt, snapshot.ErrKind: invalid, snapshot.ErrNewer: invalid,
	} {
		got := snapshot.Sentinel(fmt.Errorf("section 3: %w", err), corrupt, invalid)
		if !errors.Is(got, want) || !errors.Is(got, err) || errors.Is(got, corrupt) && errors.Is(got, invalid) {
			t.Errorf("%v becomes %v, want %v", err, got, want)
		}
	}
	for _, err := range []error{nil, io.ErrClosedPipe} {
		if got := snapshot.Sentinel(err, corrupt, invalid); got != err {
			t.Errorf("%v becomes %v", err, got)
		}
	}
}
