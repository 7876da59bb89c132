package sources

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Catalogue is a Source of items from one file with a row for each.
//
// Where Mapping is not given and Name is a catalogue that [MappingOf] knows,
// its mapping is used if the file has its ID and a title of it. Otherwise
// columns are recognised by their usual names (id, item, movieId …; title, name;
// genres, tags; synopsis, description, overview, text; year …), and what is not
// recognised becomes an attribute. A file in which no ID can be found ends the
// walk with an error that lists its columns; a row without an ID goes into
// Page.Bad. Cursors and progress are those of [Ratings].
type Catalogue struct {
	Path     string
	Label    string     // Name of the Source and of the catalogue; "": the file's name without its extensions
	Mapping  Mapping    // zero: by Name, else by the usual names
	Rows     RowOptions // zero: found by the file's looks; From is not used
	PageSize int        // rows a page; 0 means 10,000
}

var _ recommender.Source = Catalogue{}

// Name returns the Label, or the file's name without its extensions.
func (s Catalogue) Name() string { return cmp.Or(s.Label, stem(s.Path)) }

// Pages walks the file.
func (s Catalogue) Pages(ctx context.Context, from recommender.Cursor) iter.Seq2[recommender.Page, error] {
	return walk(ctx, s.Path, s.Rows, s.PageSize, from, func(rows *Rows) (func(Row, *recommender.Page) error, error) {
		l, err := s.layout(rows)
		if err != nil {
			return nil, err
		}
		name := s.Name()
		return func(row Row, page *recommender.Page) error {
			it, err := l.item(row, name)
			if err == nil {
				page.Items = append(page.Items, it)
			}
			return err
		}, nil
	})
}

// layout picks the mapping and finds its columns.
func (s Catalogue) layout(rows *Rows) (*layout, error) {
	var l *layout
	if m := s.Mapping; !m.isZero() {
		l = m.bind(rows)
	} else if known, ok := MappingOf(s.Name()); ok {
		if l = known.bind(rows); !l.has(idRole) || !l.has(titleRole) {
			l = recognise(rows)
		}
	} else {
		l = recognise(rows)
	}
	switch {
	case l.has(idRole) || len(rows.Columns()) == 0: // an empty JSONL has no columns
		return l, nil
	case !s.Mapping.isZero():
		return nil, rows.unrecognised([]string{fmt.Sprintf("ID %q", s.Mapping.ID)})
	}
	return nil, rows.unrecognised([]string{fmt.Sprintf("an ID (one of %s)", strings.Join(usualMapping.id, ", "))})
}

// item makes an Item of a row.
func (l *layout) item(row Row, catalogue string) (recommender.Item, error) {
	l.refresh()
	id := strings.TrimSpace(l.value(row, idRole))
	if id == "" {
		return recommender.Item{}, errNoItem
	}
	it := recommender.Item{ID: recommender.RecordID(catalogue, id)}
	l.titles(row, &it)
	it.Text = plainText(l.value(row, synopsisRole))
	l.tags(row, &it)
	l.time(row, &it)
	for i, name := range l.attrs {
		l.attr(&it, name, l.value(row, firstAttr+i))
	}
	for i, other := range l.refs {
		if v := strings.TrimSpace(l.value(row, firstAttr+len(l.attrs)+i)); v != "" {
			it.Refs = append(it.Refs, recommender.RecordID(other, v))
		}
	}
	if l.Rest {
		for _, c := range l.rest {
			if c < len(row.Values) && !strings.HasPrefix(row.Values[c], "[") {
				l.attr(&it, l.rows.Columns()[c], row.Values[c])
			}
		}
	}
	return it, nil
}

// titles sets Title and Aliases, each spelling once.
func (l *layout) titles(row Row, it *recommender.Item) {
	add := func(t string) {
		switch t = tidy(unescape(t)); {
		case t == "" || t == it.Title:
		case it.Title == "":
			it.Title = t
		case !slices.Contains(it.Aliases, t):
			it.Aliases = append(it.Aliases, t)
		}
	}
	l.each(row, titleRole, func(_ int, v string) {
		if l.rows.nests() { // elsewhere a bracket belongs to the title
			for _, t := range list(v, "") {
				add(t)
			}
			return
		}
		add(v)
	})
	l.each(row, aliasRole, func(_ int, v string) {
		for _, t := range list(v, cmp.Or(l.Separator, "|")) {
			add(t)
		}
	})
	l.each(row, slugRole, func(_ int, v string) {
		if v = strings.ReplaceAll(v, "-", " "); !strings.EqualFold(v, it.Title) {
			add(v)
		}
	})
}

func (l *layout) tags(row Row, it *recommender.Item) {
	add := func(t string) {
		if t = tidy(unescape(t)); t != "" && t != "(no genres listed)" && !slices.Contains(it.Tags, t) {
			it.Tags = append(it.Tags, t)
		}
	}
	l.each(row, tagRole, func(_ int, v string) {
		sep := l.Separator
		for _, s := range []string{"|", ";", ","} {
			if sep == "" && strings.Contains(v, s) {
				sep = s
			}
		}
		for _, t := range list(v, sep) {
			add(t)
		}
	})
	l.each(row, flagRole, func(column int, v string) {
		if v == "1" {
			add(l.rows.Columns()[column])
		}
	})
}

func (l *layout) time(row Row, it *recommender.Item) {
	it.Year = parseYear(strings.TrimSpace(l.value(row, yearRole)))
	t, year := parseDate(strings.TrimSpace(l.value(row, dateRole)))
	it.Time, it.Year = t, cmp.Or(it.Year, year)
	if it.Year == 0 && l.YearInTitle {
		it.Year = yearInTitle(it.Title)
	}
}

func (l *layout) attr(it *recommender.Item, name, v string) {
	switch v = strings.TrimSpace(v); name {
	case recommender.AttrSeason:
		v = strings.ToLower(v)
	case recommender.AttrEpisodes, recommender.AttrDuration:
		v = strings.TrimSuffix(v, ".0") // counts that passed through a data frame
	case recommender.AttrStudio:
		v = strings.Join(list(v, ""), ", ")
	}
	if v == "" {
		return
	}
	if it.Attrs == nil {
		it.Attrs = map[string]string{}
	}
	it.Attrs[name] = v
}

// list is the values in v: of a JSON array its elements, of other text what
// stands between separators; all of it where sep is "".
func list(v, sep string) []string {
	if strings.HasPrefix(v, "[") {
		var elements []element
		if json.Unmarshal([]byte(v), &elements) == nil {
			slices.SortStableFunc(elements, func(a, b element) int { return cmp.Compare(b.first, a.first) })
			values := make([]string, len(elements))
			for i, e := range elements {
				values[i] = e.value
			}
			return values
		}
	}
	if sep == "" {
		return []string{v}
	}
	return strings.Split(v, sep)
}

// An element of a JSON array is a text, a number, or an object that has one.
type element struct {
	value string
	first int // 1: before the others
}

func (e *element) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		return json.Unmarshal(b, &e.value)
	case '{':
		var o struct {
			Type, Title, Name, Value any
		}
		if err := json.Unmarshal(b, &o); err != nil {
			return err
		}
		for _, v := range []any{o.Title, o.Name, o.Value} {
			if s, ok := v.(string); ok && e.value == "" {
				e.value = s
			}
		}
		if o.Type == "main" {
			e.first = 1
		}
	case '[', 'n', 't', 'f': // an array, null or a truth value names nothing
	default:
		e.value = string(b)
	}
	return nil
}
