package synthetic

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/osusume/osusume/internal/rng"
)

// A title is one title in three writings. english is empty where nobody has
// translated it. Words in borrowed English are romanised in one way only.
type title struct {
	romaji, native, english string
	borrowed                bool
	thing, place, who       word // what the synopsis takes up, whether named in the title or not
}

// title returns the title that the works of franchise f share.
func (w *World) title(f int) title {
	fr := &w.franchises[f]
	r := rng.New(w.seed, domTitle, uint64(f), uint64(fr.try))
	t := composeTitle(r)
	if !t.borrowed && r.Float64() < 0.22 {
		t.english = ""
	}
	return t
}

// subtitle returns the subtitle of work i.
func (w *World) subtitle(i int32) title {
	r := rng.New(w.seed, domSubtitle, uint64(i))
	l := words()
	a, m, n := one(r, l.adjectives), one(r, l.moods), one(r, l.things)
	switch r.IntN(3) {
	case 0:
		return title{romaji: capital(a.romaji + " " + m.romaji), native: a.native + m.native, english: "The " + capital(a.english+" "+m.english)}
	case 1:
		return title{romaji: capital(n.romaji) + " no " + capital(m.romaji), native: n.native + "の" + m.native,
			english: capital(m.english) + " of the " + capital(n.english)}
	}
	return title{romaji: capital(m.romaji) + "-hen", native: m.native + "編", english: capital(m.english) + " Arc"}
}

func composeTitle(r *rand.Rand) title {
	l := words()
	n, m, a := one(r, l.things), one(r, l.moods), one(r, l.adjectives)
	place, who := one(r, l.places), one(r, l.given)
	t := title{thing: n, place: place, who: who}
	set := func(romaji, native, english string) {
		t.romaji, t.native, t.english = capital(romaji), native, capital(english)
	}
	switch p := r.IntN(100); {
	case p < 14:
		set(a.romaji+" "+n.romaji+" no "+m.romaji, a.native+n.native+"の"+m.native, "the "+m.english+" of the "+a.english+" "+n.english)
	case p < 24:
		set(place.romaji+" no "+n.romaji, place.native+"の"+n.native, "the "+n.english+" of "+place.english)
	case p < 32:
		b := one(r, l.things)
		set(a.romaji+" "+n.romaji+" to "+b.romaji, a.native+n.native+"と"+b.native, "the "+a.english+" "+n.english+" and the "+b.english)
	case p < 42:
		set(who.romaji+" to "+a.romaji+" "+n.romaji, who.native+"と"+a.native+n.native, who.romaji+" and the "+a.english+" "+n.english)
	case p < 53:
		j, v := one(r, l.jobs), one(r, l.refusals)
		set(j.romaji+" "+who.romaji+"-san wa "+v.romaji, j.native+who.native+"さんは"+v.native, who.romaji+" the "+j.english+" "+v.english)
	case p < 60:
		c := one(r, l.clubs)
		set(place.romaji+" "+c.romaji, place.native+c.native, place.english+" "+c.english)
	case p < 71:
		v, x := one(r, l.verbs), one(r, l.persons)
		set(n.romaji+" wo "+v.romaji+" "+x.romaji, n.native+"を"+v.native+x.native, "the "+x.english+" who "+v.english+" "+plural(n.english))
	case p < 79:
		set(n.romaji+" ni tensei shita kedo "+m.romaji+" wo mamoritai", n.native+"に転生したけど"+m.native+"を守りたい",
			"reborn as "+article(n.english)+", I will protect the "+m.english)
	case p < 88:
		x, y := one(r, l.loans), one(r, l.loans2)
		t.borrowed = true
		set(x.romaji+" "+y.romaji, x.native+"・"+y.native, x.romaji+" "+y.romaji)
	case p < 93:
		set("sayonara, "+a.romaji+" "+n.romaji, "さよなら、"+a.native+n.native, "farewell, "+a.english+" "+n.english)
	default:
		k := 2 + r.IntN(98)
		set(strconv.Itoa(k)+"-banme no "+n.romaji, strconv.Itoa(k)+"番目の"+n.native, "the "+ordinal(k)+" "+n.english)
	}
	return t
}

// one returns one of the words.
func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// capital writes the words of a title with capitals, small ones excepted.
func capital(s string) string {
	parts := strings.Split(s, " ")
	for i, p := range parts {
		switch p {
		case "no", "na", "to", "wo", "wa", "ni", "of", "and", "the", "a", "an", "as":
			if i > 0 {
				continue
			}
		}
		if p != "" && p[0] >= 'a' && p[0] <= 'z' {
			parts[i] = string(p[0]-'a'+'A') + p[1:]
		}
	}
	return strings.Join(parts, " ")
}

func article(noun string) string {
	if strings.ContainsRune("aeiouAEIOU", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

func plural(noun string) string {
	switch {
	case noun == "goldfish" || noun == "jellyfish":
		return noun
	case strings.HasSuffix(noun, "x") || strings.HasSuffix(noun, "s") || strings.HasSuffix(noun, "ch"):
		return noun + "es"
	case noun == "library":
		return "libraries"
	}
	return noun + "s"
}

func ordinal(k int) string {
	suffix := "th"
	if k/10%10 != 1 {
		switch k % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(k) + suffix
}
