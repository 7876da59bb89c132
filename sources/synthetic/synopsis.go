package synthetic

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/osusume/osusume/internal/rng"
)

// A story is what every work of a franchise is told about.
type story struct {
	premise      *premise
	hero, family word
	friend       word
	place        word
	thing        word
	turn         int
	teller       int // offset of the paraphrases, so that catalogues do not always divide them alike
}

func (w *World) story(f int) story {
	fr := &w.franchises[f]
	r := rng.New(w.seed, domStory, uint64(f))
	l := words()
	t := w.title(f)
	s := story{
		premise: &l.premises[fr.premise], hero: t.who, family: one(r, l.family), friend: one(r, l.given),
		place: t.place, thing: t.thing, turn: r.IntN(len(l.turns)), teller: r.IntN(3),
	}
	if s.friend == s.hero {
		s.friend = l.given[(slices.Index(l.given, s.hero)+1)%len(l.given)]
	}
	return s
}

// synopsis tells work i as a catalogue does; brief leaves out the complication.
func (w *World) synopsis(i int32, h *habits, brief bool) string {
	x := &w.works[i]
	s := w.story(int(x.franchise))
	l := words()
	r := rng.New(w.seed, domStory, uint64(x.franchise), uint64(i))
	teller := s.teller + h.firstTold
	two := func(list [][]string, k int) string { return list[k][teller%2] }
	var parts []string
	switch {
	case x.prev == none || x.remake:
		parts = append(parts, s.premise.texts[teller%len(s.premise.texts)])
		if !brief {
			parts = append(parts, two(l.turns, s.turn))
		}
	case x.role == film || x.role == ova || x.role == special:
		parts = append(parts, two(l.sides, r.IntN(len(l.sides))))
	default:
		parts = append(parts, two(l.sequels, r.IntN(len(l.sequels))))
		if !brief {
			parts = append(parts, two(l.turns, (s.turn+1+r.IntN(len(l.turns)-1))%len(l.turns)))
		}
	}
	return s.tell(strings.Join(parts, " "), h.givenFirst)
}

// tell fills in names and things.
func (s *story) tell(text string, givenFirst bool) string {
	full := s.family.romaji + " " + s.hero.romaji
	if givenFirst {
		full = s.hero.romaji + " " + s.family.romaji
	}
	him, his := "them", "their"
	switch s.hero.english {
	case "she":
		him, his = "her", "her"
	case "he":
		him, his = "him", "his"
	}
	text = strings.NewReplacer(
		"{Hero}", full, "{hero}", s.hero.romaji, "{friend}", s.friend.romaji, "{place}", s.place.english,
		"{thing}s", plural(s.thing.english), "{thing}", s.thing.english, "{a thing}", article(s.thing.english),
		"{him}", him, "{his}", his,
	).Replace(text)
	return text
}

// cut breaks text off at a word's end after about n bytes.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for !utf8.RuneStart(text[n]) {
		n--
	}
	if at := strings.LastIndexByte(text[:n], ' '); at > 0 {
		n = at
	}
	return strings.TrimRight(text[:n], ".,;: ") + "…"
}
