package sentiment

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// A Mask finds the names of works in texts, so that their words are not taken
// for judgements: "Boku no Hero Academia is good" has no refusal in it, and
// "Love Hina was dull" no love. Immutable and safe for concurrent use.
//
// Names are found whatever their case and marks, word by word, the longest at the
// leftmost place. A name all of whose words are ordinary English ("Monster",
// "Perfect Blue") counts only where the context shows a name: capitals where a
// sentence has none, quotes, or a word like "watched" or "titled" before it. In
// "a perfect blue sky" nothing is masked. Names of five words or more need no
// such proof.
type Mask struct {
	words table // of all names
	edges map[edge]int32
	nodes []node // of an Aho–Corasick automaton over words; 0 is the root
	names int
}

// An edge leads from a node by a word.
type edge struct{ node, word int32 }

// A node is a sequence of words that a name begins with.
type node struct {
	fail  int32    // the longest other node that its words end with
	found int32    // the longest such node that is a name, or 0
	depth int32    // words
	forms []string // how the name is written; none: not a name
	plain bool     // all words are ordinary
}

// A Name is where a name stands in a text, in bytes.
type Name struct{ Start, End int }

// NewMask returns a Mask of names: titles, synonyms, characters. Names without a
// letter or digit are left out. It costs O(letters of names) time and memory,
// some 150 bytes a word; names are kept as they are.
func NewMask(names []string) *Mask {
	m := &Mask{words: newTable(len(names)), edges: make(map[edge]int32, 2*len(names)), nodes: make([]node, 1, 2*len(names)+1)}
	var s namesScratch
	for _, name := range names {
		m.add(&s, name)
	}
	m.link()
	return m
}

// Len returns the number of names that differ by more than case and marks.
func (m *Mask) Len() int { return m.names }

// Find returns where names stand in text, in order, none overlapping. It takes
// O(len(text)) time and a lookup per word.
func (m *Mask) Find(text string) []Name {
	var s namesScratch
	return slices.Clone(m.find(&s, text))
}

// maxForms is how many spellings of one name are kept: each is compared wherever
// the name stands.
const maxForms = 16

func (m *Mask) add(s *namesScratch, name string) {
	s.cut(name, nil)
	if len(s.words) == 0 {
		return
	}
	at, plain := int32(0), true
	for _, w := range s.words {
		token := s.fold(name, w)
		plain = plain && ordinary(token)
		id := m.words.find(token, hashOf(token))
		word := int32(0)
		if id != nil {
			word = id.place
		} else {
			word = int32(m.words.add(string(token)))
		}
		next, ok := m.edges[edge{at, word}]
		if !ok {
			next = int32(len(m.nodes))
			m.edges[edge{at, word}] = next
			m.nodes = append(m.nodes, node{depth: m.nodes[at].depth + 1})
		}
		at = next
	}
	n := &m.nodes[at]
	if n.forms == nil {
		m.names++
	}
	if len(n.forms) < maxForms && !slices.Contains(n.forms, name) {
		n.forms = append(n.forms, name)
	}
	n.plain = plain
}

// link sets where to go on when no name goes on with a word (A.V. Aho and M.J.
// Corasick: Efficient String Matching, CACM 18, 1975).
func (m *Mask) link() {
	type step struct {
		edge
		to int32
	}
	steps := make([]step, 0, len(m.edges))
	for e, to := range m.edges {
		steps = append(steps, step{e, to})
	}
	slices.SortFunc(steps, func(a, b step) int { // shallow nodes first, in a fixed order
		return cmp.Or(cmp.Compare(m.nodes[a.to].depth, m.nodes[b.to].depth), cmp.Compare(a.to, b.to))
	})
	for _, x := range steps {
		n := &m.nodes[x.to]
		if x.node != 0 {
			n.fail = m.step(m.nodes[x.node].fail, x.word)
		}
		if f := &m.nodes[n.fail]; f.forms != nil {
			n.found = n.fail
		} else {
			n.found = f.found
		}
	}
}

// step returns the node after at and one more word.
func (m *Mask) step(at, word int32) int32 {
	for {
		if next, ok := m.edges[edge{at, word}]; ok {
			return next
		}
		if at == 0 {
			return 0
		}
		at = m.nodes[at].fail
	}
}

// find returns names in scratch.
func (m *Mask) find(s *namesScratch, text string) []Name {
	s.names, s.hits = s.names[:0], s.hits[:0]
	s.cut(text, &m.words)
	at := int32(0)
	for i, w := range s.words {
		if w.place < 0 {
			at = 0
			continue
		}
		at = m.step(at, w.place)
		n := at
		if m.nodes[n].forms == nil {
			n = m.nodes[n].found
		}
		for ; n != 0; n = m.nodes[n].found {
			s.hits = append(s.hits, hit{first: i + 1 - int(m.nodes[n].depth), last: i, node: n})
		}
	}
	slices.SortFunc(s.hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.last, a.last)) })
	end := 0
	for _, h := range s.hits {
		n := &m.nodes[h.node]
		if start := s.words[h.first].start; start < end || n.plain && n.depth < 5 && !s.named(text, h, n.forms) {
			continue
		}
		name := s.extent(text, h, n.forms)
		s.names = append(s.names, name)
		end = name.End
	}
	return s.names
}

// extent is where the name stands, with the marks that it ends in ("K-On!").
func (s *namesScratch) extent(text string, h hit, forms []string) Name {
	out := Name{s.words[h.first].start, s.words[h.last].end}
	longest := 0
	for _, form := range forms {
		longest = max(longest, sameMarks(form[len(strings.TrimRightFunc(form, isNoWord)):], text[out.End:]))
	}
	out.End += longest
	return out
}

// sameMarks returns how many bytes of whole runes text begins with as marks do.
func sameMarks(marks, text string) int {
	for i, r := range marks {
		if !strings.HasPrefix(text[i:], string(r)) {
			return i
		}
	}
	return len(marks)
}

// ordinary reports whether a word is one of everyday English, perhaps with an ending.
func ordinary(word []byte) bool {
	l := English()
	if len(word) == 1 || l.find(word, hashOf(word)) != nil {
		return true
	}
	for _, ending := range []string{"s", "es", "ed", "d", "ing", "ly", "er", "est"} {
		if stem := word[:max(0, len(word)-len(ending))]; len(stem) > 2 && string(word[len(stem):]) == ending && l.find(stem, hashOf(stem)) != nil {
			return true
		}
	}
	return false
}

func isNoWord(r rune) bool { return !isWordRune(r) }

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }
