package sentiment

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// spell puts the descriptions of emoji in their places.
func (s *strictScratch) spell(text string) string {
	at := 0
	for ; at < len(text); at++ {
		if text[at] >= utf8.RuneSelf {
			break
		}
	}
	if at == len(text) {
		return text
	}
	s.text = s.text[:0]
	found, spaced := false, true
	for _, r := range text {
		description, ok := s.lex.emoji[r]
		if !ok {
			s.text = utf8.AppendRune(s.text, r)
			spaced = r == ' '
			continue
		}
		found = true
		if !spaced {
			s.text = append(s.text, ' ')
		}
		s.text = append(s.text, description...)
		spaced = false
	}
	if !found {
		return text
	}
	return string(s.text)
}

// split cuts text into words and returns how many of them are in capitals.
func (s *strictScratch) split(text string) (capitals int) {
	s.words = s.words[:0]
	for i := 0; i < len(text); {
		j, next := endOfWord(text, i)
		if j > i {
			s.words = append(s.words, s.word(text[i:j]))
			if s.words[len(s.words)-1].capitals {
				capitals++
			}
		}
		i = next
	}
	return capitals
}

// endOfWord returns where the word that begins at i ends, and what follows the space after it.
func endOfWord(text string, i int) (end, next int) {
	for j := i; j < len(text); {
		c := text[j]
		if c < utf8.RuneSelf {
			if classes[c]&blank != 0 || 0x1c <= c && c <= 0x1f {
				return j, j + 1
			}
			j++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[j:])
		if unicode.IsSpace(r) {
			return j, j + size
		}
		j += size
	}
	return len(text), len(text)
}

// word strips marks of ASCII, unless that leaves two characters or fewer.
func (s *strictScratch) word(w string) strictWord {
	core := strings.TrimFunc(w, func(r rune) bool { return r < utf8.RuneSelf && isMark(r) })
	if len(core) > 8 || utf8.RuneCountInString(core) > 2 {
		w = core
	}
	s.buf = s.buf[:0]
	hash := uint32(hashStart)
	upperCase, lowerCase, apostrophes := false, false, false
	for i := range len(w) {
		c := w[i]
		if c >= utf8.RuneSelf {
			return s.foreignWord(w)
		}
		k := classes[c]
		upperCase = upperCase || k&upper != 0
		lowerCase = lowerCase || k&lower != 0
		apostrophes = apostrophes || c == '\''
		c |= byte(k & upper)
		s.buf = append(s.buf, c)
		hash = (hash ^ uint32(c)) * hashPrime
	}
	return s.entry(hash, upperCase && !lowerCase, apostrophes)
}

func (s *strictScratch) foreignWord(w string) strictWord {
	s.buf = s.buf[:0]
	for _, r := range w {
		s.buf = utf8.AppendRune(s.buf, unicode.ToLower(r))
	}
	return s.entry(hashOf(s.buf), isCapitals(w), true)
}

// entry returns the word in s.buf.
func (s *strictScratch) entry(hash uint32, capitals, apostrophes bool) strictWord {
	e := s.lex.find(s.buf, hash)
	if e != nil {
		return strictWord{e, e.token, capitals}
	}
	if apostrophes && strings.Contains(string(s.buf), "n't") {
		return strictWord{contracted, "", capitals}
	}
	return strictWord{unknown, "", capitals}
}

// contrast halves what stands before the first "but" and strengthens what follows
// it. The published program finds each value's place by looking for the first
// equal value, changed or not, and so changes some twice and others never.
func (s *strictScratch) contrast() {
	but := -1
	for i := range s.words {
		if s.words[i].entry == s.lex.but {
			but = i
			break
		}
	}
	if but < 0 {
		return
	}
	spoken := s.moved[:0]
	for i, v := range s.values {
		if v != 0 { // zeros stay zero
			spoken = append(spoken, i)
		}
	}
	s.moved = spoken
	var quick func(float64) int
	if len(spoken) > manySpoken {
		quick = firstByValue(s.values, spoken)
	}
	for _, i := range spoken {
		v := s.values[i]
		if v == 0 {
			continue // halved to nothing
		}
		at := 0
		if quick != nil {
			at = quick(v)
		} else {
			at = s.firstOf(v)
		}
		switch {
		case at < but:
			s.values[at] = float64(v * before)
		case at > but:
			s.values[at] = float64(v * strictAfter)
		}
	}
}

// manySpoken is from when on looking through all values would take too long.
const manySpoken = 64

// firstOf returns the first place of a value.
func (s *strictScratch) firstOf(v float64) int {
	for _, i := range s.moved {
		if s.values[i] == v {
			return i
		}
	}
	return -1
}

// firstByValue does the same in the time of a heap: places are kept by value, and
// those that have another value by now are dropped as they come up. Each call
// tells where the caller is going to change the value.
func firstByValue(values []float64, spoken []int) func(float64) int {
	places := make(map[uint64][]int)
	push := func(v float64, i int) {
		key := math.Float64bits(v)
		h := append(places[key], i)
		for at := len(h) - 1; at > 0 && h[(at-1)/2] > h[at]; at = (at - 1) / 2 {
			h[at], h[(at-1)/2] = h[(at-1)/2], h[at]
		}
		places[key] = h
	}
	for _, i := range spoken {
		push(values[i], i)
	}
	last, lastValue := -1, 0.0
	return func(v float64) int {
		if last >= 0 && values[last] != lastValue {
			push(values[last], last) // what the caller made of it
		}
		key := math.Float64bits(v)
		h := places[key]
		for values[h[0]] != v {
			h = dropLeast(h)
		}
		places[key] = h
		last, lastValue = h[0], v
		return last
	}
}

func dropLeast(h []int) []int {
	n := len(h) - 1
	h[0] = h[n]
	h = h[:n]
	for at := 0; ; {
		least := at
		for child := 2*at + 1; child <= 2*at+2 && child < n; child++ {
			if h[child] < h[least] {
				least = child
			}
		}
		if least == at {
			return h
		}
		h[at], h[least] = h[least], h[at]
		at = least
	}
}
