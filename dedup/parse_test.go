package dedup_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

func TestParseTitleReadsMarkersIntoFields(t *testing.T) {
	for _, test := range []struct {
		raw  string
		want dedup.Title // without Raw and Norm
	}{
		{"Plain Name", dedup.Title{Stem: "plain name"}},
		{"Name 2nd Season", dedup.Title{Stem: "name", Season: 2}},
		{"Name Second Season", dedup.Title{Stem: "name", Season: 2}},
		{"Name Season 3 Part 2", dedup.Title{Stem: "name", Season: 3, Part: 2}},
		{"Name S2", dedup.Title{Stem: "name", Season: 2}},
		{"Name II", dedup.Title{Stem: "name", Number: 2}},
		{"Name Ⅲ", dedup.Title{Stem: "name", Number: 3}},
		{"Name!! 3", dedup.Title{Stem: "name", Number: 3, Marks: "!!"}},
		{"Name: The Final Season", dedup.Title{Stem: "name", Final: true}},
		{"Name 2nd Cour", dedup.Title{Stem: "name", Part: 2}},
		{"Name (2011)", dedup.Title{Stem: "name", Year: 2011, YearTag: true}},
		{"Name 2011", dedup.Title{Stem: "name", Year: 2011}},
		{"Name (TV)", dedup.Title{Stem: "name", Format: dedup.TV}},
		{"Name OVA 2", dedup.Title{Stem: "name", Format: dedup.OVA, Number: 2}},
		{"Name: The Movie", dedup.Title{Stem: "name", Format: dedup.Movie}},
		{"Name TV Special", dedup.Title{Stem: "name", Format: dedup.Special}},
		{"Name'", dedup.Title{Stem: "name", Marks: "'"}},
		{"Name'!!", dedup.Title{Stem: "name", Marks: "'!!"}},
		{"Don't Name", dedup.Title{Stem: "dont name"}},
		{"名前 第2期", dedup.Title{Stem: "名前", Season: 2}},
		{"名前 第二期", dedup.Title{Stem: "名前", Season: 2}},
		{"名前２", dedup.Title{Stem: "名前", Number: 2}},
		{"劇場版 名前", dedup.Title{Stem: "名前", Format: dedup.Movie}},
		{"名前 第2クール", dedup.Title{Stem: "名前", Part: 2}},
		{"名前 完結編", dedup.Title{Stem: "名前", Final: true}},
		{"K", dedup.Title{Stem: "k"}},
		{"2012", dedup.Title{Stem: "2012"}},
		{"Special", dedup.Title{Stem: "special"}},
		{"Season 2", dedup.Title{Stem: "season", Number: 2}},
		{"!!!", dedup.Title{Stem: "!!!", Marks: "!!!"}},
		{"", dedup.Title{}},
	} {
		got := dedup.ParseTitle(test.raw)
		got.Raw, got.Norm = "", ""
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("ParseTitle(%q) (-want +got):\n%s", test.raw, diff)
		}
	}
}

func TestNormalizeMakesSpellingsEqual(t *testing.T) {
	for _, test := range []struct{ raw, want string }{
		{"Rock &amp; Roll", "rock and roll"},
		{"Rock &amp;amp; Roll", "rock and roll"},
		{"Ｎａｍｅ　Ⅱ", "name ii"},
		{"Kyōkai", "kyokai"},
		{"Don't—Stop", "dont stop"},
		{"3×3", "3x3"},
		{"Straße", "strasse"},
		{"ガンダム", "ガンダム"}, // the voicing marks of kana are no accents
		{"ｶﾞﾝﾀﾞﾑ", "ガンダム"},
		{"100%", "100"},
		{"★", "★"},
		{"  ", ""},
	} {
		if got := dedup.Normalize(test.raw); got != test.want {
			t.Errorf("Normalize(%q) = %q, want %q", test.raw, got, test.want)
		}
	}
}

func TestParseFormatKnowsTheWordsOfCatalogues(t *testing.T) {
	for word, want := range map[string]dedup.Format{
		"TV": dedup.TV, "TV_SHORT": dedup.TV, "tvSeries": dedup.TV, "MOVIE": dedup.Movie, "ova": dedup.OVA,
		"ONA": dedup.ONA, "TV Special": dedup.Special, "Music": dedup.Music, "": 0, "podcast": 0,
	} {
		if got := dedup.ParseFormat(word); got != want {
			t.Errorf("ParseFormat(%q) = %v, want %v", word, got, want)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"", "Name's &amp; Ⅱ!", "İx", "ｶﾞ", "&lt;&#x0;", "\xff", "ϓ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := dedup.Normalize(s)
		if !utf8.ValidString(got) {
			t.Errorf("Normalize(%q) = %q is not UTF-8", s, got)
		}
		if strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Errorf("Normalize(%q) = %q has spare spaces", s, got)
		}
		if again := dedup.Normalize(s); again != got {
			t.Errorf("Normalize(%q) is %q and then %q", s, got, again)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "Name 2nd Season Part 2 (TV) [2011]", "名前 第2期 2クール", "ova ova ova", "the movie", "((()", "S2 s2", "2 2 2", "シーズン2期"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := dedup.ParseTitle(s)
		if (got.Stem == "") != (got.Norm == "") {
			t.Errorf("ParseTitle(%q): Stem %q, Norm %q", s, got.Stem, got.Norm)
		}
		if got.Norm != dedup.Normalize(s) {
			t.Errorf("ParseTitle(%q).Norm = %q, Normalize gives %q", s, got.Norm, dedup.Normalize(s))
		}
		if got.Season < 0 || got.Season > 99 || got.Part < 0 || got.Part > 99 || got.Number != 0 && (got.Number < 2 || got.Number > 99) {
			t.Errorf("ParseTitle(%q) = %+v: a number out of range", s, got)
		}
		if got.Year != 0 && (got.Year < 1900 || got.Year > 2040) {
			t.Errorf("ParseTitle(%q): Year %d", s, got.Year)
		}
	})
}

func ExampleParseTitle() {
	t := dedup.ParseTitle("Rain &amp; Harbor 2nd Season (2011)")
	fmt.Printf("%q season %d, %d\n", t.Stem, t.Season, t.Year)
	// Output: "rain and harbor" season 2, 2011
}

// Two high numbers are two works, too.
func TestHighNumbersAreToldApart(t *testing.T) {
	r := resolve(t, dedup.Config{}, nil, []recommender.Item{
		item("a:1", "Sector Command 77", 2001, nil, recommender.AttrFormat, "TV"),
		item("b:1", "Sector Command 88", 2001, nil, recommender.AttrFormat, "TV"),
		item("a:2", "Sector Command 99", 2001, nil, recommender.AttrFormat, "TV"),
		item("b:2", "Sector Command 99", 2001, nil, recommender.AttrFormat, "TV"),
	})
	if diff := cmp.Diff([]string{"a:2 b:2"}, groups(r)); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}
