package sources

import (
	"fmt"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Columns names the columns of a file of interactions. An empty name means the
// usual spellings: user, userId, user_id …; item, movieId, mal_id …; rating,
// score, stars …; timestamp, time, date, position …; text, review ….
type Columns struct {
	User   string
	Item   string
	Rating string
	Time   string
	Text   string // of reviews
}

// ParseColumns reads "user=userId,item=movieId,rating=rating,time=timestamp",
// the roles in any order, each at most once, any of them left out. The text
// "" is the zero Columns. Errors wrap [recommender.ErrInvalid].
func ParseColumns(s string) (Columns, error) {
	var c Columns
	if strings.TrimSpace(s) == "" {
		return c, nil
	}
	var faults []string
	for pair := range strings.SplitSeq(s, ",") {
		role, name, ok := strings.Cut(pair, "=")
		role, name = strings.ToLower(strings.TrimSpace(role)), strings.TrimSpace(name)
		field := c.field(role)
		switch {
		case !ok || name == "":
			faults = append(faults, fmt.Sprintf("%q is not role=column", pair))
		case field == nil:
			faults = append(faults, fmt.Sprintf("unknown role %q", role))
		case *field != "":
			faults = append(faults, fmt.Sprintf("role %q twice", role))
		default:
			*field = name
		}
	}
	if faults != nil {
		return Columns{}, fmt.Errorf("sources: columns %q: %w: %s; the roles are %s",
			s, recommender.ErrInvalid, strings.Join(faults, "; "), strings.Join(roleNames[:], ", "))
	}
	return c, nil
}

// String is what [ParseColumns] reads.
func (c Columns) String() string {
	var parts []string
	for _, r := range roleNames {
		if name := *c.field(r); name != "" {
			parts = append(parts, r+"="+name)
		}
	}
	return strings.Join(parts, ",")
}

var roleNames = [...]string{"user", "item", "rating", "time", "text"}

func (c *Columns) field(role string) *string {
	switch role {
	case "user":
		return &c.User
	case "item":
		return &c.Item
	case "rating":
		return &c.Rating
	case "time":
		return &c.Time
	case "text":
		return &c.Text
	}
	return nil
}

// The roles of a column of interactions, as indices into a binding.
const (
	userRole = iota
	itemRole
	ratingRole
	timeRole
	textRole
)

// usual is the spellings of the roles, the preferred first, as plainName writes
// them.
var usual = [...][]string{
	userRole:   {"user", "userid", "uid", "username", "reviewerid", "reviewer", "profile", "profileid", "memberid", "customerid"},
	itemRole:   {"item", "itemid", "iid", "movieid", "movie", "malid", "animeid", "mangaid", "anilistid", "mediaid", "bookid", "isbn", "productid", "parentasin", "asin", "tconst", "trackid", "songid", "gameid", "contentid"},
	ratingRole: {"rating", "score", "stars", "star", "userscore", "userrating", "myscore", "myrating", "overall", "bookrating"},
	timeRole:   {"timestamp", "time", "datetime", "unixreviewtime", "createdat", "updatedat", "ratedat", "date", "position"},
	textRole:   {"text", "review", "reviewtext", "reviewbody", "comment", "content", "body"},
}

// plainName is a column's name without case, blanks and joints, and without the
// types that RecBole writes behind a name: "userid" of "User_ID:token".
func plainName(name string) string {
	if base, kind, ok := strings.Cut(name, ":"); ok && slices.Contains(recBoleTypes, kind) {
		name = base
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.", r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

var recBoleTypes = []string{"token", "float", "token_seq", "float_seq"}

// roles binds the columns of a file of interactions, or says what is missing.
func (c Columns) bind(rows *Rows, wantText bool) (*binding, error) {
	given := [...]string{userRole: c.User, itemRole: c.Item, ratingRole: c.Rating, timeRole: c.Time, textRole: c.Text}
	roles := make([]role, len(given))
	for i, name := range given {
		roles[i] = role{names: usual[i], loose: true}
		if name != "" {
			roles[i] = role{names: []string{name}}
		}
	}
	b := bind(rows, roles)
	var missing []string
	for i, name := range given {
		needed := name != "" && rows.fixed() || i == userRole || i == itemRole || i == textRole && wantText
		switch {
		case !needed || len(b.cols[i]) > 0:
		case name != "":
			missing = append(missing, fmt.Sprintf("%s %q", roleNames[i], name))
		default:
			missing = append(missing, fmt.Sprintf("%s (one of %s)", roleNames[i], strings.Join(usual[i], ", ")))
		}
	}
	if missing != nil && len(rows.Columns()) > 0 {
		return nil, rows.unrecognised(missing)
	}
	return b, nil
}

// unrecognised is the error of a header that lacks columns.
func (r *Rows) unrecognised(missing []string) error {
	hint := ""
	if !slices.ContainsFunc(r.Columns(), func(s string) bool { return strings.Trim(s, "0123456789.-") != "" }) {
		hint = "; if the file has no header, name its columns (RowOptions.Header)"
	}
	return r.named(fmt.Errorf("%w: no column for %s; found %q; case, blanks and underscores do not matter in usual names%s",
		recommender.ErrInvalid, strings.Join(missing, " and "), r.Columns(), hint))
}
