package sentiment

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/osusume/osusume/recommender"
)

// maxLine is how long a line of a lexicon may be, in bytes.
const maxLine = 1 << 16

// ReadLexicon reads a lexicon from lines of tab-separated fields:
//
//	word     token  valence    how good it is, in [-4, 4]; 0 makes a phrase that says nothing
//	booster  token  strength   what it adds to the strength of a following word, in [-4, 4]
//	negation token  [reach]    turns a word round that follows within reach tokens, 1 to 4; 4 unless told
//	stress   token             "never so": makes a following word stronger
//	no       token             bad by its own valence, but a negation right before a word that says something
//	or       token             carries a "no" over to the next word
//	but      token             what follows it in its sentence weighs more
//	emoji    rune   valence
//	common   token             a common word that shows that a text is in this language
//	foreign  token             a common word that shows that it is in another
//
// Case does not matter, and of two lines of one kind about one token the last
// counts. Tokens of several words separated by spaces are phrases: they count
// once, as a whole. Empty lines and lines that begin with # are skipped. Lines
// may end in "\n" or "\r\n". A line that cannot be read, or is longer than 64
// KiB, is an error that wraps [recommender.ErrInvalid] and names the line.
func ReadLexicon(r io.Reader) (*Lexicon, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("sentiment: read lexicon: %w", err)
	}
	b := newBuilder(0)
	if err := b.read(string(text)); err != nil {
		return nil, fmt.Errorf("sentiment: read lexicon: %w", err)
	}
	return b.finish(), nil
}

// A builder collects what becomes a Lexicon.
type builder struct {
	lex   *Lexicon
	pairs map[[2]string]float64
}

func newBuilder(size int) builder {
	return builder{lex: &Lexicon{table: newTable(size)}, pairs: make(map[[2]string]float64)}
}

func (b builder) read(text string) error {
	for n := 1; text != ""; n++ {
		line, rest := cutByte(text, '\n')
		text = rest
		line = strings.TrimSuffix(line, "\r")
		if line == "" || line[0] == '#' && len(line) < maxLine {
			continue
		}
		if err := b.line(line); err != nil {
			return fmt.Errorf("line %d: %w: %w", n, recommender.ErrInvalid, err)
		}
	}
	return nil
}

func (b builder) line(line string) error {
	if len(line) >= maxLine {
		return errors.New("it is longer than 64 KiB")
	}
	kind, rest := cutByte(line, '\t')
	token, value := cutByte(rest, '\t')
	valued := len(token) < len(rest)
	token = folded(token)
	if !wellSpaced(token) {
		return fmt.Errorf("token %q is empty or spaced oddly", token)
	}
	var v float64
	switch kind {
	case "word", "booster", "emoji":
		var err error
		if v, err = number(value); err != nil || !(math.Abs(v) <= MaxValence) {
			return fmt.Errorf("%q is not a number in [-%d, %d]", value, MaxValence, MaxValence)
		}
	case "negation":
		v = window
		if valued {
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > window {
				return fmt.Errorf("reach %q is not a whole number from 1 to %d", value, window)
			}
			v = float64(n)
		}
	default:
		if valued {
			return fmt.Errorf("%q has too many fields", line)
		}
	}
	return b.set(kind, token, v)
}

func (b builder) set(kind, token string, v float64) error {
	switch kind {
	case "emoji":
		r, size := utf8.DecodeRuneInString(token)
		if r == utf8.RuneError || size != len(token) || r < utf8.RuneSelf {
			return fmt.Errorf("%q is not one rune beyond ASCII", token)
		}
		e := b.entry(token)
		e.valence, e.role = v, e.role|emoticon|given
	case "word":
		e := b.entry(token)
		e.valence, e.role = v, e.role|given
		if isFace(token) {
			e.role |= emoticon
		}
	case "booster":
		e := b.entry(token)
		e.boost, e.role = v, e.role|boosts
	case "negation":
		e := b.entry(token)
		e.role, e.reach = e.role|negator, uint8(v)
	case "no":
		e := b.entry(token)
		e.role, e.reach = e.role|no|negator, noReach
	case "stress":
		e := b.entry(token)
		e.role, e.reach = e.role|stresser, window
	case "or":
		b.entry(token).role |= joint
	case "but":
		b.entry(token).role |= contrast
	case "common":
		b.entry(token).role |= home
	case "foreign":
		b.entry(token).role |= foreign
	default:
		return fmt.Errorf("unknown kind %q", kind)
	}
	return nil
}

// isFace reports whether a token is drawn rather than spelled: ":)", "xd:", "8-0".
func isFace(token string) bool {
	run, marks := 0, false
	for _, r := range token {
		switch {
		case 'a' <= r && r <= 'z':
			if run++; run > 2 {
				return false
			}
		case r == ' ' || r == '\'' || r == '-':
			run = 0
		case isMark(r) || '0' <= r && r <= '9':
			run, marks = 0, true
		default:
			if run++; run > 2 {
				return false
			}
		}
	}
	return marks
}

// entry returns the entry of a token, made where it is missing.
func (b builder) entry(token string) *entry { return &b.lex.entries[b.lex.add(token)] }

// emojis adds the lines of emoji.txt: rune, valence, description.
func (b builder) emojis(text string) error {
	for line := range strings.Lines(text) {
		if line[0] == '#' {
			continue
		}
		e, rest, _ := strings.Cut(line, "\t")
		value, _, _ := strings.Cut(rest, "\t")
		v, err := number(value)
		if err != nil {
			return err
		}
		if v == 0 { // a mere picture
			continue
		}
		if err := b.set("emoji", e, v); err != nil {
			return err
		}
	}
	return nil
}

// merge adds all that a finished Lexicon has.
func (b builder) merge(l *Lexicon) {
	for _, from := range l.entries {
		e := b.entry(from.token)
		if from.role&given != 0 {
			e.valence = from.valence
		}
		if from.role&boosts != 0 {
			e.boost = from.boost
		}
		if e.role |= from.role; from.reach != 0 {
			e.reach = from.reach
		}
	}
	for _, p := range l.pairs.list {
		b.pairs[[2]string{l.entries[p.first].token, l.entries[p.second].token}] = p.weight
	}
}

// finish counts the words and makes the phrases.
func (b builder) finish() *Lexicon {
	l := b.lex
	for i := range len(l.entries) { // adding words invalidates pointers: places first
		if e := &l.entries[i]; strings.IndexByte(e.token, ' ') >= 0 {
			words := strings.Split(e.token, " ")
			l.phrases = append(l.phrases, words)
		}
	}
	for _, words := range l.phrases {
		for _, w := range words {
			l.add(w)
		}
	}
	for tokens := range b.pairs {
		if l.must(tokens[0]) == nil || l.must(tokens[1]) == nil {
			panic("sentiment: a pair of a token that is not there")
		}
	}
	// The short ones first: of "kind of cool", reading leaves "kind of" as one
	// token where that is a phrase too.
	slices.SortStableFunc(l.phrases, func(a, b []string) int { return cmp.Compare(len(a), len(b)) })
	for _, words := range l.phrases {
		l.addPhrase(words)
	}
	for i := range l.entries {
		if l.entries[i].valence != 0 {
			l.words++
		}
	}
	l.pairs = b.neighbours()
	return l
}

// neighbours adds the tokens of pairs and puts the pairs into an order.
func (b builder) neighbours() pairs {
	list := make([]pair, 0, len(b.pairs))
	for tokens, weight := range b.pairs {
		first, second := b.lex.must(tokens[0]), b.lex.must(tokens[1])
		list = append(list, pair{first.place, second.place, weight})
	}
	slices.SortFunc(list, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.second, b.second))
	})
	return newPairs(list)
}

// cutByte cuts s at the first c, which is in neither part.
func cutByte(s string, c byte) (before, after string) {
	if i := strings.IndexByte(s, c); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// number parses a number; short ones like "-1.5" quickly.
func number(s string) (float64, error) {
	digits := s
	if digits != "" && digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) > 2 && len(digits) < 8 && digits[1] == '.' {
		n, power := 0, 1
		for i := range len(digits) {
			switch c := digits[i]; {
			case i == 1:
				continue
			case c < '0' || c > '9':
				return strconv.ParseFloat(s, 64)
			default:
				n = 10*n + int(c-'0')
			}
			if i > 1 {
				power *= 10
			}
		}
		v := float64(n) / float64(power) // both exact, so rounded once: the nearest number
		if len(digits) < len(s) {
			return -v, nil
		}
		return v, nil
	}
	return strconv.ParseFloat(s, 64)
}
