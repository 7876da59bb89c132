package sources

import (
	"maps"
	"reflect"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A Mapping says which columns of a catalogue hold what. Names are compared
// exactly; a column that a file lacks is left out, but for ID.
//
// A value that is a JSON array gives several values; of objects in it the fields
// title, name or value count, and an object of type "main" comes first.
type Mapping struct {
	ID        string            // required
	Title     []string          // the first value found is the Title, the others are Aliases
	Aliases   []string          //
	Slugs     []string          // aliases with hyphens for blanks: "cowboy-bebop"
	Text      []string          // the first with a value; mark-up is taken out
	Tags      []string          //
	Flags     []string          // columns where 1 means a tag of the column's name
	Year      string            // "1995", also at the beginning of a date
	Time      string            // a date; gives the year too where Year does not
	Attrs     map[string]string // attribute, such as recommender.AttrFormat, to column
	Refs      map[string]string // other catalogue to the column of the ID there
	Separator string            // between several Aliases or Tags in one text; "": "|", for tags else ";", else ","

	YearInTitle bool // "Toy Story (1995)" gives the year where no column does; the Title keeps it
	Rest        bool // every column that is not named above becomes an attribute of its own name
}

func (m Mapping) isZero() bool { return reflect.ValueOf(m).IsZero() }

// usualMapping is the spellings by which columns of a catalogue are recognised,
// as plainName writes them.
var usualMapping = struct{ id, title, aliases, slugs, text, tags, year, time []string }{
	id: []string{"id", "item", "itemid", "movieid", "malid", "animeid", "mangaid", "anilistid", "mediaid", "tconst",
		"productid", "parentasin", "asin", "bookid", "isbn", "trackid", "songid", "gameid", "recid", "uniqueid"},
	title: []string{"title", "name", "primarytitle", "canonicaltitle", "romaji", "titles"},
	aliases: []string{"aliases", "alias", "synonyms", "alternativetitles", "alternatetitle", "originaltitle", "english",
		"titleenglish", "englishtitle", "englishname", "japanese", "titlejapanese", "native", "othername", "othertitles", "titlesynonyms"},
	slugs: []string{"slug"},
	text:  []string{"synopsis", "sypnopsis", "description", "overview", "abstract", "summary", "plot", "text"},
	tags:  []string{"genres", "genre", "genrelist", "tags", "themes", "keywords", "categories"},
	year:  []string{"year", "startyear", "releaseyear"},
	time:  []string{"releasedate", "date", "startdate", "premiered", "airedfrom", "published"},
}

var usualAttrs = map[string][]string{
	recommender.AttrFormat:   {"format", "mediatype", "titletype", "subtype", "type"},
	recommender.AttrEpisodes: {"episodes", "episodecount", "numepisodes", "numberofepisodes"},
	recommender.AttrSeason:   {"season"},
	recommender.AttrDuration: {"duration", "runtime", "runtimeminutes"},
	recommender.AttrStudio:   {"studio", "studios"},
}

// The roles of a column of a catalogue, as indices into a binding; attributes
// and references follow.
const (
	idRole = iota
	titleRole
	aliasRole
	slugRole
	synopsisRole
	tagRole
	flagRole
	yearRole
	dateRole
	firstAttr
)

// A layout is a Mapping bound to a file.
type layout struct {
	Mapping
	*binding
	attrs []string // names of the roles from firstAttr on
	refs  []string // catalogues of the roles after them
}

func (m Mapping) bind(rows *Rows) *layout {
	l := &layout{Mapping: m, attrs: slices.Sorted(maps.Keys(m.Attrs)), refs: slices.Sorted(maps.Keys(m.Refs))}
	one := func(name string) role {
		if name == "" {
			return role{}
		}
		return role{names: []string{name}}
	}
	roles := []role{
		idRole: one(m.ID), titleRole: {names: m.Title, every: true}, aliasRole: {names: m.Aliases, every: true},
		slugRole: {names: m.Slugs, every: true}, synopsisRole: {names: m.Text}, tagRole: {names: m.Tags, every: true},
		flagRole: {names: m.Flags, every: true}, yearRole: one(m.Year), dateRole: one(m.Time),
	}
	for _, a := range l.attrs {
		roles = append(roles, one(m.Attrs[a]))
	}
	for _, r := range l.refs {
		roles = append(roles, one(m.Refs[r]))
	}
	l.binding = bind(rows, roles)
	return l
}

// recognise is the layout of a file that nobody described.
func recognise(rows *Rows) *layout {
	l := &layout{Mapping: Mapping{YearInTitle: true, Rest: true}, attrs: slices.Sorted(maps.Keys(usualAttrs))}
	loose := func(names []string, every bool) role { return role{names: names, loose: true, every: every} }
	u := usualMapping
	roles := []role{
		idRole: loose(u.id, false), titleRole: loose(u.title, true), aliasRole: loose(u.aliases, true),
		slugRole: loose(u.slugs, true), synopsisRole: loose(u.text, false), tagRole: loose(u.tags, true),
		flagRole: {}, yearRole: loose(u.year, false), dateRole: loose(u.time, false),
	}
	for _, a := range l.attrs {
		roles = append(roles, loose(usualAttrs[a], false))
	}
	l.binding = bind(rows, roles)
	return l
}
