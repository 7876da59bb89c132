package mf_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/mf"
)

// sections takes a snapshot apart.
func sections(tb testing.TB, data []byte) (kind string, version uint16, list [][]byte) {
	tb.Helper()
	size := int(binary.LittleEndian.Uint16(data[6:]))
	kind, version = string(data[8:8+size]), binary.LittleEndian.Uint16(data[8+size:])
	for data = data[8+size+2+4:]; ; {
		n := binary.LittleEndian.Uint64(data)
		if n == math.MaxUint64 {
			return kind, version, list
		}
		list = append(list, bytes.Clone(data[8:8+n]))
		data = data[8+n+4:]
	}
}

// FuzzSections changes bytes behind the checksums, which FuzzReadModel hardly ever
// gets past: what each section may say of the others.
func FuzzSections(f *testing.F) {
	files := [][]byte{
		tiny(f),
		save(f, train(f, mf.IALS{Factors: 2, Epochs: 1}, dataset(f, 3, view(0, 0), view(0, 1), view(1, 1)))),
	}
	_, _, first := sections(f, files[0])
	for s := range first {
		f.Add(uint8(0), uint8(s), uint16(0), []byte{0xff, 0xff})
		f.Add(uint8(1), uint8(s), uint16(3), []byte{0x7f})
	}
	f.Fuzz(func(t *testing.T, file, section uint8, at uint16, change []byte) {
		kind, version, list := sections(t, files[int(file)%len(files)])
		changed := list[int(section)%len(list)]
		if int(at) < len(changed) {
			copy(changed[at:], change)
		}
		var b bytes.Buffer
		w := snapshot.NewWriter(&b, kind, version)
		for _, s := range list {
			w.Bytes(s)
		}
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
		tryModel(t, b.Bytes())
	})
}
