package storage

import (
	"cmp"
	"context"
	"slices"
	"unicode/utf8"

	"github.com/osusume/osusume/recommender"
)

// A part is rows of one user in a group.
type part struct {
	g *ratingGroup
	span
}

// merge calls visit with the rows of files, oldest file first, that are user's
// ("": anyone's), in order, each state once: the latest, and of equal times that
// of the newest file. A visit is rows of one user, and there may be several in
// a row of one user. It ends when visit returns false. It holds a stretch of rows
// of every run.
func (w *Warehouse) merge(ctx context.Context, files []fileInfo, user string, texts bool, visit func([]part) (bool, error)) error {
	var (
		heads   heads
		readers []*runReader
	)
	defer func() {
		for _, r := range readers {
			r.close()
		}
	}()
	// All files are opened at once, so that the walk sees one state even where
	// the files are collected while it goes on.
	for i, run := range runsOf(files) {
		r := &runReader{w: w, age: i, user: user, texts: texts}
		readers = append(readers, r)
		for _, info := range run {
			if user != "" && !mayHold(info, user) {
				continue
			}
			f, err := w.openRatings(info)
			if err != nil {
				return err
			}
			r.files = append(r.files, f)
		}
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
	var parts []part
	for len(heads) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if parts, err = heads.take(parts[:0]); err != nil {
			return err
		}
		if more, err := visit(parts); err != nil || !more {
			return err
		}
	}
	return nil
}

// runsOf groups files that follow each other in the table's order.
func runsOf(files []fileInfo) [][]fileInfo {
	var runs [][]fileInfo
	for i, f := range files {
		if i > 0 && f.Run != 0 && f.Run == files[i-1].Run {
			runs[len(runs)-1] = append(runs[len(runs)-1], f)
			continue
		}
		runs = append(runs, []fileInfo{f})
	}
	return runs
}

// mayHold reports whether a file's bounds let it hold rows of user.
func mayHold(info fileInfo, user string) bool {
	return info.First == "" || info.First <= user && user <= info.Last
}

// plain reports whether JSON gives s back as it is.
func plain(s string) bool { return utf8.ValidString(s) }

// A runReader walks one run, span by span.
type runReader struct {
	w     *Warehouse
	files []*ratingFile // what is left of them
	age   int           // place among the runs: older first
	user  string
	texts bool
	group int          // the next one
	rows  *groupReader // the one before; nil: at its end
	from  int          // where its next rows begin
	g     *ratingGroup
	now   span
}

func (r *runReader) close() {
	r.leave()
	for _, f := range r.files {
		f.close()
	}
}

// leave ends a row group.
func (r *runReader) leave() {
	if r.rows != nil {
		r.rows.close()
		r.rows = nil
	}
}

// next moves now on; false at the end of the run.
func (r *runReader) next() (bool, error) {
	for r.g == nil || r.now.to == len(r.g.user) {
		if len(r.files) == 0 {
			return false, nil
		}
		f := r.files[0]
		more := false
		err := r.w.guard(f.info, func() (err error) {
			more, err = r.read(f)
			return err
		})
		if err != nil {
			return false, err
		}
		if r.now = (span{}); !more {
			f.close()
			r.files, r.group = r.files[1:], 0
		}
	}
	r.now = r.g.spanAt(r.now.to)
	return true, nil
}

// read sets g to the next rows of a file, which may be nil; false at its end.
func (r *runReader) read(f *ratingFile) (more bool, err error) {
	r.g = nil
	if err := f.parse(); err != nil {
		return false, err
	}
	if r.rows == nil {
		if r.group == len(f.groups) {
			return false, nil
		}
		r.rows, r.from = f.group(r.group), 0
		r.group++
	}
	if r.user != "" {
		r.g, err = r.rows.readUser(r.user, r.texts)
		r.leave()
		return true, err
	}
	to := r.rows.stretch(r.from, r.texts)
	if r.g, err = r.rows.read(r.from, to, r.texts); err != nil {
		return false, err
	}
	if r.from = to; to == r.rows.meta.rows {
		r.leave()
	}
	return true, nil
}

// heads is a binary heap of readers by the user that they stand on.
type heads []*runReader

func (h heads) less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].now.user, h[j].now.user), cmp.Compare(h[i].age, h[j].age)) < 0
}

// take appends rows of the first user, as merge hands them over, and moves the
// readers that had some.
func (h *heads) take(parts []part) ([]part, error) {
	user := (*h)[0].now.user
	if len(*h) == 1 || !h.another(user) {
		r := (*h)[0]
		parts = append(parts, part{r.g, r.now})
		more, err := r.next()
		h.fix(more)
		return parts, err
	}
	var rows []rowRef
	for len(*h) > 0 && (*h)[0].now.user == user {
		r := (*h)[0]
		for i := r.now.from; i < r.now.to; i++ {
			rows = append(rows, rowRef{r.g, int32(i), int32(r.age)})
		}
		more, err := r.next()
		if err != nil {
			return nil, err
		}
		h.fix(more)
	}
	slices.SortStableFunc(rows, compareRefs)
	for i, x := range rows {
		if i+1 < len(rows) && x.replacedBy(rows[i+1]) {
			continue
		}
		if n := len(parts); n > 0 && parts[n-1].g == x.g && parts[n-1].to == int(x.row) {
			parts[n-1].to++
			continue
		}
		parts = append(parts, part{x.g, span{user, int(x.row), int(x.row) + 1}})
	}
	return parts, nil
}

// another reports whether more than the first reader stands on user.
func (h heads) another(user string) bool {
	return len(h) > 1 && h[1].now.user == user || len(h) > 2 && h[2].now.user == user
}

// A rowRef is a row of a user in one of several runs.
type rowRef struct {
	g   *ratingGroup
	row int32
	age int32
}

func (x rowRef) item() string { return x.g.items[x.g.item[x.row]] }

func compareRefs(a, b rowRef) int {
	return cmp.Or(cmp.Compare(a.item(), b.item()), cmp.Compare(a.g.kind[a.row], b.g.kind[b.row]),
		cmp.Compare(a.g.unix[a.row], b.g.unix[b.row]), cmp.Compare(a.age, b.age))
}

// replacedBy reports whether b, which follows in order, takes a's place.
func (x rowRef) replacedBy(b rowRef) bool {
	k := x.g.kind[x.row]
	return k.State() && k == b.g.kind[b.row] && x.item() == b.item()
}

func (h *heads) push(r *runReader) {
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

// eachRating calls visit with every row of parts.
func eachRating(parts []part, visit func(recommender.Interaction) bool) bool {
	for _, p := range parts {
		for i := p.from; i < p.to; i++ {
			x := recommender.Interaction{
				User: recommender.UserID(p.user), Item: recommender.ItemID(p.g.items[p.g.item[i]]), Kind: p.g.kind[i], Value: p.g.value[i], Time: timeOf(p.g.unix[i]),
			}
			if p.g.texts != nil {
				x.Text = p.g.texts[i]
			}
			if !visit(x) {
				return false
			}
		}
	}
	return true
}
