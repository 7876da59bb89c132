package storage

import (
	"github.com/parquet-go/parquet-go/format"
)

// narrow finds the rows of a user in the column of users; known is false where
// only the general reader can tell.
func (r *groupReader) narrow(user string) (ok, known bool, err error) {
	s, known, err := seek(r.f, r.group, columnUser)
	if err != nil || !known {
		return false, false, err
	}
	defer s.close()
	at := int32(-1)
	err = s.each(func(place int32, name []byte) bool {
		if string(name) == user {
			at = place
		}
		return at < 0
	})
	if err != nil || at < 0 {
		return false, err == nil, err
	}
	from, to, known, err := s.find(at, r.pages(columnUser), r.to)
	if err != nil || !known || from == to {
		return false, known, err
	}
	r.from, r.to, r.total = from, to, r.to
	return true, true, nil
}

// pages are where the pages of a column are; nil where the file does not say.
func (r *groupReader) pages(leaf int) []format.PageLocation {
	index, err := r.chunks[leaf].OffsetIndex()
	if err != nil || index == nil {
		return nil
	}
	list := make([]format.PageLocation, index.NumPages())
	for i := range list {
		list[i] = format.PageLocation{Offset: index.Offset(i), CompressedPageSize: int32(index.CompressedPageSize(i)), FirstRowIndex: index.FirstRowIndex(i)}
	}
	return list
}

// few reads the rows of a column of strings, and of its dictionary those names
// that they use; known is false where only the general reader can.
func (r *groupReader) few(leaf int) (names []string, places []int32, known bool, err error) {
	s, known, err := seek(r.f, r.group, leaf)
	if err != nil || !known {
		return nil, nil, false, err
	}
	defer s.close()
	if places, known, err = s.rows(r.pages(leaf), r.total, r.from, r.to); err != nil || !known {
		return nil, nil, false, err
	}
	names, err = s.few(places)
	return names, places, true, err
}
