package sources

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// A position is a place between two rows of a file. As a Cursor it is written
// "offset.line.skip".
type position struct {
	offset int64 // bytes of unpacked content before it; in Parquet rows
	line   int   // number of the next line, from 1
	skip   int   // rows of that line that lie before it, in the list layout
}

func (p position) cursor() recommender.Cursor {
	return recommender.Cursor(fmt.Sprintf("%d.%d.%d", p.offset, p.line, p.skip))
}

// parseCursor reads a Cursor back; the zero Cursor is the start.
func parseCursor(c recommender.Cursor) (position, error) {
	if c == "" {
		return position{line: 1}, nil
	}
	if parts := strings.Split(string(c), "."); len(parts) == 3 {
		off, err1 := strconv.ParseInt(parts[0], 10, 64)
		line, err2 := strconv.Atoi(parts[1])
		skip, err3 := strconv.Atoi(parts[2])
		p := position{off, line, skip}
		if err1 == nil && err2 == nil && err3 == nil && off >= 0 && line > 0 && skip >= 0 && p.cursor() == c {
			return p, nil
		}
	}
	return position{}, fmt.Errorf("%w: cursor %q is not of this source", recommender.ErrInvalid, c)
}
