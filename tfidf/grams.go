package tfidf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// An analyzer cuts texts into terms. It keeps memory between calls and is for
// one goroutine.
type analyzer struct {
	analysis Analysis
	from, to int // how many words or characters make a term
	stops    map[string]bool
	at       []int // where the words or characters of a text begin and end
}

func (o Options) analyzer() *analyzer {
	a := &analyzer{analysis: o.Analysis, from: o.MinGram, to: o.MaxGram}
	list := o.StopWords
	if o.Stop == English {
		list = append(EnglishStopWords(), list...)
	}
	if len(list) > 0 {
		a.stops = make(map[string]bool, len(list))
		for _, w := range list {
			a.stops[w] = true
		}
	}
	return a
}

// terms appends the terms of s to dst; they may share memory with s.
func (a *analyzer) terms(dst []string, s string) []string {
	switch a.analysis {
	case Chars:
		return a.runs(dst, squeeze(strings.ToLower(s)), false)
	case WordChars:
		for _, word := range strings.FieldsFunc(strings.ToLower(s), isSpace) {
			dst = a.runs(dst, " "+word+" ", true)
		}
		return dst
	}
	first := len(dst)
	dst = a.analysis.words(dst, s)
	if a.stops != nil {
		kept := dst[:first]
		for _, t := range dst[first:] {
			if !a.stops[t] {
				kept = append(kept, t)
			}
		}
		dst = kept
	}
	if a.to == 1 {
		return dst
	}
	return a.neighbours(dst[:first], dst[first:])
}

// neighbours appends every from to to words in a row, joined by spaces. All of
// them are parts of one string.
func (a *analyzer) neighbours(dst, words []string) []string {
	text := strings.Join(words, " ")
	a.at = a.at[:0]
	for i, n := 0, 0; i < len(words); i++ {
		a.at = append(a.at, n, n+len(words[i]))
		n += len(words[i]) + 1
	}
	n := len(words) // which dst may overwrite
	for size := a.from; size <= min(a.to, n); size++ {
		for i := 0; i+size <= n; i++ {
			dst = append(dst, text[a.at[2*i]:a.at[2*(i+size-1)+1]])
		}
	}
	return dst
}

// runs appends every from to to characters in a row of s. A word, with its
// spaces, that is shorter than from is a term once.
func (a *analyzer) runs(dst []string, s string, word bool) []string {
	a.at = a.at[:0]
	for i := range s {
		a.at = append(a.at, i)
	}
	n := len(a.at)
	a.at = append(a.at, len(s))
	for size := a.from; size <= a.to; size++ {
		if size > n && !word {
			break
		}
		if size >= n {
			return append(dst, s)
		}
		for i := 0; i+size <= n; i++ {
			dst = append(dst, s[a.at[i]:a.at[i+size]])
		}
	}
	return dst
}

// isSpace is what Python takes for white space.
func isSpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }

// squeeze makes white space of two characters or more one space; a single one
// stays as it is.
func squeeze(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	run := 0
	var single rune
	flush := func() {
		if run == 1 {
			b.WriteRune(single)
		} else if run > 1 {
			b.WriteByte(' ')
		}
		run = 0
	}
	for i, r := range s {
		if isSpace(r) {
			run++
			single = r
			continue
		}
		flush()
		if r == utf8.RuneError {
			_, size := utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+size])
			continue
		}
		b.WriteRune(r)
	}
	flush()
	return b.String()
}
