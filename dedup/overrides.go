package dedup

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Overrides are what people decided, whatever the evidence. The zero Overrides
// decide nothing; nil may be used in their place. A value that is in use is not
// to be modified.
type Overrides struct {
	Force [][]recommender.ItemID  // the records of a list are one item, even two of one source
	Block [][2]recommender.ItemID // the two records are never one item, nor by way of others
}

// maxLine is the longest line of an overrides file, in bytes.
const maxLine = 1 << 20

// ReadOverrides reads a file that people write:
//
//	# a comment, to the end of the line
//	force mal:21 anilist:21 kitsu:12     # these are one item
//	block mal:5114 anilist:121           # these two are not
//	block mal:5114 anilist:121 kitsu:100 # the first is none of the others
//
// IDs stand between blanks; one with a blank, a quote or a "#" in it is written
// in double quotes as Go writes strings. Empty lines are skipped. name says in
// errors which file it was.
//
// Every fault is reported, each with its line, in one error that wraps
// [recommender.ErrInvalid]: a word that is neither force nor block, fewer than
// two IDs, an ID twice in a line, a quote that is not closed, and records that
// are blocked and, over any number of lines, forced to be one. Records that a run
// does not have are none: people decide once, and records come and go.
func ReadOverrides(r io.Reader, name string) (*Overrides, error) {
	o := &Overrides{}
	var faults []error
	fault := func(line int, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s:%d: %s", name, line, fmt.Sprintf(format, args...)))
	}
	var blockLines []int
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		words, err := overrideWords(lines.Text())
		if err != nil {
			fault(n, "%v", err)
			continue
		}
		if len(words) == 0 {
			continue
		}
		verb, ids := words[0], words[1:]
		if verb != "force" && verb != "block" {
			fault(n, "%q is neither force nor block", clip(verb))
			continue
		}
		if len(ids) < 2 {
			fault(n, "%s needs two IDs or more, there are %d", verb, len(ids))
			continue
		}
		if twice := firstTwice(ids); twice != "" {
			fault(n, "%q stands there twice", clip(twice))
			continue
		}
		if verb == "force" {
			group := make([]recommender.ItemID, len(ids))
			for i, id := range ids {
				group[i] = recommender.ItemID(id)
			}
			o.Force = append(o.Force, group)
			continue
		}
		for _, id := range ids[1:] {
			o.Block = append(o.Block, [2]recommender.ItemID{recommender.ItemID(ids[0]), recommender.ItemID(id)})
			blockLines = append(blockLines, n)
		}
	}
	if err := lines.Err(); err != nil {
		if !errors.Is(err, bufio.ErrTooLong) {
			return nil, fmt.Errorf("dedup: read overrides: %s:%d: %w", name, n+1, err)
		}
		fault(n+1, "the line is longer than %d bytes", maxLine)
	}
	groups := o.groups()
	for i, b := range o.Block {
		if g, ok := groups[b[0]]; ok && groups[b[1]] == g {
			fault(blockLines[i], "%q and %q are blocked here and forced to be one elsewhere", b[0], b[1])
		}
	}
	if faults != nil {
		return nil, fmt.Errorf("dedup: read overrides: %w: %w", recommender.ErrInvalid, errors.Join(faults...))
	}
	return o, nil
}

// overrideWords splits a line into its words, without the comment.
func overrideWords(line string) ([]string, error) {
	var words []string
	for {
		line = strings.TrimLeft(line, " \t\r\uFEFF")
		switch {
		case line == "" || line[0] == '#':
			return words, nil
		case line[0] == '"':
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, fmt.Errorf("a quote that is not closed: %s", clip(line))
			}
			word, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", clip(quoted), err)
			}
			if word == "" {
				return nil, errors.New("an empty ID")
			}
			words, line = append(words, word), line[len(quoted):]
		default:
			end := strings.IndexAny(line, " \t\r#\"")
			if end < 0 {
				end = len(line)
			}
			words, line = append(words, line[:end]), line[end:]
		}
	}
}

func firstTwice(ids []string) string {
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			return id
		}
		seen[id] = true
	}
	return ""
}

// groups numbers the records that are forced to be one; force is transitive.
func (o *Overrides) groups() map[recommender.ItemID]int {
	of := map[recommender.ItemID]int{}
	if o == nil {
		return of
	}
	parent := make([]int, len(o.Force))
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, group := range o.Force {
		parent[i] = i
		for _, id := range group {
			if j, ok := of[id]; ok {
				parent[root(i)] = root(j)
			}
			of[id] = i
		}
	}
	for id, i := range of {
		of[id] = root(i)
	}
	return of
}

// check reports what [ReadOverrides] would, for Overrides that a program made.
func (o *Overrides) check() []string {
	if o == nil {
		return nil
	}
	var faults []string
	groups := o.groups()
	for i, b := range o.Block {
		if g, ok := groups[b[0]]; b[0] == b[1] || ok && groups[b[1]] == g {
			faults = append(faults, fmt.Sprintf("Overrides.Block[%d]: %q and %q are one record or forced to be one", i, b[0], b[1]))
		}
	}
	return faults
}

// WriteTo writes o as a file that [ReadOverrides] reads.
func (o *Overrides) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	if o != nil {
		for _, group := range o.Force {
			writeOverride(&b, "force", group...)
		}
		for _, pair := range o.Block {
			writeOverride(&b, "block", pair[:]...)
		}
	}
	n, err := io.WriteString(w, b.String())
	if err != nil {
		return int64(n), fmt.Errorf("dedup: write overrides: %w", err)
	}
	return int64(n), nil
}

func writeOverride(b *strings.Builder, verb string, ids ...recommender.ItemID) {
	b.WriteString(verb)
	for _, id := range ids {
		b.WriteByte(' ')
		if s := string(id); strings.ContainsAny(s, " \t\r\n#\"\\\uFEFF") || strconv.Quote(s) != `"`+s+`"` {
			b.WriteString(strconv.Quote(s))
		} else {
			b.WriteString(s)
		}
	}
	b.WriteByte('\n')
}
