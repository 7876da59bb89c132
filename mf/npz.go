package mf

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/osusume/osusume/recommender"
)

// ReadNPZ makes a model of factors that the Python library implicit saved, or of
// any file like it: see [ReadForeignNPZ]. Row u of user_factors belongs to
// users[u], and row i of item_factors to items[i]; where both are nil, the file's
// own arrays users and items say whose the rows are. had is that of
// [Foreign.Model].
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
	own := users == nil && items == nil
	f, n, err := readForeignNPZ(r, size, own)
	switch {
	case err != nil:
		return nil, err
	case own && (f.Users == nil || f.Items == nil):
		return nil, fmt.Errorf("%w: neither IDs are given, nor are there arrays users and items in it", recommender.ErrInvalid)
	case !own:
		f.Users, f.Items = users, items
	}
	if len(f.Users) != n.users || len(f.Items) != n.items {
		return nil, fmt.Errorf("%w: rows of %d users and %d items, want %d and %d",
			recommender.ErrInvalid, n.users, n.items, len(f.Users), len(f.Items))
	}
	return f.model(ctx, had)
}

// ReadForeignNPZ reads a ZIP of NumPy's arrays as the Python library implicit saves
// it: user_factors and item_factors, of float32 or float64. Where the last column
// of user_factors is 1 throughout, the last column of item_factors are the items'
// biases (its BPR), else there are none (its ALS).
//
// implicit saves no IDs. Arrays users and items beside its own are taken for them,
// a row each: whole numbers, or strings of a fixed width (dtype U or S), as
//
//	np.savez(file, user_factors=…, item_factors=…, users=np.array(ids, dtype=str), …)
//
// writes them. Without them Users or Items is nil, and len(UserFactors)/Factors
// says how many rows there are. Other arrays are passed over.
//
// Arrays of other types or shapes, or of other than numbers within ±1e6, are
// ErrInvalid, damaged bytes ErrCorrupt. It reads no more memory than the arrays take.
func ReadForeignNPZ(r io.ReaderAt, size int64) (Foreign, error) {
	f, _, err := readForeignNPZ(r, size, true)
	if err != nil {
		return Foreign{}, fmt.Errorf("mf: read npz: %w", err)
	}
	return f, nil
}

type rowCounts struct{ users, items int }

func readForeignNPZ(r io.ReaderAt, size int64, ids bool) (f Foreign, n rowCounts, err error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return f, n, damaged(err)
	}
	user, err := readNPY(z, "user_factors", maxFactors+1)
	if err != nil {
		return f, n, err
	}
	item, err := readNPY(z, "item_factors", maxFactors+1)
	if err != nil {
		return f, n, err
	}
	if user.cols != item.cols {
		return f, n, fmt.Errorf("%w: %d columns of users and %d of items", recommender.ErrInvalid, user.cols, item.cols)
	}
	n = rowCounts{user.rows, item.rows}
	biased := user.cols > 1 && user.rows > 0
	for u := range user.rows {
		biased = biased && user.data[(u+1)*user.cols-1] == 1
	}
	if f.Factors = user.cols; biased {
		user.dropLast()
		f.ItemBias = item.dropLast()
		f.Factors--
	}
	if f.Factors > maxFactors {
		return f, n, fmt.Errorf("%w: %d factors > %d", recommender.ErrInvalid, f.Factors, maxFactors)
	}
	f.UserFactors, f.ItemFactors = user.data, item.data
	if !ids {
		return f, n, nil
	}
	if f.Users, err = readIDs[recommender.UserID](z, "users", n.users); err != nil {
		return f, n, err
	}
	f.Items, err = readIDs[recommender.ItemID](z, "items", n.items)
	return f, n, err
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
