package sources

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

var (
	errNoObject = errors.New("not a JSON object")
	errJSON     = errors.New("broken JSON")
	errDeep     = fmt.Errorf("objects nested more than %d deep", maxDepth)
	errColumns  = fmt.Errorf("more than %d different keys in the file", maxColumns)
)

const maxDepth = 8

// jsonRows reads a JSON object a line. It finds keys and values itself, since
// encoding/json into a map takes several times as long, and leaves escapes,
// numbers and nested arrays to encoding/json.
type jsonRows struct {
	*lines
	names  []string
	index  map[string]int
	values []string
	seen   []int // number of the row that last had the column
	rowNo  int
	src    string // the line
	i      int    // in it
	path   []byte // names of the objects around, each with a dot
}

func newJSONRows(l *lines) *jsonRows { return &jsonRows{lines: l, index: map[string]int{}} }

func (j *jsonRows) columns() []string { return j.names }

func (j *jsonRows) next() (Row, error) {
	for {
		n := j.win.line
		line, err := j.win.readLine()
		if err != nil {
			return Row{}, j.bad(n, err)
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		s, err := j.text(line)
		if err == nil {
			err = j.parse(s)
		}
		if err != nil {
			return Row{}, j.bad(n, err)
		}
		return j.row(n, j.values), nil
	}
}

func (j *jsonRows) parse(s string) error {
	j.src, j.i, j.path = s, 0, j.path[:0]
	j.rowNo++
	clear(j.values)
	if s[0] != '{' {
		return errNoObject
	}
	if err := j.object(0); err != nil {
		return err
	}
	if j.blank(); j.i != len(s) {
		return fmt.Errorf("%w: text after the object", errJSON)
	}
	return nil
}

// object reads the object that begins here.
func (j *jsonRows) object(depth int) error {
	if depth == maxDepth {
		return errDeep
	}
	j.i++
	if j.accept('}') {
		return nil
	}
	for {
		j.blank()
		key, err := j.str()
		if err != nil {
			return err
		}
		if !j.accept(':') {
			return j.broken("no colon after a key")
		}
		if err := j.value(key, depth); err != nil {
			return err
		}
		if j.accept('}') {
			return nil
		}
		if !j.accept(',') {
			return j.broken("no comma or } after a value")
		}
	}
}

func (j *jsonRows) value(key string, depth int) error {
	j.blank()
	start := len(j.path)
	j.path = append(j.path, key...)
	defer func() { j.path = j.path[:start] }()
	var v string
	var err error
	switch j.peek() {
	case '{':
		j.path = append(j.path, '.')
		return j.object(depth + 1)
	case '"':
		v, err = j.str()
	case '[':
		v, err = j.array()
	default:
		v, err = j.literal()
	}
	if err != nil {
		return err
	}
	return j.set(v)
}

// set stores the value of the column named by path.
func (j *jsonRows) set(v string) error {
	c, ok := j.index[string(j.path)]
	if !ok {
		if c = len(j.names); c == maxColumns {
			return errColumns
		}
		name := string(j.path)
		j.index[name] = c
		// A new array each time: callers may hold the old one.
		j.names = append(j.names[:c:c], name)
		j.values = append(j.values, "")
		j.seen = append(j.seen, 0)
	}
	if j.seen[c] == j.rowNo {
		return fmt.Errorf("key %q twice", j.path)
	}
	j.seen[c] = j.rowNo
	j.values[c] = v
	return nil
}

// str reads a string.
func (j *jsonRows) str() (string, error) {
	if j.peek() != '"' {
		return "", j.broken("no string where one must be")
	}
	plain := true
	for k := j.i + 1; k < len(j.src); k++ {
		switch b := j.src[k]; {
		case b == '\\':
			plain = false
			k++
		case b < ' ':
			return "", j.broken("a control character in a string")
		case b == '"':
			raw := j.src[j.i : k+1]
			j.i = k + 1
			if plain {
				return raw[1 : len(raw)-1], nil
			}
			var v string
			if err := json.Unmarshal([]byte(raw), &v); err != nil {
				return "", fmt.Errorf("%w: %w", errJSON, err)
			}
			return v, nil
		}
	}
	return "", j.broken("a string without an end")
}

// array takes an array as it stands.
func (j *jsonRows) array() (string, error) {
	depth, quoted := 0, false
	for k := j.i; k < len(j.src); k++ {
		switch b := j.src[k]; {
		case quoted && b == '\\':
			k++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '[':
			depth++
		case b == ']':
			if depth--; depth > 0 {
				continue
			}
			raw := j.src[j.i : k+1]
			if !json.Valid([]byte(raw)) {
				return "", j.broken("a broken array")
			}
			j.i = k + 1
			return raw, nil
		}
	}
	return "", j.broken("an array without an end")
}

// literal reads a number, true, false, or null, which is no value.
func (j *jsonRows) literal() (string, error) {
	k := j.i
	for k < len(j.src) && !bytes.ContainsRune([]byte(",}] \t"), rune(j.src[k])) {
		k++
	}
	raw := j.src[j.i:k]
	if !json.Valid([]byte(raw)) {
		return "", j.broken("no value where one must be")
	}
	j.i = k
	if raw == "null" {
		return "", nil
	}
	return raw, nil
}

func (j *jsonRows) blank() {
	for j.i < len(j.src) && (j.src[j.i] == ' ' || j.src[j.i] == '\t' || j.src[j.i] == '\r') {
		j.i++
	}
}

// peek is the byte here, 0 at the end.
func (j *jsonRows) peek() byte {
	if j.i < len(j.src) {
		return j.src[j.i]
	}
	return 0
}

// accept goes past b and the blanks before it, if b is next.
func (j *jsonRows) accept(b byte) bool {
	if j.blank(); j.peek() != b {
		return false
	}
	j.i++
	return true
}

func (j *jsonRows) broken(what string) error {
	return fmt.Errorf("%w: %s at byte %d", errJSON, what, j.i+1)
}
