package sentiment_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/sentiment"
)

// Invented names: of odd words, of ordinary ones, and of both.
var works = []string{
	"Boku no Zorbo", "Love Zorbo", "Zorbo!!", "Zorbo!! Season 2", "Killer Qwerp no Densetsu", "恋のゾルボ",
	"Happy", "Perfect Day", "Monster", "Great Teacher", "Good Night World", "True Love", "Wonderful Days",
	"Beautiful Dream", "Bad Boys", "Sad", "No Game", "Best Friend", "Death Game", "Fine", "Lovely Song", "Terrible",
	"given", "I Love the Way You Smile Now", "Dark Hero", "Hate", "Gift", "Special A", "Clean Freak", "Winner", "Strong",
}

func found(m *sentiment.Mask, text string) []string {
	out := []string{}
	for _, n := range m.Find(text) {
		out = append(out, text[n.Start:n.End])
	}
	return out
}

func TestNamesAreFoundWhereTheyAreNames(t *testing.T) {
	m := sentiment.NewMask(works)
	for text, want := range map[string][]string{
		"Boku no Zorbo is good":                      {"Boku no Zorbo"},
		"i liked boku NO zorbo.":                     {"boku NO zorbo"},
		"Zorbo!! is better than Love-Zorbo!":         {"Zorbo!!", "Love-Zorbo"},
		"Zorbo Season 2, not season 1":               {"Zorbo Season 2"},
		"昨日恋のゾルボを見た":                                 {"恋のゾルボ"},
		"I watched Happy yesterday.":                 {"Happy"},
		"we finished Perfect Day and Monster":        {"Perfect Day", "Monster"},
		"i watched perfect day last night":           {"perfect day"},
		"they read all of Great Teacher":             {"Great Teacher"},
		"My favourite is Monster by far":             {"Monster"},
		"“Sad” made me laugh":                        {"Sad"},
		"the one called *Terrible* is great":         {"Terrible"},
		"Monster is a slow burn":                     {"Monster"},
		"Perfect Day bored me":                       {"Perfect Day"},
		"I watched given twice":                      {"given"},
		"i love the way you smile now":               {"i love the way you smile now"},
		"the anime True Love has no love in it":      {"True Love"},
		"nothing here, zorb o":                       {},
		"Boku no Zorbonian":                          {},
		"watched it all. Happy end":                  {},
		"MONSTER OF A SHOW, GREAT TEACHER, VERY SAD": {},
	} {
		if diff := cmp.Diff(want, found(m, text)); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
}

// Sentences in which the words of a name are what the writer thinks.
var opinions = []string{
	"The ending made me happy.", "I was so happy with it!", "Happy to say it works.", "I finished happy and content.",
	"It was a perfect day for a show like this.", "A monster of a disappointment, terrible in every way.",
	"He is a great teacher and a good man.", "I had a good night, the world can wait.", "It shows true love for its craft.",
	"Those were wonderful days.", "The animation is a beautiful dream.", "These bad boys are awful.", "It left me sad.",
	"SAD and boring.", "Sad and boring.", "There is no game as good.", "It became my best friend this winter.",
	"A death game is a terrible idea.", "The acting is fine.", "What a lovely song!", "Terrible pacing, terrible art.",
	"Terrible.", "It was terrible, I watched it in pain.", "A hero too dark to like, I hate him.", "I hate it.",
	"This season is a gift.", "They are clean and strong, what a winner.", "very Sad and very Terrible", "THE BEST FRIEND EVER",
	"I watched it happy and left it sad.", "Special effects are a special treat.", "Strong start, weak end.", "Fine work all around.",
}

func TestOpinionsInTheWordsOfNamesStayOpinions(t *testing.T) {
	masked, err := sentiment.New(sentiment.Options{Mask: sentiment.NewMask(works)})
	if err != nil {
		t.Fatal(err)
	}
	plain := analyzer(t)
	for _, text := range opinions {
		want := plain.Score(text)
		if got := masked.Score(text); got != want || math.Abs(want.Compound) < 0.05 {
			t.Errorf("%q: %.3f masked, %.3f plain; names %q", text, got.Compound, want.Compound, found(sentiment.NewMask(works), text))
		}
	}
	if len(opinions) < 30 {
		t.Errorf("%d sentences", len(opinions))
	}
}

func TestAMaskedNameSaysNothing(t *testing.T) {
	masked, err := sentiment.New(sentiment.Options{Mask: sentiment.NewMask(works)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range works {
		if got := masked.Score("I watched " + name + " yesterday."); got.Compound != 0 || got.Known != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := masked.Score("Boku no Zorbo is good").Compound; got != analyzer(t).Score("It is good").Compound {
		t.Errorf("compound %v", got)
	}
}

func TestMaskCountsNamesOnce(t *testing.T) {
	m := sentiment.NewMask([]string{"", "!!!", "Zorbo", "zorbo!", "ZORBO", "Love Zorbo"})
	if m.Len() != 2 {
		t.Errorf("Len %d, want 2", m.Len())
	}
	if got := sentiment.NewMask(nil).Find("anything"); len(got) != 0 {
		t.Errorf("an empty mask finds %v", got)
	}
}

// Words of a name in a row that are no name must not cost more than others.
func TestNamesWithLongBeginningsAreFound(t *testing.T) {
	long := strings.Repeat("zorb ", 50)
	m := sentiment.NewMask([]string{long + "end", long + "stop", "zorb flub"})
	got := found(m, strings.Repeat("zorb ", 2000)+"flub and "+long+"end")
	if len(got) != 2 || got[0] != "zorb flub" || got[1] != long+"end" {
		t.Errorf("%q", got)
	}
}

func TestANameWithoutEndIsReadInLinearTime(t *testing.T) {
	m := sentiment.NewMask([]string{"Monster"})
	// Every word asks what stands around it: looking through the whole sentence
	// each time would take minutes.
	text := strings.Repeat("Monster ", 60_000)
	if got := m.Find(text); len(got) != 0 {
		t.Errorf("%d names in a sentence of nothing but capitals, want none", len(got))
	}
	if got := m.Find(text + "is what they were reading"); len(got) == 0 {
		t.Error("no name beside words in lower case")
	}
}

func FuzzMask(f *testing.F) {
	f.Add("Love Zorbo", "I watched “love zorbo”!", "Sad")
	f.Add("K-On!!", "K-On!! is k'on'", "恋")
	f.Add("a b a", "a b a b a c", "b a c")
	f.Fuzz(func(t *testing.T, first, text, second string) {
		m := sentiment.NewMask([]string{first, second})
		end := 0
		for _, n := range m.Find(text) {
			if n.Start < end || n.End <= n.Start || n.End > len(text) {
				t.Fatalf("%+v after %d in %d bytes", n, end, len(text))
			}
			end = n.End
		}
		a, err := sentiment.New(sentiment.Options{Mask: m})
		if err != nil {
			t.Fatal(err)
		}
		checkScore(t, a, text, 1e-9)
	})
}

func TestTitlesOfACatalogueAreNeutral(t *testing.T) {
	var titles, names []string
	lines := bufio.NewScanner(shared(t, "anime/mal.jsonl.gz"))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var x struct {
			Title, English, Japanese string
			Synonyms                 []string
		}
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		titles = append(titles, x.Title)
		names = append(append(names, x.Title, x.English, x.Japanese), x.Synonyms...)
	}
	masked, err := sentiment.New(sentiment.Options{Mask: sentiment.NewMask(names)})
	if err != nil {
		t.Fatal(err)
	}
	count := func(a *sentiment.Analyzer) (n int) {
		for _, title := range titles {
			if math.Abs(a.Score("I watched "+title+" yesterday.").Compound) >= sentiment.Threshold {
				n++
			}
		}
		return n
	}
	got, plain := count(masked), count(strict(t))
	t.Logf("%d of %d titles are not neutral, %d to VADER", got, len(titles), plain)
	if 100*got >= len(titles) || 4*plain < len(titles) {
		t.Errorf("%d of %d titles are not neutral, want less than 1 %%", got, len(titles))
	}
}

func BenchmarkMask(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("names=%d", n), func(b *testing.B) {
			names := make([]string, n)
			for i := range names {
				names[i] = fmt.Sprintf("%s no %d", works[i%len(works)], i)
			}
			a, err := sentiment.New(sentiment.Options{Mask: sentiment.NewMask(names)})
			if err != nil {
				b.Fatal(err)
			}
			text := strings.Repeat("I watched Happy no 6 yesterday and it was good. ", 20)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				a.Score(text)
			}
		})
	}
}
