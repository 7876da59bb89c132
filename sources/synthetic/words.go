package synthetic

import (
	"embed"
	"slices"
	"strings"
	"sync"
)

// The word lists are our own; words/*.txt say what their columns mean.
//
//go:embed words/*.txt
var wordFiles embed.FS

// A word is one notion in three writings. For given names english is the
// pronoun, for family names it is empty.
type word struct{ romaji, native, english string }

// A premise is what a work is about, told in several ways.
type premise struct {
	genres []genre
	themes []string
	texts  []string
}

type lexicon struct {
	things, moods, adjectives, places, given, family []word
	jobs, refusals, verbs, persons, clubs            []word
	loans, loans2                                    []word
	studios                                          []string
	premises                                         []premise
	turns, sequels, sides                            [][]string
	phrases                                          map[string][5][]string // aspect → level+2 → clauses
}

// words returns the lexicon, parsed once.
var words = sync.OnceValue(func() *lexicon {
	l := &lexicon{
		things: wordList("things"), moods: wordList("moods"), adjectives: wordList("adjectives"),
		places: wordList("places"), given: wordList("given"), family: wordList("family"),
		jobs: wordList("jobs"), refusals: wordList("refusals"), verbs: wordList("verbs"),
		persons: wordList("persons"), clubs: wordList("clubs"),
		loans: wordList("loans"), loans2: wordList("loans2"), studios: lines("studios"),
		turns: columns("turns"), sequels: columns("sequels"), sides: columns("sides"),
		phrases: make(map[string][5][]string),
	}
	for _, line := range lines("premises") {
		head, ok := strings.CutPrefix(line, "= ")
		if !ok {
			p := &l.premises[len(l.premises)-1]
			p.texts = append(p.texts, line)
			continue
		}
		genres, themes, _ := strings.Cut(head, " | ")
		p := premise{themes: strings.Split(themes, ", ")}
		for name := range strings.SplitSeq(genres, ", ") {
			p.genres = append(p.genres, genreNamed(name))
		}
		l.premises = append(l.premises, p)
	}
	var aspect string
	var level int
	for _, line := range lines("phrases") {
		if head, ok := strings.CutPrefix(line, "= "); ok {
			name, digits, _ := strings.Cut(head, " ")
			aspect, level = name, slices.Index(levelNames, digits)
			continue
		}
		levels := l.phrases[aspect]
		levels[level] = append(levels[level], line)
		l.phrases[aspect] = levels
	}
	return l
})

// levelNames are the levels of opinion in phrases.txt, from hated to loved.
var levelNames = []string{"-2", "-1", "0", "1", "2"}

// lines returns the lines of an embedded list that are neither empty nor comments.
func lines(name string) []string {
	text, err := wordFiles.ReadFile("words/" + name + ".txt")
	if err != nil {
		panic("synthetic: " + err.Error()) // the file is part of the program
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	return out
}

func columns(name string) [][]string {
	var out [][]string
	for _, line := range lines(name) {
		out = append(out, strings.Split(line, " | "))
	}
	return out
}

func wordList(name string) []word {
	var out []word
	for _, c := range columns(name) {
		c = append(c, "")
		out = append(out, word{c[0], c[1], c[2]})
	}
	return out
}
