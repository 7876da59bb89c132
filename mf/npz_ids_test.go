package mf_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// A list is an array of one dimension as NumPy writes it.
type list struct {
	descr string
	n     int
	data  []byte
}

// utf32 is np.array(ids, dtype="<U<width>").
func utf32(width int, ids ...string) *list {
	l := list{descr: fmt.Sprintf("<U%d", width), n: len(ids)}
	for _, id := range ids {
		runes := []rune(id)
		for k := range width {
			var r rune
			if k < len(runes) {
				r = runes[k]
			}
			l.data = binary.LittleEndian.AppendUint32(l.data, uint32(r))
		}
	}
	return &l
}

func integers(width int, ids ...int64) *list {
	l := list{descr: fmt.Sprintf("<i%d", width), n: len(ids)}
	for _, id := range ids {
		if width == 4 {
			l.data = binary.LittleEndian.AppendUint32(l.data, uint32(id))
		} else {
			l.data = binary.LittleEndian.AppendUint64(l.data, uint64(id))
		}
	}
	return &l
}

// withIDs is an archive of two users, three items and one factor.
func withIDs(t testing.TB, users, items *list) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	numbers := func(name string, rows ...float32) error {
		var data []byte
		for _, x := range rows {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
		}
		return array(z, name, fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, 1), }", len(rows)), data)
	}
	err := errors.Join(numbers("user_factors", 1, -1), numbers("item_factors", 3, 1, 2))
	for name, l := range map[string]*list{"users": users, "items": items} {
		if l != nil {
			err = errors.Join(err, array(z, name, fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }", l.descr, l.n), l.data))
		}
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNPZCarriesIDsOfAnyFixedWidth(t *testing.T) {
	for name, c := range map[string]struct {
		users, items *list
		wantUsers    []recommender.UserID
		wantItems    []recommender.ItemID
	}{
		"strings":  {utf32(4, "ann", "bób"), utf32(3, "雪国", "x", "y z"), []recommender.UserID{"ann", "bób"}, []recommender.ItemID{"雪国", "x", "y z"}},
		"numbers":  {integers(8, 1<<40, 7), integers(4, 30, 10, 20), []recommender.UserID{"1099511627776", "7"}, []recommender.ItemID{"30", "10", "20"}},
		"bytes":    {&list{"|S3", 2, []byte("annb\x00\x00")}, nil, []recommender.UserID{"ann", "b"}, nil},
		"unsigned": {nil, &list{"<u4", 3, []byte{1, 0, 0, 0, 2, 0, 0, 0, 255, 255, 255, 255}}, nil, []recommender.ItemID{"1", "2", "4294967295"}},
		"neither":  {},
	} {
		data := withIDs(t, c.users, c.items)
		got, err := mf.ReadForeignNPZ(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := mf.Foreign{Users: c.wantUsers, Items: c.wantItems, Factors: 1, UserFactors: []float32{1, -1}, ItemFactors: []float32{3, 1, 2}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestNPZWithIDsNeedsNoOthers(t *testing.T) {
	data := withIDs(t, utf32(1, "a", "b"), integers(8, 30, 10, 20))
	m, err := mf.ReadNPZ(t.Context(), bytes.NewReader(data), int64(len(data)), nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Recommend(t.Context(), recommender.Request{User: "b", N: 1})
	if err != nil || len(got.Items) != 1 || got.Items[0].Item != "10" {
		t.Errorf("b gets %v (%v), want 10", got.Items, err)
	}
	bare := withIDs(t, nil, nil)
	if _, err := mf.ReadNPZ(t.Context(), bytes.NewReader(bare), int64(len(bare)), nil, nil, nil); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("no IDs anywhere: error %v, want ErrInvalid", err)
	}
}

func TestNPZWithIDsThatDoNotFitIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		users *list
		want  error
		says  string
	}{
		"too few":     {utf32(1, "a"), recommender.ErrInvalid, "users.npy"},
		"objects":     {&list{"|O", 2, nil}, recommender.ErrInvalid, "dtype=str"},
		"fractions":   {&list{"<f8", 2, make([]byte, 16)}, recommender.ErrInvalid, "<f8"},
		"empty":       {utf32(1, "a", ""), recommender.ErrInvalid, "row 1"},
		"no text":     {&list{"<U1", 2, []byte{65, 0, 0, 0, 0, 0, 0xff, 0xff}}, recommender.ErrInvalid, "row 1"},
		"no UTF-8":    {&list{"|S1", 2, []byte{'a', 0xff}}, recommender.ErrInvalid, "row 1"},
		"cut":         {&list{"<i4", 2, make([]byte, 7)}, recommender.ErrCorrupt, "users.npy"},
		"bytes after": {&list{"<i4", 2, make([]byte, 9)}, recommender.ErrCorrupt, "beyond"},
		"twice":       {utf32(1, "a", "a"), recommender.ErrInvalid, `user "a" is row 0 and row 1`},
	} {
		data := withIDs(t, c.users, integers(4, 1, 2, 3))
		_, err := mf.ReadNPZ(t.Context(), bytes.NewReader(data), int64(len(data)), nil, nil, nil)
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want %v and %q", name, err, c.want, c.says)
		}
	}
}

func FuzzReadForeignNPZ(f *testing.F) {
	f.Add(withIDs(f, utf32(2, "a", "bc"), integers(8, 1, 2, 3)))
	f.Add(withIDs(f, &list{"|S2", 2, []byte("a\x00bc")}, integers(4, 1, 2, 3)))
	f.Add(implicitFile(f, "implicit-bpr.npz"))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := mf.ReadForeignNPZ(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		if x.Factors < 1 || len(x.UserFactors)%x.Factors != 0 || len(x.ItemFactors)%x.Factors != 0 {
			t.Fatalf("%d factors in rows of %d and %d numbers", x.Factors, len(x.UserFactors), len(x.ItemFactors))
		}
		if x.Users != nil && len(x.Users)*x.Factors != len(x.UserFactors) {
			t.Errorf("%d users of %d numbers", len(x.Users), len(x.UserFactors))
		}
	})
}
