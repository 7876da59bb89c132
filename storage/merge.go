package storage

import (
	"cmp"
	"context"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A rating is a stored interaction, its item as the source named it.
type rating struct {
	user, item string
	kind       recommender.Kind
	value      float32
	unix       int64
	text       string
}

// compare is the order of rows in files and in walks.
func (a *rating) compare(b *rating) int {
	return cmp.Or(cmp.Compare(a.user, b.user), cmp.Compare(a.item, b.item), cmp.Compare(a.kind, b.kind), cmp.Compare(a.unix, b.unix))
}

// replaces reports whether a, which follows b in order, takes b's place.
func (a *rating) replaces(b *rating) bool {
	return a.kind.State() && a.kind == b.kind && a.user == b.user && a.item == b.item
}

func (a *rating) row(seq uint64) ratingRow {
	return ratingRow{User: a.user, Item: a.item, Kind: a.kind.String(), Value: a.value, Unix: a.unix, Text: a.text, Seq: int64(seq)}
}

// merge calls visit with every rating of files, oldest file first, that is
// user's ("": anyone's), in order, each state once: the latest, and of equal
// times that of the newest file. It ends when visit returns false. It holds
// one row group of every file.
func (w *Warehouse) merge(ctx context.Context, files []fileInfo, user string, visit func(*rating) (bool, error)) error {
	var (
		heads   heads
		readers []*ratingReader
	)
	defer func() {
		for _, r := range readers {
			r.close()
		}
	}()
	// All files are opened at once, so that the walk sees one state even where
	// the files are collected while it goes on.
	for i, info := range files {
		f, err := w.openData(info, ratingColumns...)
		if err != nil {
			return err
		}
		readers = append(readers, &ratingReader{w: w, f: f, age: i, user: user})
	}
	for _, r := range readers {
		more, err := r.next()
		if err != nil {
			return err
		}
		if more {
			heads.push(r)
		}
	}
	var (
		held rating
		have bool
	)
	for n := 0; len(heads) > 0; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r := heads[0]
		if have && !r.now.replaces(&held) {
			if more, err := visit(&held); err != nil || !more {
				return err
			}
		}
		held, have = r.now, true
		more, err := r.next()
		if err != nil {
			return err
		}
		heads.fix(more)
	}
	if have {
		_, err := visit(&held)
		return err
	}
	return nil
}

// A ratingReader walks one file.
type ratingReader struct {
	w     *Warehouse
	f     *dataFile
	age   int // place among the files: older first
	user  string
	group int // the next one
	g     *ratingGroup
	row   int // the next one
	texts texts
	now   rating
}

func (r *ratingReader) close() {
	r.texts.close()
	r.f.close()
}

// next moves now on; false at the end of the file.
func (r *ratingReader) next() (more bool, err error) {
	err = r.w.guard(r.f.info, func() error {
		more, err = r.advance()
		return err
	})
	return more, err
}

func (r *ratingReader) advance() (bool, error) {
	for {
		for r.g == nil || r.row == len(r.g.user) {
			groups := r.f.RowGroups()
			if r.group == len(groups) {
				return false, nil
			}
			g, err := readGroup(groups[r.group], r.user)
			if err != nil {
				return false, err
			}
			if r.g, r.row = g, 0; g != nil {
				r.texts.open(groups[r.group].ColumnChunks()[columnText])
			}
			r.group++
		}
		i := r.row
		r.row++
		text, err := r.texts.read()
		if err != nil {
			return false, err
		}
		user := r.g.users[r.g.user[i]]
		if r.user != "" && user != r.user {
			continue
		}
		r.now = rating{user: user, item: r.g.items[r.g.item[i]], kind: r.g.kind[i], value: r.g.value[i], unix: r.g.unix[i], text: text}
		return true, nil
	}
}

// heads is a binary heap of readers by what they stand on.
type heads []*ratingReader

func (h heads) less(i, j int) bool {
	return cmp.Or(h[i].now.compare(&h[j].now), cmp.Compare(h[i].age, h[j].age)) < 0
}

func (h *heads) push(r *ratingReader) {
	*h = append(*h, r)
	for i := len(*h) - 1; i > 0 && h.less(i, (i-1)/2); i = (i - 1) / 2 {
		(*h)[i], (*h)[(i-1)/2] = (*h)[(i-1)/2], (*h)[i]
	}
}

// fix puts the first reader, which has moved on, where it now belongs, or
// takes it out at its end.
func (h *heads) fix(more bool) {
	list := *h
	if !more {
		list[0] = list[len(list)-1]
		list = list[:len(list)-1]
		*h = list
	}
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(list); child++ {
			if list.less(child, least) {
				least = child
			}
		}
		if least == i {
			return
		}
		list[i], list[least] = list[least], list[i]
		i = least
	}
}

// sorted is a page's interactions as ratings in order, each state once.
func sorted(log []recommender.Interaction) []rating {
	list := make([]rating, len(log))
	for i, x := range log {
		list[i] = rating{user: string(x.User), item: string(x.Item), kind: x.Kind, value: x.Value, unix: unixOf(x.Time), text: x.Text}
	}
	slices.SortStableFunc(list, func(a, b rating) int { return a.compare(&b) })
	kept := list[:0]
	for _, x := range list {
		if len(kept) > 0 && x.replaces(&kept[len(kept)-1]) {
			kept[len(kept)-1] = x
			continue
		}
		kept = append(kept, x)
	}
	return kept
}
