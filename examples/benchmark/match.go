package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/osusume/osusume/dedup/match"
	"github.com/osusume/osusume/examples/internal/process"
	"github.com/osusume/osusume/sources"
)

const matchHelp = `benchmark match finds the rows of two tables, or of one, that are the same thing,
without labels, and judges them against a truth.

  benchmark match -left abt.csv -right buy.csv -truth truth.csv
  benchmark match -self people.csv -cluster person
  benchmark match -self febrl.csv -cluster rec_id:febrl

The first column of a table is its ID and is not compared. -truth has the columns
LEFT_id and RIGHT_id in any order, where LEFT and RIGHT are the names of the files
without their extensions. A row has at most one partner. Every true pair counts
that the tables hold both rows of.

-self: rows that share the value of -cluster are the same; rows where it is empty
are like no other. NAME:febrl takes rec-12 out of rec-12-dup-0. The column is not
compared.

Output: a line, or with -json an object with the fields left, right (rows),
matches (pairs found), true (pairs to find), seconds, peak_rss_bytes, precision,
recall, f1 and blocking_recall (share of the true pairs that are compared at all).
`

type matchResult struct {
	Left           int     `json:"left"`
	Right          int     `json:"right"`
	Matches        int     `json:"matches"`
	True           int     `json:"true"`
	Seconds        float64 `json:"seconds"`
	PeakRSSBytes   int64   `json:"peak_rss_bytes"`
	Precision      finite  `json:"precision"`
	Recall         finite  `json:"recall"`
	F1             finite  `json:"f1"`
	BlockingRecall finite  `json:"blocking_recall"`
}

func matchTables(ctx context.Context, args []string, out, notes io.Writer) error {
	f := newFlags("match", matchHelp, out, notes)
	left := f.String("left", "", "`file` of the first table")
	right := f.String("right", "", "`file` of the second table")
	truth := f.String("truth", "", "`file` of the pairs that are the same")
	self := f.String("self", "", "`file` of the table to resolve against itself")
	cluster := f.String("cluster", "", "`column` of -self that says what is the same, or NAME:febrl")
	on := f.String("on", "", "`columns` to compare, comma separated; empty: all")
	set := f.String("set", "", "`Field=value,…` of the configuration, by Go name, any case")
	workers := f.Int("workers", 0, "goroutines; 0: one per processor. Results do not depend on it")
	asJSON := f.Bool("json", false, "print JSON")
	if err := f.parse(args); err != nil {
		return err
	}
	config := match.Config{Workers: *workers, On: words(*on)}
	if err := applyAll(&config, *set); err != nil {
		return err
	}
	var r *matchResult
	var err error
	switch {
	case *self != "" && (*left != "" || *right != "" || *truth != ""):
		err = errors.New("-self stands alone, without -left, -right and -truth")
	case *self != "" && *cluster == "":
		err = errors.New("-self needs -cluster")
	case *self != "":
		r, err = matchSelf(ctx, config, *self, *cluster, notes)
	case *left == "" || *right == "" || *truth == "":
		err = errors.New("needs -left, -right and -truth, or -self and -cluster")
	default:
		r, err = matchPair(ctx, config, *left, *right, *truth, notes)
	}
	if err != nil {
		return err
	}
	if *asJSON {
		return writeJSON(out, r)
	}
	_, err = fmt.Fprintf(out, "%d × %d rows: precision %.4f, recall %.4f, F1 %.4f (%d pairs found, %d true); blocking recall %.4f; %.2f s, peak memory %d MB\n",
		r.Left, r.Right, float64(r.Precision), float64(r.Recall), float64(r.F1), r.Matches, r.True, float64(r.BlockingRecall), r.Seconds, r.PeakRSSBytes>>20)
	return err
}

// An idTable is a table with the IDs of its rows taken out.
type idTable struct {
	match.Table
	first string // name of the column of IDs
	ids   []string
	row   map[string]int
}

// readTable reads a table whose first column is its ID.
func readTable(path string, notes io.Writer) (t *idTable, err error) {
	rows, err := sources.OpenRows(path, sources.RowOptions{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	t = &idTable{row: map[string]int{}}
	t.Name = stem(path)
	bad := 0
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(row.Values) == 0 || row.Values[0] == "" {
			if bad++; bad <= 3 {
				fmt.Fprintln(notes, "left out:", row.Bad(errors.New("no ID")))
			}
			continue
		}
		id := row.Values[0]
		if _, twice := t.row[id]; twice {
			return nil, fmt.Errorf("%s: line %d: ID %q is there twice", path, row.Line, id)
		}
		t.row[id] = len(t.ids)
		t.ids = append(t.ids, id)
		t.Rows = append(t.Rows, slices.Clone(row.Values[1:]))
	}
	if columns := rows.Columns(); len(columns) < 2 {
		return nil, fmt.Errorf("%s: columns %q: nothing to compare beside the ID", path, columns)
	}
	t.first, t.Columns = rows.Columns()[0], slices.Clone(rows.Columns()[1:])
	if bad > 3 {
		fmt.Fprintf(notes, "left out: %d rows of %s in all\n", bad, path)
	}
	return t, nil
}

// stem is a file's name without its extensions.
func stem(path string) string {
	name, _, _ := strings.Cut(filepath.Base(path), ".")
	return name
}

func matchPair(ctx context.Context, config match.Config, leftFile, rightFile, truthFile string, notes io.Writer) (*matchResult, error) {
	left, err := readTable(leftFile, notes)
	if err != nil {
		return nil, err
	}
	right, err := readTable(rightFile, notes)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(left.Name, right.Name) {
		return nil, fmt.Errorf("-left and -right are both called %s: %s cannot name their IDs; rename one", left.Name, truthFile)
	}
	truth := map[[2]int]bool{}
	missing := 0
	err = column(truthFile, []string{left.Name + "_id", right.Name + "_id"}, func(v []string) error {
		l, okL := left.row[v[0]]
		r, okR := right.row[v[1]]
		if !okL || !okR {
			missing++
			return nil
		}
		truth[[2]int{l, r}] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	if missing > 0 {
		fmt.Fprintf(notes, "%s: %d pairs name a row that is not in the tables\n", truthFile, missing)
	}
	if len(truth) == 0 {
		return nil, fmt.Errorf("%s: no pair of rows of both tables", truthFile)
	}
	start := time.Now()
	found, err := config.Pair(ctx, left.Table, right.Table)
	if err != nil {
		return nil, err
	}
	r := &matchResult{Left: len(left.ids), Right: len(right.ids), Matches: len(found.Matches), True: len(truth)}
	r.Seconds, r.PeakRSSBytes = time.Since(start).Seconds(), process.PeakRSS()
	hits, compared := 0, 0
	for _, m := range found.Matches {
		if truth[[2]int{m.Left, m.Right}] {
			hits++
		}
	}
	for m := range found.Candidates() {
		if truth[[2]int{m.Left, m.Right}] {
			compared++
		}
	}
	r.judge(hits, compared)
	return r, nil
}

// judge fills in what follows from the pairs that are right, and compared.
func (r *matchResult) judge(hits, compared int) {
	r.Precision = finite(float64(hits) / float64(r.Matches))
	r.Recall = finite(float64(hits) / float64(r.True))
	r.F1 = finite(2 * float64(hits) / float64(r.Matches+r.True))
	r.BlockingRecall = finite(float64(compared) / float64(r.True))
}

func matchSelf(ctx context.Context, config match.Config, file, cluster string, notes io.Writer) (*matchResult, error) {
	t, err := readTable(file, notes)
	if err != nil {
		return nil, err
	}
	truth, err := t.takeClusters(file, cluster)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	found, err := config.Self(ctx, t.Table)
	if err != nil {
		return nil, err
	}
	r := &matchResult{Left: len(t.ids), Right: len(t.ids)}
	r.Seconds, r.PeakRSSBytes = time.Since(start).Seconds(), process.PeakRSS()
	type both struct {
		found int
		truth string
	}
	inFound, inTruth, inBoth := map[int]int{}, map[string]int{}, map[both]int{}
	for i, c := range found.Clusters {
		inFound[c]++
		inTruth[truth[i]]++
		inBoth[both{c, truth[i]}]++
	}
	r.Matches, r.True = pairsWithin(inFound), pairsWithin(inTruth)
	if r.True == 0 {
		return nil, fmt.Errorf("%s: no two rows share their %s", file, cluster)
	}
	compared := 0
	for m := range found.Candidates() {
		if truth[m.Left] == truth[m.Right] {
			compared++
		}
	}
	r.judge(pairsWithin(inBoth), compared)
	return r, nil
}

// pairsWithin is how many pairs groups of the given sizes hold.
func pairsWithin[K comparable](sizes map[K]int) int {
	n := 0
	for _, size := range sizes {
		n += size * (size - 1) / 2
	}
	return n
}
