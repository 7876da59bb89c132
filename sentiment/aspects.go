package sentiment

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// An Aspect is something that reviews judge by itself, known by its words.
type Aspect struct {
	Name  string
	Words []string // single words in any case: "animation", "visuals"
}

// DefaultAspects are those of stories on screen: story, art, sound, characters,
// enjoyment and pacing. The slices are the caller's.
func DefaultAspects() []Aspect {
	list := []Aspect{
		{Name: "story"}, {Name: "art"}, {Name: "sound"}, {Name: "characters"}, {Name: "enjoyment"}, {Name: "pacing"},
	}
	for i, words := range []string{
		"story stories storyline storytelling plot plots narrative writing script premise ending endings conclusion twist twists arc arcs worldbuilding screenplay dialogue dialog",
		"art artwork artstyle animation animations animated visuals visual graphics drawing drawings design designs cinematography colors colours backgrounds cgi cg imagery camerawork",
		"sound soundtrack soundtracks music ost score song songs opening openings op ed audio voice voices acting seiyuu dub dubbing sfx track tracks bgm",
		"character characters cast protagonist protagonists hero heroes heroine villain villains antagonist antagonists lead leads mc personality personalities characterization characterisation",
		"enjoyment enjoy enjoyed enjoying fun entertaining entertained entertainment rewatch rewatchable experience overall",
		"pacing pace paced tempo rushed drags dragged dragging slow-paced fast-paced",
	} {
		list[i].Words = strings.Fields(words)
	}
	return list
}

// Aspects scores aspects of texts. Safe for concurrent use.
type Aspects struct {
	a     *Analyzer
	names []string
	words table   // of all aspects
	of    []int32 // the aspect of each word
}

// maxAspects is how many fit the set of a stretch of text.
const maxAspects = 64

// NewAspects returns Aspects that score as a does. nil means [DefaultAspects]. All
// faults are reported in one error that wraps [recommender.ErrInvalid]: an
// aspect without a name or words, a name or word that stands twice, a word with a
// space, more than 64 aspects, a strict Analyzer.
func NewAspects(a *Analyzer, aspects []Aspect) (*Aspects, error) {
	if aspects == nil {
		aspects = DefaultAspects()
	}
	x := &Aspects{a: a, words: newTable(256)}
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if a.strict != nil {
		fault("the Analyzer is strict")
	}
	if len(aspects) == 0 || len(aspects) > maxAspects {
		fault("%d aspects, want 1 to %d", len(aspects), maxAspects)
	}
	seen := make(map[string]bool)
	for i, aspect := range aspects {
		if aspect.Name == "" || seen[aspect.Name] {
			fault("aspect %d: name %q is empty or stands twice", i, aspect.Name)
		}
		seen[aspect.Name] = true
		if len(aspect.Words) == 0 {
			fault("aspect %q has no words", aspect.Name)
		}
		for _, w := range aspect.Words {
			token := folded(w)
			if token == "" || strings.ContainsAny(token, " \t\n") || x.words.find([]byte(token), hashOf(token)) != nil {
				fault("aspect %q: word %q is empty, has a space or stands twice", aspect.Name, w)
				continue
			}
			x.words.add(token)
			x.of = append(x.of, int32(i))
		}
		x.names = append(x.names, aspect.Name)
	}
	if faults != nil {
		return nil, fmt.Errorf("sentiment: invalid aspects: %w: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return x, nil
}

// An AspectScore is what a text says about one aspect.
type AspectScore struct {
	Name     string
	Compound float64 // as of a text made of what is said about the aspect, in [-1, 1]
	Mentions int     // of the aspect's words; 0: nothing is said about it
	Known    int     // words with a valence about it; 0 with Mentions: named, not judged
}

// Score returns one AspectScore per aspect, in the order given. What a sentence
// says belongs to the aspect whose word stands last before it, or first in the
// sentence; the stretch of one aspect ends at the last comma, "and", "but" or
// wider gap before the next one's word. "The story and the characters are great"
// praises both. A sentence that names no aspect counts for none. O(len(text)).
func (x *Aspects) Score(text string) []AspectScore {
	out := make([]AspectScore, len(x.names))
	for i, n := range x.names {
		out[i].Name = n
	}
	s := x.a.scratch()
	defer x.a.release(s)
	s.read(text)
	if s.otherLanguage() {
		return out
	}
	sums := make([]sum, len(out))
	lengths := make([]int, len(out))
	mixed := s.mixed()
	for i := 0; i < len(s.tokens); {
		end, but := s.span(i)
		for _, st := range x.stretches(s, text, i, end, out) {
			but := but
			if but <= st.from || but >= st.to { // it parts this aspect from another
				but = -1
			}
			for j := st.from; j < st.to; j++ {
				v := s.says(j, but, mixed, nil)
				for k := range out {
					if st.aspects&(1<<k) == 0 {
						continue
					}
					sums[k].words += v
					lengths[k]++
					if s.tokens[j].valence != 0 {
						out[k].Known++
					}
				}
			}
		}
		i = end
	}
	for k := range out {
		sums[k].length = 1
		if lengths[k] > long {
			sums[k].length = math.Sqrt(long / float64(lengths[k]))
		}
		out[k].Compound = sums[k].total() / sums[k].squeeze()
	}
	return out
}

var oneSpace = []byte(" ")

// A stretch is a part of a sentence that is about some aspects.
type stretch struct {
	from, to int
	aspects  uint64
	judged   bool
}

// stretches cuts the sentence of tokens from until to, and counts mentions.
func (x *Aspects) stretches(s *scratch, text string, from, to int, out []AspectScore) []stretch {
	var list []stretch
	cut := -1 // where the next stretch would begin
	for i := from; i < to; i++ {
		t := s.tokens[i]
		s.buf = appendFolded(s.buf[:0], text[t.start:t.end])
		if t.gap >= comma || t.contrast || string(s.buf) == "and" {
			cut = i
		}
		if t.entry == name {
			continue
		}
		if strings.IndexByte(t.token, ' ') > 0 { // a phrase: "plot twist"
			s.buf = append(s.buf[:0], t.token...)
		}
		for word := range bytes.SplitSeq(s.buf, oneSpace) {
			e := x.words.find(word, hashOf(word))
			if e == nil {
				continue
			}
			aspect := x.of[e.place]
			out[aspect].Mentions++
			switch n := len(list); {
			case n == 0:
				list = append(list, stretch{from: from, aspects: 1 << aspect})
			case list[n-1].aspects != 1<<aspect:
				if cut <= list[n-1].from {
					cut = i
				}
				list[n-1].to = cut
				list = append(list, stretch{from: cut, aspects: 1 << aspect})
			}
		}
	}
	if list == nil {
		return nil
	}
	list[len(list)-1].to = to
	for i := range list {
		for j := list[i].from; j < list[i].to; j++ {
			list[i].judged = list[i].judged || s.tokens[j].valence != 0
		}
	}
	// What is not judged by itself shares the next judgement, or the one before.
	for i := len(list) - 2; i >= 0; i-- {
		if !list[i].judged && list[i+1].judged {
			list[i+1].aspects |= list[i].aspects
			list[i].from, list[i].to = 0, 0
		}
	}
	for i := 1; i < len(list); i++ {
		if !list[i].judged && list[i].to > 0 && list[i-1].judged {
			list[i-1].aspects |= list[i].aspects
			list[i].from, list[i].to = 0, 0
		}
	}
	return list
}
