package mf

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// ReadNPZ makes a model of factors that the Python library implicit saved, or of
// any file like it: a ZIP of NumPy's arrays user_factors and item_factors, of
// float32 or float64. Where the last column of user_factors is 1 throughout, the
// last column of item_factors are the items' biases (its BPR), else there are
// none (its ALS). Other arrays are passed over.
//
// Row u of user_factors belongs to users[u], and row i of item_factors to
// items[i]: the file knows no IDs. had, if not nil, says who has what, for Seen,
// for leaving out what a user has, and for fitting how histories are folded in;
// users and items that the file does not have are passed over. Without it nothing
// counts as seen, and folding in is rough.
//
// Arrays that do not fit users and items, are of other types or hold other than
// numbers within ±1e6 are ErrInvalid, damaged bytes ErrCorrupt. It keeps users
// and items.
func ReadNPZ(ctx context.Context, r io.ReaderAt, size int64, users []recommender.UserID, items []recommender.ItemID, had recommender.Dataset) (*Model, error) {
	m, err := readNPZ(ctx, r, size, users, items, had)
	if err != nil {
		return nil, fmt.Errorf("mf: read npz: %w", err)
	}
	return m, nil
}

func readNPZ(ctx context.Context, r io.ReaderAt, size int64, users []recommender.UserID, items []recommender.ItemID, had recommender.Dataset) (*Model, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged(err)
	}
	user, err := readNPY(z, "user_factors", len(users), maxFactors+1)
	if err != nil {
		return nil, err
	}
	item, err := readNPY(z, "item_factors", len(items), maxFactors+1)
	if err != nil {
		return nil, err
	}
	if user.cols != item.cols {
		return nil, fmt.Errorf("%w: %d columns of users and %d of items", recommender.ErrInvalid, user.cols, item.cols)
	}
	factors, biased := user.cols, user.cols > 1 && user.rows > 0
	for u := range user.rows {
		biased = biased && user.data[(u+1)*user.cols-1] == 1
	}
	if biased {
		factors--
	}
	if factors > maxFactors {
		return nil, fmt.Errorf("%w: %d factors > %d", recommender.ErrInvalid, factors, maxFactors)
	}
	history, liked, err := historiesFor(ctx, users, items, had)
	if err != nil {
		return nil, err
	}
	m, err := newModel(factors, Config{}.taste(), items, history, liked)
	if err != nil {
		return nil, err
	}
	if len(slices.Compact(slices.Sorted(slices.Values(users)))) != len(users) {
		return nil, fmt.Errorf("%w: a user ID stands twice among %d", recommender.ErrInvalid, len(users))
	}
	for u := range user.rows {
		copy(m.userRow(u)[:factors], user.data[u*user.cols:])
	}
	for i := range item.rows {
		copy(m.itemRow(i)[:factors], item.data[i*item.cols:])
		if biased {
			m.bias[i] = item.data[(i+1)*item.cols-1]
		}
	}
	if err := m.use(slices.Repeat([]byte{1}, len(users)), slices.Repeat([]byte{1}, len(items))); err != nil {
		return nil, err
	}
	return m, m.learnFolding(ctx, 0, descent{})
}

// historiesFor arranges what is had by the rows of users and items.
func historiesFor(ctx context.Context, users []recommender.UserID, items []recommender.ItemID, had recommender.Dataset) (*recommender.Histories, positives, error) {
	t := &recommender.Table{Users: users, Items: items}
	if had != nil {
		from, err := recommender.Load(ctx, had, recommender.Filter{})
		if err != nil {
			return nil, positives{}, fmt.Errorf("load what users had: %w", err)
		}
		user, item := rowsIn(from.Users, users), rowsIn(from.Items, items)
		for row := range from.User {
			u, i := user[from.User[row]], item[from.Item[row]]
			if u < 0 || i < 0 {
				continue
			}
			t.User, t.Item = append(t.User, u), append(t.Item, i)
			t.Kind, t.Value = append(t.Kind, from.Kind[row]), append(t.Value, from.Value[row])
			t.Unix = append(t.Unix, from.Unix[row])
		}
		t.Sort()
	}
	return recommender.NewHistories(t), positivesOf(t, Config{}.taste()), nil
}

// rowsIn returns where each of ids stands in list, −1 if nowhere.
func rowsIn[ID comparable](ids, list []ID) []int32 {
	at := make(map[ID]int32, len(list))
	for i, id := range list {
		at[id] = int32(i)
	}
	rows := make([]int32, len(ids))
	for k, id := range ids {
		rows[k] = -1
		if i, ok := at[id]; ok {
			rows[k] = i
		}
	}
	return rows
}

// WriteNPZ writes the factors as the Python library implicit saves its own: arrays
// user_factors and item_factors of float32, in the order of Users and Catalog, and
// factors. A model of kind BPR has the biases of the items in a last column, and
// 1 in that of the users. Rows that training did not use are zeros. The IDs
// travel apart: the file has none. The same model gives the same bytes.
func (m *Model) WriteNPZ(w io.Writer) error {
	if err := m.enter(); err != nil {
		return err
	}
	defer m.leave()
	if err := m.writeNPZ(w); err != nil {
		return fmt.Errorf("mf: write npz: %w", err)
	}
	return nil
}

func (m *Model) writeNPZ(w io.Writer) error {
	z := zip.NewWriter(w)
	var one, bias func(row int) float32
	if m.kind == Kind {
		one = func(int) float32 { return 1 }
		bias = func(i int) float32 { return m.bias[i] }
	}
	if err := writeNPY(z, "user_factors", m.user, m.stride, m.factors, one); err != nil {
		return err
	}
	if err := writeNPY(z, "item_factors", m.item, m.stride, m.factors, bias); err != nil {
		return err
	}
	f, err := z.CreateHeader(&zip.FileHeader{Name: "factors.npy", Method: zip.Store})
	if err != nil {
		return err
	}
	if err := writeNPYHeader(f, "<i8", "()"); err != nil {
		return err
	}
	if err := binary.Write(f, binary.LittleEndian, int64(m.factors)); err != nil {
		return err
	}
	return z.Close()
}
