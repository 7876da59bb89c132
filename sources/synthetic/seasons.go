package synthetic

import (
	"strconv"
	"strings"
)

// A numbering is a habit of naming the seasons after the first.
type numbering uint8

const (
	ordinalSeason numbering = iota // X 2nd Season
	seasonNumber                   // X Season 2
	roman                          // X II
	shortSeason                    // X S2
	bareNumber                     // X 2
	byYear                         // X (2019)
)

// A separator is a habit of joining a subtitle: what stands before and after it.
type separator [2]string

var (
	colon  = separator{": ", ""}
	dash   = separator{" - ", ""}
	tildes = separator{" ~", "~"}
	space  = separator{" ", ""}
)

// A naming is what one record does with a title.
type naming struct {
	numbering numbering
	sep       separator
	year      int  // as the record has it
	showYear  bool // of a remake, to tell it from the first
	filmFirst bool // Gekijouban X instead of X Movie
	plainSide bool // an OVA or special under its own subtitle alone
}

var romanNumbers = []string{"", "I", "II", "III", "IV", "V", "VI", "VII"}

// name returns base with all that tells x from the other works of its
// franchise, in Latin letters. The subtitle is empty unless x has one.
func (x *work) name(base, subtitle string, english bool, n naming) string {
	if x.remake {
		if n.showYear {
			return base + " (" + strconv.Itoa(n.year) + ")"
		}
		return base
	}
	with := func(s string) string { return s + n.sep[0] + subtitle + n.sep[1] }
	switch x.role {
	case film:
		if x.prev == none {
			return base
		}
		head := base + " Movie"
		switch {
		case n.filmFirst && english:
			head = base + " the Movie"
		case n.filmFirst:
			head = "Gekijouban " + base
		}
		if subtitle == "" {
			return head
		}
		return with(head)
	case ova, special:
		if x.prev == none {
			return base
		}
		if subtitle != "" {
			if n.plainSide {
				return with(base)
			}
			return with(base + " " + sideWord(x.role, english))
		}
		return base + " " + sideWord(x.role, english)
	}
	if x.season > 1 && subtitle != "" {
		base = with(base)
	} else if x.season > 1 {
		base = numbered(base, int(x.season), n)
	}
	if x.part > 0 {
		base += " Part " + strconv.Itoa(int(x.part))
	}
	return base
}

func sideWord(r role, english bool) string {
	switch {
	case r == ova:
		return "OVA"
	case english:
		return "Special"
	}
	return "Specials"
}

func numbered(base string, season int, n naming) string {
	k := strconv.Itoa(season)
	switch n.numbering {
	case ordinalSeason:
		return base + " " + ordinal(season) + " Season"
	case roman:
		return base + " " + romanNumbers[min(season, len(romanNumbers)-1)]
	case shortSeason:
		return base + " S" + k
	case bareNumber:
		return base + " " + k
	case byYear:
		return base + " (" + strconv.Itoa(n.year) + ")"
	}
	return base + " Season " + k
}

// nativeName is name in Japanese writing.
func (x *work) nativeName(base, subtitle string) string {
	var b strings.Builder
	if x.role == film && x.prev != none {
		b.WriteString("劇場版 ")
	}
	b.WriteString(base)
	switch {
	case x.remake, x.prev == none:
		return b.String()
	case x.role == ova:
		b.WriteString(" OVA")
	case x.role == special:
		b.WriteString(" スペシャル")
	case x.role != film && x.season > 1 && subtitle == "":
		b.WriteString(" 第" + strconv.Itoa(int(x.season)) + "期")
	}
	if subtitle != "" {
		b.WriteString(" " + subtitle)
	}
	if x.part > 0 {
		b.WriteString(" 第" + strconv.Itoa(int(x.part)) + "クール")
	}
	return b.String()
}
