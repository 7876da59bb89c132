package mf_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// alone are users who have an item each.
func alone(t *testing.T, n int) recommender.Dataset {
	t.Helper()
	var rows []recommender.Interaction
	for u := range n {
		rows = append(rows, view(u, u%7))
	}
	return dataset(t, 0, rows...)
}

func TestValidationThatCanHoldNothingBackChangesNothing(t *testing.T) {
	d := alone(t, 40)
	want := save(t, train(t, mf.Config{Epochs: 6}, d))
	m := train(t, mf.Config{Epochs: 6, Validation: 0.2, Patience: 2}, d)
	if got := m.Trained(); got.Epochs != 6 || got.Best != 6 || got.Stopped != mf.Finished {
		t.Errorf("%v after %d epochs, best %d; want all 6", got.Stopped, got.Epochs, got.Best)
	}
	if !bytes.Equal(save(t, m), want) {
		t.Error("the model is another than without Validation")
	}
}

func TestWeightsThatLeaveNothingAreInvalid(t *testing.T) {
	d := dataset(t, 0, view(0, 0), view(0, 1), view(1, 1), view(1, 2))
	for name, c := range map[string]mf.Config{
		"all 0":  {KindWeights: []float64{0}},
		"beyond": {KindWeights: []float64{1e308}, Epochs: 2},
	} {
		_, err := c.Train(t.Context(), d)
		if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "weigh") {
			t.Errorf("%s: error %v, want ErrInvalid that names the weights", name, err)
		}
	}
}

func TestWarmStartFromAClosedModelIsErrClosed(t *testing.T) {
	d := longTailed(t, 40, 30, 300)
	old, err := mf.OpenModel(write(t, save(t, train(t, mf.Config{Factors: 8, Epochs: 1}, d))))
	if err != nil {
		t.Fatal(err)
	}
	c := mf.Config{Factors: 8, Epochs: 1, From: old}
	train(t, c, d)
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Train(t.Context(), d); !errors.Is(err, mf.ErrClosed) {
		t.Errorf("error %v, want ErrClosed", err)
	}
}

// Keep may ask the model while another goroutine waits to close it.
func TestKeepMayAskTheModelWhileItIsClosed(t *testing.T) {
	m, err := mf.OpenModel(write(t, tiny(t)))
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan error, 1)
	var asked error
	_, err = m.Recommend(t.Context(), recommender.Request{User: userID(1), Keep: func(recommender.ItemID) bool {
		if asked == nil {
			go func() { closed <- m.Close() }()
			for asked == nil { // until Close waits
				_, asked = m.Recommend(t.Context(), recommender.Request{User: userID(0)})
				runtime.Gosched()
			}
		}
		return true
	}})
	if err != nil || !errors.Is(asked, mf.ErrClosed) {
		t.Errorf("error %v, and %v of the call within Keep; want none, and ErrClosed", err, asked)
	}
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("Close still waits")
	}
}

// npz writes an archive of implicit's arrays, of <f4 by rows.
func npz(t *testing.T, method uint16, users, items, cols int, number func(row, col int) float32) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for k, rows := range []int{users, items} {
		name := [...]string{"user_factors.npy", "item_factors.npy"}[k]
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		head := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }\n", rows, cols)
		data := append([]byte("\x93NUMPY\x01\x00"), byte(len(head)), 0)
		data = append(data, head...)
		for row := range rows {
			for col := range cols {
				data = binary.LittleEndian.AppendUint32(data, math.Float32bits(number(row, col)))
			}
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNPZOfLargeNumbersIsWrittenAndReadBack(t *testing.T) {
	for _, size := range []float32{1, 1e3, 1e6} {
		data := npz(t, zip.Store, 6, 5, 3, func(row, col int) float32 { return size * float32(1+(row+2*col)%5) / 5 })
		m, err := readNPZ(t, data, dataset(t, 5, view(1, 0), view(2, 3), view(3, 3), view(3, 1)))
		if err != nil {
			t.Fatal(err)
		}
		written := save(t, m)
		again, err := mf.ReadModel(bytes.NewReader(written))
		if err != nil {
			t.Errorf("factors up to %v: %v", size, err)
			continue
		}
		if !bytes.Equal(save(t, again), written) {
			t.Errorf("factors up to %v: written again, the bytes differ", size)
		}
		for i, s := range scores(t, again, recommender.Request{History: []recommender.Interaction{{Item: itemID(1)}}}) {
			if s != s || math.IsInf(float64(s), 0) {
				t.Errorf("factors up to %v: item %d scores %v", size, i, s)
			}
		}
	}
}

func TestDamageInACompressedNPZIsCorrupt(t *testing.T) {
	good := npz(t, zip.Deflate, 6, 5, 8, func(row, col int) float32 { return float32(row*col) / 7 })
	if _, err := readNPZ(t, good, nil); err != nil {
		t.Fatal(err)
	}
	var damage flate.CorruptInputError
	met := false
	for at := 46; at < len(good)/3; at++ { // behind the name of the first member
		bad := bytes.Clone(good)
		bad[at] ^= 0xff
		_, err := readNPZ(t, bad, nil)
		met = met || errors.As(err, &damage)
		if !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("byte %d changed: error %v, want ErrCorrupt or ErrInvalid", at, err)
		}
	}
	if !met {
		t.Error("no change damaged the compression: this test shows nothing")
	}
}

// A header may promise more than there is: 40,000 users of 16,000 factors are 2.5 GB.
func TestNPZAllocatesWhatItReads(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := errors.Join(array(z, "user_factors", "{'descr': '<f4', 'fortran_order': False, 'shape': (40000, 16000), }", make([]byte, 100)), z.Close()); err != nil {
		t.Fatal(err)
	}
	users := make([]recommender.UserID, 40000)
	for u := range users {
		users[u] = userID(u)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := mf.ReadNPZ(t.Context(), bytes.NewReader(b.Bytes()), int64(b.Len()), users, nil, nil)
	runtime.ReadMemStats(&after)
	if !errors.Is(err, recommender.ErrCorrupt) {
		t.Errorf("error %v, want ErrCorrupt", err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 64<<20 {
		t.Errorf("%d MB were allocated for %d bytes", got>>20, b.Len())
	}
}

func TestUsersOfAnNPZResembleOneAnother(t *testing.T) {
	data := npz(t, zip.Store, 6, 5, 2, func(row, col int) float32 { return float32(math.Cos(float64(row) - float64(col)*math.Pi/2)) })
	m, err := readNPZ(t, data, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.SimilarUsers(t.Context(), userID(2), 2)
	if err != nil || len(got) != 2 || got[0].User != userID(1) || got[1].User != userID(3) {
		t.Fatalf("like u2 are %v (%v), want u1 and u3", got, err)
	}
	if want := math.Cos(1); math.Abs(float64(got[0].Score)-want) > 1e-6 {
		t.Errorf("u1 scores %v, want %v", got[0].Score, want)
	}
}
