package sources

import (
	"context"
	"strings"
)

// The columns of the list layout.
const (
	listUser = "user"
	listItem = "item"
)

// listRows reads "user item item …", with blanks or tabs between them, and
// makes a row of each pair. A user without items gives none.
type listRows struct {
	*lines
	user   string
	items  string // of the line that are still to come
	line   position
	values [2]string
}

func (*listRows) columns() []string { return []string{listUser, listItem} }

func (l *listRows) next() (Row, error) {
	for {
		if item, rest := field(l.items); item != "" {
			l.items = rest
			l.line.skip++
			l.values = [2]string{l.user, item}
			return l.row(l.line.line, l.values[:]), nil
		}
		l.items = ""
		l.line = l.lines.pos()
		line, err := l.win.readLine()
		if err != nil {
			return Row{}, l.bad(l.line.line, err)
		}
		s, err := l.text(line)
		if err != nil {
			return Row{}, l.bad(l.line.line, err)
		}
		l.user, l.items = field(s)
	}
}

// pos is inside a line where items of it are still to come.
func (l *listRows) pos() position {
	if strings.Trim(l.items, blanks) != "" {
		return l.line
	}
	return l.lines.pos()
}

func (l *listRows) seek(ctx context.Context, p position) error {
	if err := l.lines.seek(ctx, position{offset: p.offset, line: p.line}); err != nil {
		return err
	}
	l.user, l.items = "", ""
	for range p.skip {
		if _, err := l.next(); err != nil {
			return err
		}
	}
	return nil
}

const blanks = " \t"

// field cuts the first field off s.
func field(s string) (first, rest string) {
	s = strings.TrimLeft(s, blanks)
	if i := strings.IndexAny(s, blanks); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}
