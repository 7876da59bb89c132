package mf

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Foreign is factors that another program has trained: implicit, Spark's ALS,
// libmf, a notebook. [Foreign.Model] makes a [Model] of them, [ReadForeignNPZ]
// reads them from implicit's files.
//
// The score of item i for user u is the product of their rows plus the item's
// bias. Vectors with a bias of the user as well lose nothing without it: it
// changes no order.
type Foreign struct {
	Users   []recommender.UserID // whose the rows of UserFactors are; distinct
	Items   []recommender.ItemID // whose the rows of ItemFactors are; distinct, none empty
	Factors int                  // length of a row, 1 to 16,384

	UserFactors []float32 // len(Users) · Factors, row after row; within ±1e6
	ItemFactors []float32 // len(Items) · Factors
	ItemBias    []float32 // len(Items), or nil: there are none
}

// Model arranges the factors for serving. had, if not nil, says who has what, for
// Seen, for leaving out what a user has, and for fitting how histories are folded
// in; users and items of had without a row are passed over. Without it nothing
// counts as seen, and folding in is rough. A user who is not in Users, and brings
// no history, is ErrColdStart; items that are not in Items are not in the Catalog.
//
// Whatever does not fit is ErrInvalid, all faults in one error. Time and memory are
// those of copying the factors, and of 8·Factors² bytes; it keeps Users and Items,
// and copies the numbers. The model is of kind [Kind].
func (f Foreign) Model(ctx context.Context, had recommender.Dataset) (*Model, error) {
	m, err := f.model(ctx, had)
	if err != nil {
		return nil, fmt.Errorf("mf: foreign factors: %w", err)
	}
	return m, nil
}

func (f Foreign) model(ctx context.Context, had recommender.Dataset) (*Model, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	history, liked, err := historiesFor(ctx, f.Users, f.Items, had)
	if err != nil {
		return nil, err
	}
	m, err := newModel(f.Factors, Config{}.taste(), f.Items, history, liked)
	if err != nil {
		return nil, err
	}
	for u := range f.Users {
		copy(m.userRow(u), f.UserFactors[u*f.Factors:][:f.Factors])
	}
	for i := range f.Items {
		copy(m.itemRow(i), f.ItemFactors[i*f.Factors:][:f.Factors])
	}
	copy(m.bias, f.ItemBias)
	if err := m.use(slices.Repeat([]byte{1}, len(f.Users)), slices.Repeat([]byte{1}, len(f.Items))); err != nil {
		return nil, err
	}
	return m, m.learnFolding(ctx, 0, descent{})
}

func (f Foreign) check() error {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if f.Factors < 1 || f.Factors > maxFactors {
		fault("Factors %d is outside 1 to %d", f.Factors, maxFactors)
	}
	numbers := func(name string, list []float32, rows, cols int) {
		if len(list) != rows*cols {
			fault("%s has %d numbers, want %d of %d rows", name, len(list), rows*cols, rows)
			return
		}
		for at, x := range list {
			if !(x >= -limit && x <= limit) {
				fault("%s row %d, column %d is %v, no number within ±%g", name, at/cols, at%cols, x, limit)
				return
			}
		}
	}
	factors := min(max(f.Factors, 1), maxFactors)
	numbers("UserFactors", f.UserFactors, len(f.Users), factors)
	numbers("ItemFactors", f.ItemFactors, len(f.Items), factors)
	if f.ItemBias != nil {
		numbers("ItemBias", f.ItemBias, len(f.Items), 1)
	}
	if len(f.Items) == 0 {
		fault("no items")
	}
	if a, b := twice(f.Users); b > 0 {
		fault("user %q is row %d and row %d", f.Users[a], a, b)
	}
	if a, b := twice(f.Items); b > 0 {
		fault("item %q is row %d and row %d", f.Items[a], a, b)
	}
	if i := slices.Index(f.Items, ""); i >= 0 {
		fault("item of row %d has no ID", i)
	}
	if faults == nil {
		return nil
	}
	return fmt.Errorf("%w: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
}

// twice returns the first two places of an ID that stands twice; 0, 0 if none does.
func twice[ID comparable](list []ID) (a, b int) {
	at := make(map[ID]int, len(list))
	for i, id := range list {
		if first, ok := at[id]; ok {
			return first, i
		}
		at[id] = i
	}
	return 0, 0
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
