package process

import (
	"bytes"
	"errors"
	"flag"
	"strings"
	"testing"
)

func TestHelpIsNoFault(t *testing.T) {
	var out bytes.Buffer
	if code := WrongFlags(&out, "x", flag.ErrHelp); code != OK || out.Len() != 0 {
		t.Errorf("code %d and %q, want 0 and silence", code, out.String())
	}
	if code := WrongFlags(&out, "x", errors.New("-n is negative")); code != WrongCall || !strings.Contains(out.String(), "x: -n is negative") {
		t.Errorf("code %d and %q, want 2 and the fault", code, out.String())
	}
}
