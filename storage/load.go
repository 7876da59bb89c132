package storage

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// Table is the bulk path of [recommender.Load]: it decodes columns, on several
// goroutines, and never a row as such. Dictionaries are sorted by ID;
// Items holds every item of [Warehouse.Items] and whatever else was interacted
// with. It returns 21 bytes a row, and holds as much again where it has to sort:
// where there are several runs of files (see [Warehouse.Compact]), where links
// change the order of a user's items, or with a filter.
func (w *Warehouse) Table(ctx context.Context, f recommender.Filter) (*recommender.Table, error) {
	s, err := w.current(ctx)
	if err != nil {
		return nil, err
	}
	cat, err := s.catalog()
	if err == nil {
		l := &loader{w: w, items: newDictionary()}
		defer l.close()
		if err = l.open(ctx, s.manifest.table(tableRating, ""), string(f.User)); err == nil {
			var t *recommender.Table
			if t, err = l.load(ctx, cat, f); err == nil {
				return t, nil
			}
		}
	}
	return nil, fmt.Errorf("storage: load interactions: %w", err)
}

// A loader holds the columns of all files, one after another, oldest first.
type loader struct {
	w       *Warehouse
	files   []*ratingFile
	runs    [][2]int // the rows of each run
	pieces  []*piece
	items   *dictionary // as the sources named them
	users   []string    // of all pieces, sorted
	columns recommender.Table
}

// A piece is a row group, or what one user has in it, and where its rows are in
// the columns.
type piece struct {
	f        *ratingFile
	group    int
	one      *ratingGroup // the rows of one user; nil: all
	from, to int
	run      int
	users    []string // its dictionary, sorted
	item     []int32  // its dictionary: places in that of all
	user     []int32  // of its users: the rank among all
}

func (l *loader) close() {
	for _, f := range l.files {
		f.close()
	}
}

// open finds the pieces: all rows, or those of one user.
func (l *loader) open(ctx context.Context, files []fileInfo, user string) error {
	n := 0
	for run, list := range runsOf(files) {
		start := n
		for _, info := range list {
			if user != "" && !mayHold(info, user) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			f, err := l.w.openRatings(info)
			if err != nil {
				return err
			}
			l.files = append(l.files, f)
			err = l.w.guard(info, func() error {
				if err := f.parse(); err != nil {
					return err
				}
				for i, meta := range f.groups {
					p := &piece{f: f, group: i, run: run, from: n, to: n + meta.rows}
					if user != "" {
						r := f.group(i)
						p.one, err = r.readUser(user, false)
						r.close()
						if err != nil {
							return err
						}
						if p.one == nil {
							continue
						}
						p.to = n + len(p.one.user)
					}
					n = p.to
					l.pieces = append(l.pieces, p)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		l.runs = append(l.runs, [2]int{start, n})
	}
	if n > math.MaxInt32 {
		return fmt.Errorf("%w: %d rows are more than a Table can have", recommender.ErrInvalid, n)
	}
	return nil
}

// load reads names, which say where everything goes, then rows, and orders them
// where files do not have them in a Table's order.
func (l *loader) load(ctx context.Context, cat *catalog, f recommender.Filter) (*recommender.Table, error) {
	if err := l.names(ctx); err != nil {
		return nil, err
	}
	if err := l.rankUsers(); err != nil {
		return nil, err
	}
	o := orderItems(cat, l.items.names)
	for _, p := range l.pieces {
		for i, place := range p.item {
			p.item[i] = o.place[place]
		}
	}
	clean, err := l.read(ctx)
	if err != nil {
		return nil, err
	}
	if f.User != "" || f.Kinds != nil || !f.Since.IsZero() || !f.Until.IsZero() || len(l.runs) > 1 || o.canonical != nil || !clean {
		return l.settleAll(ctx, cat, f, o)
	}
	t := l.columns
	t.Users = make([]recommender.UserID, len(l.users))
	for i, name := range l.users {
		t.Users[i] = recommender.UserID(name)
	}
	t.Items = o.ids
	return &t, nil
}

// names reads the dictionaries of all pieces.
func (l *loader) names(ctx context.Context) error {
	return l.each(ctx, len(l.pieces), func(i int) (*ratingFile, func() error) {
		p := l.pieces[i]
		return p.f, func() (err error) {
			if p.one != nil {
				p.users = p.one.users
				text := plainTexts(p.one.items)
				p.item, err = l.items.places(text, int32(len(p.one.items)))
				return err
			}
			r := p.f.group(p.group)
			defer r.close()
			if p.users, err = r.names(columnUser); err != nil {
				return err
			}
			for i := 1; i < len(p.users); i++ {
				if p.users[i-1] >= p.users[i] {
					return fmt.Errorf("%w: users are out of order", recommender.ErrCorrupt)
				}
			}
			plain, n, err := r.dictionary(columnItem)
			if err == nil {
				p.item, err = l.items.places(plain, n)
			}
			return err
		}
	})
}

// each calls do(0) to do(n-1) on several goroutines: a file, and what reads it.
func (l *loader) each(ctx context.Context, n int, do func(i int) (*ratingFile, func() error)) error {
	return par.Do(ctx, l.w.o.Workers, n, func(i int) error {
		f, read := do(i)
		return l.w.guard(f.info, read)
	})
}

// read fills the columns. clean says that all rows are in a Table's order, and
// that none replaces another.
func (l *loader) read(ctx context.Context) (clean bool, err error) {
	n := 0
	type task struct {
		p        *piece
		from, to int // in the row group
	}
	var tasks []task
	for _, p := range l.pieces {
		n = p.to
		for from := 0; from < p.to-p.from; from += stretchRows {
			tasks = append(tasks, task{p, from, min(from+stretchRows, p.to-p.from)})
		}
	}
	c := &l.columns
	c.User, c.Item, c.Kind, c.Value, c.Unix = make([]int32, n), make([]int32, n), make([]recommender.Kind, n), make([]float32, n), make([]int64, n)
	var dirty atomic.Bool
	err = l.each(ctx, len(tasks), func(i int) (*ratingFile, func() error) {
		t := tasks[i]
		return t.p.f, func() error {
			if err := l.fill(t.p, t.from, t.to); err != nil {
				return err
			}
			if !dirty.Load() && !inOrder(c, t.p.from+t.from, t.p.from+t.to) {
				dirty.Store(true)
			}
			return nil
		}
	})
	for _, t := range tasks { // where they meet
		if at := t.p.from + t.from; err == nil && at > 0 && !inOrder(c, at-1, at+1) {
			dirty.Store(true)
		}
	}
	return !dirty.Load(), err
}

// fill reads rows of a piece into their place.
func (l *loader) fill(p *piece, from, to int) error {
	c := &l.columns
	a, b := p.from+from, p.from+to
	user, item := translate(c.User[a:b], p.user), translate(c.Item[a:b], p.item)
	if g := p.one; g != nil {
		user(g.user[from:to])
		item(g.item[from:to])
		copy(c.Kind[a:b], g.kind[from:to])
		copy(c.Value[a:b], g.value[from:to])
		copy(c.Unix[a:b], g.unix[from:to])
		return nil
	}
	r := p.f.group(p.group)
	defer r.close()
	r.length[columnUser], r.length[columnItem] = int32(len(p.user)), int32(len(p.item))
	if err := r.places(columnUser, from, to, user); err != nil {
		return err
	}
	if err := r.places(columnItem, from, to, item); err != nil {
		return err
	}
	return r.rest(&ratingGroup{kind: c.Kind[a:b], value: c.Value[a:b], unix: c.Unix[a:b]}, from, to)
}

// inOrder reports whether rows from to to are in a Table's order, and none
// replaces another.
func inOrder(c *recommender.Table, from, to int) bool {
	for i := from + 1; i < to; i++ {
		if c.User[i] > c.User[i-1] || c.User[i] == c.User[i-1] && c.Item[i] > c.Item[i-1] {
			continue
		}
		if c.User[i] != c.User[i-1] || c.Item[i] != c.Item[i-1] || c.Unix[i] < c.Unix[i-1] ||
			c.Kind[i] < c.Kind[i-1] || c.Kind[i] == c.Kind[i-1] && c.Kind[i].State() {
			return false
		}
	}
	return true
}
