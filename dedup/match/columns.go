package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/osusume/osusume/internal/ngram"
)

// A Column is what was compared: a column of the left table and its counterpart.
type Column struct {
	Left, Right string // names; "" where the table has no such column
	Kind        Kind
}

// A pairing is a Column with its values: the left rows, then the right ones. Of a
// table that is matched against itself there are the left ones only.
type pairing struct {
	Column
	values, folded []string
	filled         int
	space          *ngram.Space // of Name and Text
}

func (p *pairing) both() bool { return p.Left != "" && p.Right != "" && p.Kind != Empty }

// A reader makes pairings of two tables.
type reader struct {
	left, right Table
	self        bool
}

func (r reader) rows() int {
	if r.self {
		return len(r.left.Rows)
	}
	return len(r.left.Rows) + len(r.right.Rows)
}

// pair reads column l of the left and column rc of the right table; −1 is none.
func (r reader) pair(l, rc int) *pairing {
	p := &pairing{values: make([]string, r.rows())}
	if l >= 0 {
		p.Left = r.left.Columns[l]
		for i := range r.left.Rows {
			p.values[i] = r.left.cell(i, l)
		}
	}
	if rc >= 0 {
		p.Right = r.right.Columns[rc]
		if !r.self {
			for i := range r.right.Rows {
				p.values[len(r.left.Rows)+i] = r.right.cell(i, rc)
			}
		}
	}
	p.folded = foldAll(p.values)
	look := profileOf(p.values, p.folded)
	p.Kind, p.filled = look.kind(), look.filled
	return p
}

// named pairs the columns of one name and returns what is left over.
func (r reader) named(c Config) (pairs, left, right []*pairing) {
	used := map[int]bool{}
	for l, name := range r.left.Columns {
		if !c.wants(name) {
			continue
		}
		rc := l
		if !r.self {
			rc = slices.IndexFunc(r.right.Columns, func(o string) bool { return sameName(o, name) })
		}
		if rc < 0 {
			left = append(left, r.pair(l, -1))
			continue
		}
		used[rc] = true
		pairs = append(pairs, r.pair(l, rc))
	}
	if !r.self {
		for rc, name := range r.right.Columns {
			if c.wants(name) && !used[rc] {
				right = append(right, r.pair(-1, rc))
			}
		}
	}
	return pairs, left, right
}

// rowTexts joins what the columns hold, amounts left out: they are near by chance.
func rowTexts(n int, columns []*pairing) []string {
	texts := make([]strings.Builder, n)
	for _, p := range columns {
		if p.Kind == Number || p.Kind == Empty {
			continue
		}
		for i, v := range p.folded {
			if v != "" && texts[i].Len() < ngram.MaxText {
				texts[i].WriteString(v)
				texts[i].WriteByte(' ')
			}
		}
	}
	out := make([]string, n)
	for i := range texts {
		out[i] = texts[i].String()
	}
	return out
}

// Columns of different names are counterparts where likely matches agree in them
// far more than other pairs do.
const (
	alignSeeds = 20   // likely matches that must have both
	alignGain  = 0.25 // of the way from the worst level to the best
)

// align pairs what is left over by what the columns hold. likely are pairs that
// may match, the most probable first.
func align(r reader, left, right []*pairing, likely []candidate) (pairs []*pairing) {
	type option struct {
		a, b int
		gain float64
		p    *pairing
	}
	var options []option
	for a, l := range left {
		for b, rt := range right {
			if l.Kind == Empty || rt.Kind == Empty || l.Kind != rt.Kind && !(worded(l.Kind) && worded(rt.Kind)) {
				continue
			}
			p := r.pair(slices.Index(r.left.Columns, l.Left), slices.Index(r.right.Columns, rt.Right))
			p.Kind = l.Kind
			if gain, n := gainOf(p, len(r.left.Rows), likely); n >= alignSeeds && gain >= alignGain {
				options = append(options, option{a, b, gain, p})
			}
		}
	}
	slices.SortStableFunc(options, func(x, y option) int { return cmp.Compare(y.gain, x.gain) })
	for _, o := range options {
		if left[o.a] != nil && right[o.b] != nil {
			pairs = append(pairs, o.p)
			left[o.a], right[o.b] = nil, nil
		}
	}
	return pairs
}

func worded(k Kind) bool { return k == Name || k == Text }

// gainOf is how much better than with each other's partners the likely matches
// agree: of those that have both values, the better half.
func gainOf(p *pairing, left int, likely []candidate) (gain float64, n int) {
	c := comparatorOf(p, left)
	both := slices.DeleteFunc(slices.Clone(likely), func(s candidate) bool { return c.level(int(s.left), int(s.right)) == 0 })
	both = both[:(len(both)+1)/2]
	for i, s := range both {
		gain += float64(c.level(int(s.left), int(s.right)))
		gain -= float64(c.level(int(s.left), int(both[(i+1)%len(both)].right)))
	}
	return gain / float64(max(1, len(both))*(c.levels-1)), len(both)
}
