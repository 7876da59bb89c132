package sources

import (
	"fmt"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// RowOptions say how a file is to be read. The zero value reads any file whose
// first line tells how it is written.
type RowOptions struct {
	Format    Format             // Auto: by first bytes, extension and first line
	Separator string             // of CSV, one byte or more: "::" is one; "": the first line tells
	Header    []string           // names of the columns of a CSV or TSV file that has no header line
	Quotes    Quotes             // what a double quote means in CSV
	Latin1    bool               // the file is ISO 8859-1, as MovieLens's older ones are; else it must be UTF-8
	MaxLine   int                // bytes that a row may take; 0 means 4 MiB: a longer one is damage, not data
	From      recommender.Cursor // where to go on; "": the first row
}

const (
	defaultMaxLine = 4 << 20
	maxColumns     = 1024 // more names than this in a file of JSON are keys used as values
)

func (o RowOptions) check() error {
	var faults []string
	if o.Format > List {
		faults = append(faults, fmt.Sprintf("Format %d unknown", o.Format))
	}
	if o.Quotes > QuotesOff {
		faults = append(faults, fmt.Sprintf("Quotes %d unknown", o.Quotes))
	}
	if strings.ContainsAny(o.Separator, "\r\n\"") {
		faults = append(faults, fmt.Sprintf("Separator %q holds a line end or a quote", o.Separator))
	}
	if o.MaxLine < 0 {
		faults = append(faults, fmt.Sprintf("MaxLine %d < 0", o.MaxLine))
	}
	if faults == nil {
		return nil
	}
	return fmt.Errorf("%w: RowOptions: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
}
