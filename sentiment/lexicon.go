package sentiment

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:generate env GOWORK=off go -C _gen run . -o ..

var (
	//go:embed vader.txt
	vaderText string
	//go:embed emoji.txt
	emojiText string
	//go:embed english.txt
	englishText string
	//go:embed fiction.txt
	fictionText string
)

// MaxValence bounds the valence of a word in a [Lexicon]: VADER's raters used
// a scale from -4 to 4.
const MaxValence = 4

// A Lexicon says what words, phrases and emoji contribute to a score. It is
// immutable and safe for concurrent use. [English] is the default.
type Lexicon struct {
	table
	phrases [][]string // the words of each, short ones first
	tails   [][]phrase // phrases by the word that they end in, longest first
	pairs   pairs      // what a Learner found in neighbours
	words   int        // entries with a valence
}

// A phrase counts as one token with an entry of its own.
type phrase struct {
	before []*entry // what reading leaves of all its words but the last
	whole  *entry
}

// English returns the default lexicon: VADER's some 7,500 English words and
// emoticons with its boosters and negations, our emoji, and some 800 words and
// phrases of judgement that VADER lacks. The first call takes about a
// millisecond, later ones return the same Lexicon.
func English() *Lexicon { return english() }

var english = sync.OnceValue(func() *Lexicon { return embedded(vaderText, englishText) })

// Fiction returns English with an overlay for reviews of stories, in which what
// is told is not what is thought of it: dark, violent and tragic are no
// complaints there, and a killer soundtrack kills nobody. Later calls return the
// same Lexicon.
func Fiction() *Lexicon { return fiction() }

var fiction = sync.OnceValue(func() *Lexicon { return embedded(vaderText, englishText, fictionText) })

// expected is about how many tokens the embedded lexicons have.
const expected = 10_500

func embedded(texts ...string) *Lexicon {
	b := newBuilder(expected)
	for _, text := range texts {
		if err := b.read(text); err != nil {
			panic("sentiment: an embedded lexicon cannot be read")
		}
	}
	if err := b.emojis(emojiText); err != nil {
		panic("sentiment: the embedded emoji cannot be read")
	}
	return b.finish()
}

// With returns a Lexicon that has all of l and all of over: where both have a
// token, that of over counts. Neither is changed. It costs O(size of both).
func (l *Lexicon) With(over *Lexicon) *Lexicon {
	b := newBuilder(len(l.entries) + len(over.entries))
	b.merge(l)
	b.merge(over)
	return b.finish()
}

// Len returns the number of words, phrases, emoticons and emoji that have a valence.
func (l *Lexicon) Len() int { return l.words }

// Valence returns how good a word or phrase is, in [-4, 4], and whether the
// lexicon knows. Case does not matter.
func (l *Lexicon) Valence(word string) (float64, bool) {
	folded := appendFolded(nil, word)
	e := l.find(folded, hashOf(folded))
	if e == nil || e.valence == 0 {
		return 0, false
	}
	return e.valence, true
}

// addPhrase makes the last of the words know the phrase. Every word has an
// entry, so that phrases are found by comparing pointers.
func (l *Lexicon) addPhrase(words []string) {
	s := scratch{lex: l}
	for _, w := range words[:len(words)-1] {
		s.push(l.must(w), 0, 0, false)
	}
	p := phrase{whole: l.must(strings.Join(words, " "))}
	for _, t := range s.tokens {
		p.before = append(p.before, t.entry)
	}
	last := l.must(words[len(words)-1])
	if last.tails == 0 {
		l.tails = append(l.tails, nil)
		last.tails = int32(len(l.tails))
	}
	list := &l.tails[last.tails-1]
	*list = slices.Insert(*list, 0, p)
}

// must returns the entry of a token that has one.
func (l *Lexicon) must(token string) *entry { return l.find([]byte(token), hashOf(token)) }
