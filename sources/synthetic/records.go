package synthetic

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// record describes work i in the manner of catalogue c. The same arguments give
// the same Item, which the caller owns.
func (w *World) record(c catalogue, i int32) recommender.Item {
	x := &w.works[i]
	h := &habitsOf[c]
	r := rng.New(w.seed, domRecord, uint64(c), uint64(i))
	chance := func(p float64) bool { return r.Float64() < p }
	year := yearOf(x.day)
	it := recommender.Item{ID: w.recordID(c, i), Attrs: map[string]string{recommender.AttrFormat: h.formats[x.role]}}
	w.nameRecord(&it, h, r, i, year)

	it.Year = year
	if chance(h.yearOff) {
		it.Year += 2*r.IntN(2) - 1
	} else if h.days {
		it.Time = time.Unix(int64(x.day)*daySeconds, 0).UTC()
	}
	if chance(h.noYear) {
		it.Year, it.Time = 0, time.Time{}
	}
	if !chance(h.noEpisodes) {
		n := int(x.episodes)
		if n > 1 && chance(h.episodesOff) {
			n += 2*r.IntN(2) - 1
		}
		it.Attrs[recommender.AttrEpisodes] = strconv.Itoa(n)
	}
	w.tagRecord(&it, c, r, i)

	if !chance(h.noText) {
		it.Text = w.synopsis(i, h, c == imdb)
		if chance(h.cutText) {
			it.Text = cut(it.Text, 60+r.IntN(80))
		}
	}
	if chance(h.refs) && x.place[mal] != none {
		it.Refs = []recommender.ItemID{w.recordID(mal, i)}
	}
	return it
}

// nameRecord fills in the titles.
func (w *World) nameRecord(it *recommender.Item, h *habits, r *rand.Rand, i int32, year int) {
	x := &w.works[i]
	chance := func(p float64) bool { return r.Float64() < p }
	base := w.title(int(x.franchise))
	var sub title
	if x.subtitled {
		sub = w.subtitle(i)
	}
	style := func() (romanisation, naming) {
		spelling := h.spelling
		if chance(h.otherStyle) {
			spelling = romanisation(r.IntN(int(numRomanisations)))
		}
		if base.borrowed {
			spelling = kanaByKana
		}
		return spelling, naming{
			numbering: pick(r.Float64(), h.numberings), sep: pick(r.Float64(), h.separators),
			year: year, showYear: chance(0.6), filmFirst: chance(0.4), plainSide: chance(0.25),
		}
	}
	romaji := func() string {
		spelling, n := style()
		if base.borrowed {
			return x.name(base.romaji, romanise(sub.romaji, h.spelling), false, n)
		}
		return x.name(romanise(base.romaji, spelling), romanise(sub.romaji, spelling), false, n)
	}
	english := func() string {
		if base.english == "" {
			return romaji()
		}
		_, n := style()
		return x.name(base.english, sub.english, true, n)
	}
	alias := func(s string) {
		if s != "" && s != it.Title && !slices.Contains(it.Aliases, s) {
			it.Aliases = append(it.Aliases, s)
		}
	}

	native := x.nativeName(base.native, sub.native)
	switch u := r.Float64(); {
	case u < h.mainNative:
		it.Title = native
	case u < h.mainNative+h.mainEnglish:
		it.Title = english()
	default:
		it.Title = romaji()
	}
	if chance(h.romaji) {
		alias(romaji())
	}
	if chance(h.english) {
		alias(english())
	}
	if chance(h.native) {
		alias(native)
	}
	if chance(h.synonym) {
		alias(romaji())
	}
	if chance(h.nickname) {
		alias(abbreviate(base.romaji))
	}
	if x.prev != none && chance(h.baseAlias) {
		alias(base.romaji)
	}
}

// tagRecord fills in genres, themes and the other attributes.
func (w *World) tagRecord(it *recommender.Item, c catalogue, r *rand.Rand, i int32) {
	x := &w.works[i]
	fr := &w.franchises[x.franchise]
	story := &words().premises[fr.premise]
	it.Tags = tags(c, story.genres)
	if len(it.Tags) > 1 && r.Float64() < 0.2 {
		it.Tags = it.Tags[:len(it.Tags)-1]
	}
	switch c {
	case anilist, mal:
		for _, t := range story.themes {
			if r.Float64() < 0.7 && !slices.Contains(it.Tags, t) {
				it.Tags = append(it.Tags, t)
			}
		}
		if r.Float64() < 0.9 {
			it.Attrs[recommender.AttrStudio] = words().studios[fr.studio]
		}
		if x.role == series && it.Year != 0 {
			it.Attrs[recommender.AttrSeason] = seasonOf(x.day)
		}
	case kitsu, imdb:
		if r.Float64() < 0.6 {
			it.Tags = append(it.Tags, "Animation")
		}
	}
	if r.Float64() < 0.8 {
		it.Attrs[recommender.AttrDuration] = strconv.Itoa(minutes(x.role) + r.IntN(2))
	}
}

func minutes(r role) int {
	switch r {
	case film:
		return 96
	case short:
		return 4
	case ova, special:
		return 27
	}
	return 23
}

const daySeconds = 24 * 60 * 60

func yearOf(day int32) int { return time.Unix(int64(day)*daySeconds, 0).UTC().Year() }

func seasonOf(day int32) string {
	month := time.Unix(int64(day)*daySeconds, 0).UTC().Month()
	return [...]string{"winter", "spring", "summer", "fall"}[(month-1)/3]
}
