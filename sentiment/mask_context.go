package sentiment

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// cues are words that a name follows.
var cues = cueTable(`watched watch watching watches rewatched rewatch rewatching rewatches binged bingeing
	read reading reads reread rereading saw seen finished finish finishing started dropped completed
	titled called named entitled anime manga novel film movie show series book game ova`)

// carriers are words that may stand between a cue and its name.
var carriers = cueTable("the all of just first")

// small are words that titles leave in lower case.
var small = cueTable("a an the of and or in on at to for from with by as no is vs")

// predicates are words that follow a name at the beginning of a sentence.
var predicates = cueTable("is was isn't wasn't has had by ended ends makes made tells follows starts feels deserves gets")

func cueTable(words string) table {
	t := newTable(64)
	for w := range strings.FieldsSeq(words) {
		t.add(strings.ReplaceAll(w, "'", ""))
	}
	return t
}

// in reports whether the word at i, which may be none, is in the table.
func (s *namesScratch) in(text string, i int, t *table) bool {
	if i < 0 || i >= len(s.words) {
		return false
	}
	w := s.fold(text, s.words[i])
	return t.find(w, hashOf(w)) != nil
}

// named reports whether the context of ordinary words shows that they are a name.
func (s *namesScratch) named(text string, h hit, forms []string) bool {
	start, end := s.words[h.first].start, s.words[h.last].end
	whole := s.extent(text, h, forms).End
	if quoted(text, start, whole) || quoted(text, start, end) {
		return true
	}
	h.marked = whole > end
	exact := slices.ContainsFunc(forms, func(form string) bool {
		// From its first to its last word, as it is written.
		core := strings.TrimFunc(form, isNoWord)
		return core == text[start:end]
	})
	if s.cued(text, h.first) && (exact || s.words[h.first].caps == titled || h.last > h.first && s.words[h.first].caps != raised) {
		return true
	}
	return s.capitalised(text, h)
}

// cued reports whether a cue stands before word i, with no comma between them.
func (s *namesScratch) cued(text string, i int) bool {
	for steps := 0; i > 0 && !s.words[i].opens && steps < 3; steps++ {
		i--
		if strings.ContainsAny(text[s.words[i].end:s.words[i+1].start], ",;") {
			return false
		}
		if s.in(text, i, &cues) {
			return true
		}
		if !s.in(text, i, &carriers) {
			return false
		}
	}
	return false
}

// capitalised reports whether the words are written like a name and others
// around them are not.
func (s *namesScratch) capitalised(text string, h hit) bool {
	significant := 0
	for i := h.first; i <= h.last; i++ {
		switch w := s.words[i]; {
		case w.caps == titled:
			if !s.in(text, i, &small) {
				significant++
			}
		case w.caps == lowered && !(i > h.first && s.in(text, i, &small)), w.caps == raised:
			return false
		}
	}
	if significant == 0 || !s.contrast(text, h) {
		return false
	}
	if s.words[h.first].opens && significant == 1 {
		return s.goesOn(h) && s.in(text, h.last+1, &predicates)
	}
	return h.first == 0 || !s.boosted(text, h.first-1)
}

// boosted reports whether word i is one like "very", which no name follows.
func (s *namesScratch) boosted(text string, i int) bool {
	w := s.fold(text, s.words[i])
	e := English().find(w, hashOf(w))
	return e != nil && e.boost != 0
}

// around is how many words on either side of a name are looked at: a longer
// sentence is none, and looking through it for every name would take too long.
const around = 40

// contrast reports whether a longer word of the name's sentence is in lower case.
func (s *namesScratch) contrast(text string, h hit) bool {
	lower := func(i int) bool { return s.words[i].caps == lowered && !s.in(text, i, &small) }
	for i := h.first; i > 0 && h.first-i < around && !s.words[i].opens; {
		if i--; lower(i) {
			return true
		}
	}
	for i := h.last + 1; i < min(len(s.words), h.last+1+around) && (!s.words[i].opens || i == h.last+1 && s.goesOn(h)); i++ {
		if lower(i) || s.in(text, i, &predicates) {
			return true
		}
	}
	return false
}

// goesOn reports whether the sentence goes on behind the name: its own "!" does
// not end a sentence that a small letter follows.
func (s *namesScratch) goesOn(h hit) bool {
	i := h.last + 1
	return i < len(s.words) && (!s.words[i].opens || h.marked && s.words[i].caps == lowered)
}

// quoted reports whether text[i:j] stands in quotes or in a mark that stresses names.
func quoted(text string, i, j int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[j:])
	switch before {
	case '"', '\'', '*', '_', '`':
		return after == before
	case '“', '„':
		return after == '”' || after == '“'
	case '‘':
		return after == '’'
	case '«':
		return after == '»'
	case '「':
		return after == '」'
	case '『':
		return after == '』'
	}
	return false
}
