package mf_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// The files under testdata are of implicit 0.7.3 with NumPy 2.4.6, trained on 6
// random users and 5 items with 4 factors.
func implicitFile(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func ids() (users []recommender.UserID, items []recommender.ItemID) {
	for u := range 6 {
		users = append(users, userID(u))
	}
	for i := range 5 {
		items = append(items, itemID(i))
	}
	return users, items
}

func readNPZ(tb testing.TB, data []byte, had recommender.Dataset) (*mf.Model, error) {
	users, items := ids()
	return mf.ReadNPZ(tb.Context(), bytes.NewReader(data), int64(len(data)), users, items, had)
}

// The numbers are NumPy's: np.load(file)["user_factors"][2, :4] and so on.
func TestNPZOfImplicitIsReadAsNumPyReadsIt(t *testing.T) {
	for name, c := range map[string]struct {
		user, item []float32
		bias       float32
		score      float64 // user_factors[2] @ item_factors[3]
	}{
		"implicit-als.npz": {[]float32{1.0853217840194702, 0.7747082710266113, 0.3429071605205536, 0.6137546896934509}, []float32{-0.06635759025812149, -0.21740306913852692, 1.9502372741699219, -0.7300664782524109}, 0, -0.01977469283881117},
		"implicit-bpr.npz": {[]float32{-0.02033432386815548, 0.10137772560119629, -0.07400050014257431, 0.0011358249466866255}, []float32{-0.021454155445098877, 0.036878205835819244, 0.00862106867134571, -0.1010490357875824}, -0.1452999711036682, -0.14187782413577094},
	} {
		m, err := readNPZ(t, implicitFile(t, name), nil)
		if err != nil {
			t.Fatal(err)
		}
		user := m.UserFactors(userID(2))
		item, bias := m.ItemFactors(itemID(3))
		if len(user) != 4 || len(item) != 4 || bias != c.bias {
			t.Fatalf("%s: %v, %v, bias %v", name, user, item, bias)
		}
		for f := range 4 {
			if user[f] != c.user[f] || item[f] != c.item[f] {
				t.Errorf("%s: factor %d is %v and %v, want %v and %v", name, f, user[f], item[f], c.user[f], c.item[f])
			}
		}
		// NumPy adds up in another order.
		if got := scores(t, m, recommender.Request{User: userID(2)})[3]; math.Abs(float64(got)-c.score) > 1e-6 {
			t.Errorf("%s: score %v, want %v", name, got, c.score)
		}
	}
}

func TestNPZKnowsWhatUsersHad(t *testing.T) {
	had := dataset(t, 9, view(1, 0), view(1, 8), view(7, 2), view(2, 3), view(3, 3), view(3, 1))
	m, err := readNPZ(t, implicitFile(t, "implicit-bpr.npz"), had)
	if err != nil {
		t.Fatal(err)
	}
	for user, want := range map[recommender.UserID]int{userID(0): 5, userID(1): 4, userID(3): 3} {
		got, err := m.Recommend(t.Context(), recommender.Request{User: user})
		if err != nil || len(got.Items) != want {
			t.Errorf("%s: %d items, %v; want %d that the user has not had", user, len(got.Items), err, want)
		}
	}
	before := scores(t, m, recommender.Request{User: userID(1)})
	after := scores(t, m, recommender.Request{User: userID(1), History: []recommender.Interaction{{Item: itemID(4)}}})
	if after[4] <= before[4] {
		t.Errorf("an item that is had scores %v, before %v: want more", after[4], before[4])
	}
}

func TestNPZGoesOutAndComesBack(t *testing.T) {
	for name, c := range map[string]recommender.Trainer{
		"bpr": mf.Config{Factors: 5, Epochs: 3}, "ials": mf.IALS{Factors: 17, Epochs: 3},
	} {
		d := longTailed(t, 40, 30, 300)
		m := train(t, c, d)
		var b, again bytes.Buffer
		if err := errors.Join(m.WriteNPZ(&b), m.WriteNPZ(&again)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Errorf("%s: written twice, the bytes differ", name)
		}
		n, err := mf.ReadNPZ(t.Context(), bytes.NewReader(b.Bytes()), int64(b.Len()), m.Users(), m.Catalog(), d)
		if err != nil {
			t.Fatal(err)
		}
		for _, user := range m.Users() {
			want, got := scores(t, m, recommender.Request{User: user}), scores(t, n, recommender.Request{User: user})
			for i := range want {
				// What nobody has is unknown to m, and a row of zeros in the file.
				if want[i] != want[i] && got[i] == 0 {
					continue
				}
				if got[i] != want[i] {
					t.Fatalf("%s: user %s, item %d: score %v, want %v", name, user, i, got[i], want[i])
				}
			}
		}
	}
}

// array is an NPY member by its dictionary.
func array(z *zip.Writer, name, dictionary string, data []byte) error {
	w, err := z.Create(name + ".npy")
	if err != nil {
		return err
	}
	_, err = w.Write(append(append([]byte("\x93NUMPY\x01\x00"), byte(len(dictionary)), 0), append([]byte(dictionary), data...)...))
	return err
}

func archive(t testing.TB, user, item string, userData, itemData []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := errors.Join(array(z, "user_factors", user, userData), array(z, "item_factors", item, itemData), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNPZReadsDoublesAndColumns(t *testing.T) {
	// np.asfortranarray([[0, 0.5], ...]) of 6 users; item i is (i, -1) as <f8.
	var user, item bytes.Buffer
	for f := range 2 {
		for u := range 6 {
			x := math.Float32bits(float32(u) + float32(f)/2)
			user.Write([]byte{byte(x), byte(x >> 8), byte(x >> 16), byte(x >> 24)})
		}
	}
	for i := range 5 {
		for _, v := range []float64{float64(i), -1} {
			x := math.Float64bits(v)
			for s := 0; s < 64; s += 8 {
				item.WriteByte(byte(x >> s))
			}
		}
	}
	m, err := readNPZ(t, archive(t,
		"{'descr': '<f4', 'fortran_order': True, 'shape': (6, 2), }\n",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (5, 2), }\n", user.Bytes(), item.Bytes()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.UserFactors(userID(3)); got[0] != 3 || got[1] != 3.5 {
		t.Errorf("user 3 is %v, want [3 3.5]", got)
	}
	if got, bias := m.ItemFactors(itemID(4)); got[0] != 4 || got[1] != -1 || bias != 0 {
		t.Errorf("item 4 is %v with bias %v, want [4 -1] with 0", got, bias)
	}
}

func TestNPZThatDoesNotFitIsRefused(t *testing.T) {
	const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 2), }"
	zeros := make([]byte, 48)
	nan := append(bytes.Clone(zeros[:44]), 0, 0, 0xc0, 0x7f)
	for name, c := range map[string]struct {
		user, item string
		data       []byte
		want       error
	}{
		"other users":       {"{'descr': '<f4', 'fortran_order': False, 'shape': (7, 2), }", good, make([]byte, 56), recommender.ErrInvalid},
		"one dimension":     {"{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", good, zeros, recommender.ErrInvalid},
		"no columns":        {"{'descr': '<f4', 'fortran_order': False, 'shape': (6, 0), }", good, zeros, recommender.ErrInvalid},
		"too many columns":  {"{'descr': '<f4', 'fortran_order': False, 'shape': (6, 99999999), }", good, zeros, recommender.ErrInvalid},
		"half precision":    {"{'descr': '<f2', 'fortran_order': False, 'shape': (6, 2), }", good, zeros, recommender.ErrInvalid},
		"a NaN":             {good, good, nan, recommender.ErrInvalid},
		"other items":       {good, good, zeros, recommender.ErrInvalid}, // 6 rows for 5
		"no dictionary":     {"hello", good, zeros, recommender.ErrCorrupt},
		"no such order":     {"{'descr': '<f4', 'fortran_order': Maybe, 'shape': (6, 2), }", good, zeros, recommender.ErrCorrupt},
		"a shape of words":  {"{'descr': '<f4', 'fortran_order': False, 'shape': (six, 2), }", good, zeros, recommender.ErrCorrupt},
		"numbers that end":  {good, good, zeros[:47], recommender.ErrCorrupt},
		"numbers that stay": {good, good, append(zeros, 0), recommender.ErrCorrupt},
	} {
		if _, err := readNPZ(t, archive(t, c.user, c.item, c.data, zeros), nil); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
	data := implicitFile(t, "implicit-als.npz")
	bad := bytes.Clone(data)
	bad[200] ^= 1 // within the first array: its CRC differs
	for name, data := range map[string][]byte{"not a ZIP": []byte("hello"), "cut": data[:900], "a bit": bad} {
		if _, err := readNPZ(t, data, nil); !errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("%s: error %v, want ErrCorrupt", name, err)
		}
	}
	var empty bytes.Buffer
	if err := zip.NewWriter(&empty).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := readNPZ(t, empty.Bytes(), nil); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("without arrays: error %v, want ErrInvalid", err)
	}
	users, items := ids()
	users[1] = users[0]
	if _, err := mf.ReadNPZ(t.Context(), bytes.NewReader(data), int64(len(data)), users, items, nil); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("a user twice: error %v, want ErrInvalid", err)
	}
}

func FuzzReadNPZ(f *testing.F) {
	f.Add(implicitFile(f, "implicit-als.npz"))
	f.Add(implicitFile(f, "implicit-bpr.npz"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := readNPZ(t, data, nil)
		if err != nil {
			return
		}
		if _, err := m.Recommend(t.Context(), recommender.Request{User: userID(0), Explain: true}); err != nil {
			t.Errorf("recommend: %v", err)
		}
		if _, err := mf.ReadModel(bytes.NewReader(save(t, m))); err != nil {
			t.Errorf("read what was written: %v", err)
		}
	})
}
