package sources

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A page is committed at once, and a commit waits for the disk: ten thousand
// rows make that wait small and still lose little work.
const defaultPageSize = 10_000

// walk reads a file page by page. prepare learns the columns and returns what
// puts a row into a page; an error of that is a bad row.
func walk(ctx context.Context, path string, o RowOptions, pageSize int, from recommender.Cursor,
	prepare func(*Rows) (func(Row, *recommender.Page) error, error),
) iter.Seq2[recommender.Page, error] {
	return func(yield func(recommender.Page, error) bool) {
		if err := pages(ctx, path, o, pageSize, from, prepare, yield); err != nil {
			yield(recommender.Page{}, err)
		}
	}
}

// pages is walk, with its last error returned.
func pages(ctx context.Context, path string, o RowOptions, pageSize int, from recommender.Cursor,
	prepare func(*Rows) (func(Row, *recommender.Page) error, error),
	yield func(recommender.Page, error) bool,
) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if pageSize < 0 {
		return fmt.Errorf("sources: %s: %w: PageSize %d < 0", path, recommender.ErrInvalid, pageSize)
	}
	if pageSize == 0 {
		pageSize = defaultPageSize
	}
	o.From = from
	rows, err := openRows(ctx, path, o)
	if err != nil {
		return err
	}
	stopped := false
	defer func() {
		if closeErr := rows.Close(); !stopped {
			err = errors.Join(err, closeErr)
		}
	}()
	take, err := prepare(rows)
	if err != nil {
		return err
	}
	var page recommender.Page
	for {
		// A page is mostly as full as the one before.
		page = recommender.Page{
			Items:        slices.Grow([]recommender.Item(nil), len(page.Items)),
			Interactions: slices.Grow([]recommender.Interaction(nil), len(page.Interactions)),
		}
		err := fill(rows, take, pageSize, &page)
		if err != nil && err != io.EOF {
			return err
		}
		if n := len(page.Items) + len(page.Interactions) + len(page.Bad); n > 0 && !yield(page, nil) {
			stopped = true
			return nil
		}
		if err == io.EOF {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// fill reads up to size rows, good and bad, into page; io.EOF at the end.
func fill(rows *Rows, take func(Row, *recommender.Page) error, size int, page *recommender.Page) error {
	for range size {
		row, err := rows.Next()
		if bad, ok := errors.AsType[*recommender.RecordError](err); ok {
			page.Bad = append(page.Bad, bad)
			continue
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := take(row, page); err != nil {
			page.Bad = append(page.Bad, row.Bad(err))
		}
	}
	page.Next = rows.Cursor()
	page.Done, page.Total = rows.Progress()
	if rows.ended {
		return io.EOF
	}
	return nil
}
