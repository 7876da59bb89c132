package snapshot

import (
	"errors"
	"fmt"
)

// WriteNames writes a section of strings of any type, such as IDs.
func WriteNames[S ~string](w *Writer, names []S) {
	list := make([]string, len(names))
	for i, s := range names {
		list[i] = string(s)
	}
	w.Strings(list)
}

// ReadNames reads a section of strings as another type.
func ReadNames[S ~string](r *Reader) []S {
	list := r.Strings()
	names := make([]S, len(list))
	for i, s := range list {
		names[i] = S(s)
	}
	return names
}

// WriteRows writes sparse rows, one a name, in four sections: row i has the
// places and values from offsets[i] to offsets[i+1].
func WriteRows[S ~string](w *Writer, names []S, offsets, places []int32, values []float32) {
	WriteNames(w, names)
	w.Int32s(offsets)
	w.Int32s(places)
	w.Float32s(values)
}

// ReadRows reads what WriteRows wrote. Whether it fits together is the caller's to check.
func ReadRows[S ~string](r *Reader) (names []S, offsets, places []int32, values []float32) {
	return ReadNames[S](r), r.Int32s(), r.Int32s(), r.Float32s()
}

// Sentinel wraps an error of reading in what the readers' callers know it by:
// corrupt for damage, invalid for another kind and for a newer version. Any other
// error, such as one of the stream, comes back as it is.
func Sentinel(err, corrupt, invalid error) error {
	switch {
	case errors.Is(err, ErrCorrupt):
		return fmt.Errorf("%w: %w", corrupt, err)
	case errors.Is(err, ErrKind), errors.Is(err, ErrNewer):
		return fmt.Errorf("%w: %w", invalid, err)
	}
	return err
}
