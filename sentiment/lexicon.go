package sentiment

import (
	"bufio"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/osusume/osusume/recommender"
)

//go:generate env GOWORK=off go -C _gen run . -o ../lexicon.txt

//go:embed lexicon.txt
var englishText string

// MaxValence bounds the valence of a word in a [Lexicon]: VADER's raters used
// a scale from -4 to 4.
const MaxValence = 4

// A Lexicon says what words, phrases and emoji contribute to a score. It is
// immutable and safe for concurrent use. [English] is the default.
type Lexicon struct {
	entries map[string]*entry // folded to lower case; phrases under their words joined by one space
	phrases [][]string        // the words of each
	emoji   map[rune][]*entry // the words of its description
	words   int               // entries with a valence
}

// An entry is one word or phrase. What is zero does not apply.
type entry struct {
	valence float64  // the mean rating of people, in [-4, 4]
	boost   float64  // added to the strength of a word that follows
	shift   float64  // multiplied to the valence of a word that follows
	reach   int      // how many tokens ahead shift works
	role    role     //
	phrases []phrase // those that end in this word, longest first
}

type role uint8

const (
	plain role = iota
	no         // bad by itself, a negation before a word that says something
	or         // carries a "no" to the next word
	but        // what follows it weighs more
)

// A phrase counts as one token with an entry of its own.
type phrase struct {
	before []*entry // what reading leaves of all its words but the last
	whole  *entry
}

// English returns VADER's lexicon of some 7,500 English words and emoticons,
// with its boosters, negations, idioms and emoji. The first call takes a few
// milliseconds, later ones return the same Lexicon.
func English() *Lexicon { return english() }

var english = sync.OnceValue(func() *Lexicon {
	l, err := ReadLexicon(strings.NewReader(englishText))
	if err != nil {
		panic("sentiment: the embedded lexicon cannot be read")
	}
	return l
})

// ReadLexicon reads a lexicon from lines of tab-separated fields:
//
//	word     token  valence      how good it is, in [-4, 4]
//	booster  token  strength     what it adds to the strength of a following word, in [-4, 4]
//	negation token               turns a following word round
//	emoji    rune   description  read as if the words stood there
//
// Case does not matter, and of two lines about one token the last counts. Tokens
// of several words separated by spaces are phrases. Empty lines and lines that
// begin with # are skipped. The closed-class words that the rules of English
// name ("no", "least", "but" …) are added to every lexicon. A line that cannot
// be read, or is longer than 64 KiB, is an error that wraps
// [recommender.ErrInvalid] and names the line.
func ReadLexicon(r io.Reader) (*Lexicon, error) {
	l := &Lexicon{entries: make(map[string]*entry, 1<<13), emoji: make(map[rune][]*entry)}
	lines := bufio.NewScanner(r)
	n := 1
	for ; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		if err := l.add(line); err != nil {
			return nil, fmt.Errorf("sentiment: read lexicon: line %d: %w: %w", n, recommender.ErrInvalid, err)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("sentiment: read lexicon: line %d: %w: %w", n, recommender.ErrInvalid, err)
	case err != nil:
		return nil, fmt.Errorf("sentiment: read lexicon: %w", err)
	}
	l.finish()
	return l, nil
}

// Len returns the number of words, phrases and emoticons that have a valence.
func (l *Lexicon) Len() int { return l.words }

// Valence returns how good a word or phrase is, in [-4, 4], and whether the
// lexicon knows. Case does not matter.
func (l *Lexicon) Valence(word string) (float64, bool) {
	e := l.entries[string(appendFolded(nil, word))]
	if e == nil || e.valence == 0 {
		return 0, false
	}
	return e.valence, true
}

func (l *Lexicon) add(line string) error {
	kind, rest, _ := strings.Cut(line, "\t")
	token, value, valued := strings.Cut(rest, "\t")
	token = string(appendFolded(nil, token))
	if valued == (kind == "negation") || strings.Contains(value, "\t") {
		return fmt.Errorf("%q has too few or too many fields", line)
	}
	if token == "" || token[0] == ' ' || token[len(token)-1] == ' ' || strings.Contains(token, "  ") {
		return fmt.Errorf("token %q is empty or spaced oddly", token)
	}
	switch kind {
	case "word", "booster":
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || !(math.Abs(v) <= MaxValence) {
			return fmt.Errorf("%q is not a number in [-%d, %d]", value, MaxValence, MaxValence)
		}
		if kind == "word" {
			l.entry(token).valence = v
		} else {
			l.entry(token).boost = v
		}
	case "negation":
		e := l.entry(token)
		e.shift, e.reach = negation, window
	case "emoji":
		r, size := utf8.DecodeRuneInString(token)
		if r == utf8.RuneError || size != len(token) || r < utf8.RuneSelf {
			return fmt.Errorf("%q is not one rune beyond ASCII", token)
		}
		var words []*entry
		for w := range strings.FieldsSeq(value) {
			words = append(words, l.entry(string(appendFolded(nil, w))))
		}
		l.emoji[r] = words
	default:
		return fmt.Errorf("unknown kind %q", kind)
	}
	return nil
}

// entry returns the entry of a token, made where it is missing.
func (l *Lexicon) entry(token string) *entry {
	if e := l.entries[token]; e != nil {
		return e
	}
	e := new(entry)
	l.entries[token] = e
	if strings.Contains(token, " ") {
		l.phrases = append(l.phrases, strings.Split(token, " "))
	}
	return e
}

// finish adds the words that the rules name and makes the phrases.
func (l *Lexicon) finish() {
	for _, g := range grammar {
		e := l.entry(g.token)
		e.role, e.boost, e.shift, e.reach = g.role, g.boost, g.shift, g.reach
	}
	// The short ones first: of "kind of cool", reading leaves "kind of" as one
	// token where that is a phrase too.
	slices.SortStableFunc(l.phrases, func(a, b []string) int { return cmp.Compare(len(a), len(b)) })
	for _, words := range l.phrases {
		l.addPhrase(words)
	}
	for _, e := range l.entries {
		if e.valence != 0 {
			l.words++
		}
	}
}

// addPhrase makes the last of the words know the phrase. Every word gets an
// entry, so that phrases are found by comparing pointers.
func (l *Lexicon) addPhrase(words []string) {
	s := scratch{lex: l}
	for _, w := range words[:len(words)-1] {
		s.push(l.entry(w), false)
	}
	p := phrase{whole: l.entries[strings.Join(words, " ")]}
	for _, t := range s.tokens {
		p.before = append(p.before, t.entry)
	}
	last := l.entry(words[len(words)-1])
	last.phrases = slices.Insert(last.phrases, 0, p)
}
