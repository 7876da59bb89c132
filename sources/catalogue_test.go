package sources_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources"
)

func TestKnownCataloguesMap(t *testing.T) {
	for _, c := range []struct {
		file, content string
		want          recommender.Item
	}{
		{"mal.jsonl", `{"id":1,"title":"Kaze no Uta","english":"Song &amp; Wind","japanese":"風の歌","synonyms":["Kaze no Uta","KnU"],"type":"TV","episodes":12,"year":2004,"genres":["Drama","Drama"],"synopsis":"A boy.<br><br>A girl &lt;3.","season":"Spring","score":8.1}`,
			recommender.Item{ID: "mal:1", Title: "Kaze no Uta", Aliases: []string{"Song & Wind", "風の歌", "KnU"}, Text: "A boy.\n\nA girl <3.",
				Tags: []string{"Drama"}, Year: 2004, Attrs: map[string]string{"format": "TV", "episodes": "12", "season": "spring"}}},
		{"anilist.jsonl", `{"id":2,"romaji":"Kaze","english":"Wind","native":"風","synonyms":["Vent","Wind"],"format":"MOVIE","episodes":1,"year":2005,"season":"FALL","genres":["Drama"],"tags":["School"],"synopsis":"x"}`,
			recommender.Item{ID: "anilist:2", Title: "Kaze", Aliases: []string{"Wind", "風", "Vent"}, Text: "x",
				Tags: []string{"Drama", "School"}, Year: 2005, Attrs: map[string]string{"format": "MOVIE", "episodes": "1", "season": "fall"}}},
		{"anilist.jsonl", `{"id":3,"romaji":"","native":"風"}`, recommender.Item{ID: "anilist:3", Title: "風"}},
		{"anilist.jsonl", `{"id":4,"idMal":9,"title":{"romaji":"Kaze","english":null,"native":"風"},"description":"y","tags":[{"name":"School","rank":90}]}`,
			recommender.Item{ID: "anilist:4", Title: "Kaze", Aliases: []string{"風"}, Text: "y", Tags: []string{"School"}, Refs: []recommender.ItemID{"mal:9"}}},
		{"kitsu.jsonl", `{"id":5,"title":"Song of the Wind","slug":"kaze-no-uta","subtype":"tv","episodeCount":26,"year":1998,"genres":["Comedy"],"synopsis":"z"}`,
			recommender.Item{ID: "kitsu:5", Title: "Song of the Wind", Aliases: []string{"kaze no uta"}, Text: "z", Tags: []string{"Comedy"}, Year: 1998,
				Attrs: map[string]string{"format": "tv", "episodes": "26"}}},
		{"kitsu.jsonl", `{"id":6,"title":"Wind Song","slug":"wind-song"}`, recommender.Item{ID: "kitsu:6", Title: "Wind Song"}},
		{"imdb.jsonl", `{"tconst":"tt7","primaryTitle":"Wind","startYear":1958,"titleType":"movie"}`,
			recommender.Item{ID: "imdb:tt7", Title: "Wind", Year: 1958, Attrs: map[string]string{"format": "movie"}}},
		{"imdb.tsv", "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres\ntt8\tshort\t\"Wind\tVent\t0\t1894\t\\N\t\\N\tDrama,Short\n",
			recommender.Item{ID: "imdb:tt8", Title: "\"Wind", Aliases: []string{"Vent"}, Tags: []string{"Drama", "Short"}, Year: 1894, Attrs: map[string]string{"format": "short"}}},
		{"anidb.jsonl", `{"id":9,"titles":[{"lang":"en","type":"short","title":"KnU"},{"lang":"x-jat","type":"main","title":"Kaze no Uta"},{"lang":"ja","type":"official","title":"風の歌"}]}`,
			recommender.Item{ID: "anidb:9", Title: "Kaze no Uta", Aliases: []string{"KnU", "風の歌"}}},
		{"films.csv", "movieId,title,genres\n10,\"Wind, The (1995)\",Drama|Children's\n",
			recommender.Item{ID: "films:10", Title: "Wind, The (1995)", Tags: []string{"Drama", "Children's"}, Year: 1995}},
		{"films.csv", "movieId,title,genres\n11,[REC] (2007),(no genres listed)\n", recommender.Item{ID: "films:11", Title: "[REC] (2007)", Year: 2007}},
		{"items.csv", "item,title,year,genres\n12,Wind,1995,Drama\n", recommender.Item{ID: "items:12", Title: "Wind", Tags: []string{"Drama"}, Year: 1995}},
		{"shop.csv", "ID,Name,Overview,Tags,release_date,price,maker\n13,Cup;big,<b>Blue</b> cup,\"kitchen, blue\",2001-02-03,4.5,\n",
			recommender.Item{ID: "shop:13", Title: "Cup;big", Text: "Blue cup", Tags: []string{"kitchen", "blue"}, Year: 2001,
				Time: time.Date(2001, 2, 3, 0, 0, 0, 0, time.UTC), Attrs: map[string]string{"price": "4.5"}}},
		{"mal.csv", "item,title,synonyms,episodes\n14,Wind,\"[\"\"Vent\"\", \"\"Kaze\"\"]\",26.0\n", // known by name, another layout
			recommender.Item{ID: "mal:14", Title: "Wind", Aliases: []string{"Vent", "Kaze"}, Attrs: map[string]string{"episodes": "26"}}},
	} {
		t.Run(string(c.want.ID), func(t *testing.T) {
			got, _, bad := all(t, sources.Catalogue{Path: write(t, c.file, c.content)})
			if diff := cmp.Diff([]recommender.Item{c.want}, got); diff != "" || bad != nil {
				t.Errorf("items (-want +got):\n%s\nbad %q", diff, bad)
			}
		})
	}
}

func TestCatalogueTakesAMappingOfItsOwn(t *testing.T) {
	s := sources.Catalogue{
		Path: write(t, "x.csv", "no,name,other,kind,loud,quiet,born,mal\n1,One,Uno/Un,disc,1,0,about 1990,77\n,Two,,,,,,\n"),
		Mapping: sources.Mapping{ID: "no", Title: []string{"missing", "name"}, Aliases: []string{"other"}, Separator: "/", Flags: []string{"loud", "quiet"},
			Year: "born", Attrs: map[string]string{"format": "kind"}, Refs: map[string]string{"mal": "mal"}},
		Label: "own",
	}
	got, _, bad := all(t, s)
	want := []recommender.Item{{ID: "own:1", Title: "One", Aliases: []string{"Uno", "Un"}, Tags: []string{"loud"},
		Attrs: map[string]string{"format": "disc"}, Refs: []recommender.ItemID{"mal:77"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"x.csv: line 3: no item ID"}, bad); diff != "" {
		t.Errorf("bad rows (-want +got):\n%s", diff)
	}
}

func TestCatalogueWithoutIDsIsRefused(t *testing.T) {
	path := write(t, "x.csv", "number,label\n1,One\n")
	for _, s := range []sources.Catalogue{{Path: path}, {Path: path, Mapping: sources.Mapping{ID: "no"}}} {
		err := lastError(s)
		if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), `found ["number" "label"]`) {
			t.Errorf("error is %v, want one that lists the columns", err)
		}
	}
}

func TestEmptyCatalogueOfJSONHasNoItems(t *testing.T) {
	items, _, bad := all(t, sources.Catalogue{Path: write(t, "mal.jsonl.gz", "\n")})
	if items != nil || bad != nil {
		t.Errorf("an empty file gives %v, %v", items, bad)
	}
}

func TestDatesThatDoNotGiveTheDayGiveTheYear(t *testing.T) {
	day := time.Date(1995, 4, 3, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		date string
		year int
		time time.Time
	}{
		{"1995", 1995, time.Time{}},
		{"1995.0", 1995, time.Time{}},
		{"1995-04", 1995, time.Time{}},
		{"1995-00-00", 1995, time.Time{}},
		{"1995-04-03", 1995, day},
		{"19950403", 1995, day},
		{"796867200", 1995, day},
		{"1995-04-03T00:00:00Z", 1995, day},
		{"0", 0, time.Time{}},
		{"soon", 0, time.Time{}},
	} {
		items, _, _ := all(t, sources.Catalogue{Path: write(t, "c.csv", "id,title,release_date\n1,X,"+c.date+"\n")})
		if len(items) != 1 || items[0].Year != c.year || !items[0].Time.Equal(c.time) {
			t.Errorf("date %q: got %v; want year %d and time %v", c.date, items, c.year, c.time)
		}
	}
}

// TestCommentsWithoutAnEndAreReadOnce would take minutes if each of them were
// looked for to the end of the text.
func TestCommentsWithoutAnEndAreReadOnce(t *testing.T) {
	text := strings.Repeat("<!--", 900_000)
	items, _, _ := all(t, sources.Catalogue{Path: write(t, "c.csv", "id,title,synopsis\n1,X,"+text+"\n2,Y,a<!-- b -->c<!-- d\n")})
	if len(items) != 2 || items[0].Text != text || items[1].Text != "ac<!-- d" {
		t.Errorf("got %d items, the last %v", len(items), items[len(items)-1])
	}
}

func TestMarkupIsTakenOutOfTexts(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                                      "plain",
		"a < b, I <3 it, x<y>z":                      "a < b, I <3 it, xz",
		"one<br>two<BR />three":                      "one\ntwo\nthree",
		"<p class=\"x\">one</p>\n<p>two</p>":         "one\n\ntwo",
		"a&nbsp;b &amp;&amp; c &lt;i&gt;":            "a b && c <i>",
		"R&D; R&Dagger and &bogus; &amp":             "R&D; R&Dagger and &bogus; &amp",
		"x<script>alert('<b>')</script>y<!-- no -->": "xy",
		"<style>a{}":                                 "",
		"  many \t blanks\r\n\n\n\nand lines ":       "many blanks\n\nand lines",
		"<":                                          "<",
		"&":                                          "&",
	} {
		items, _, _ := all(t, sources.Catalogue{Path: write(t, "x.csv", "id,text\n1,\""+strings.ReplaceAll(in, `"`, `""`)+"\"\n")})
		if got := items[0].Text; got != want {
			t.Errorf("text of %q is %q, want %q", in, got, want)
		}
	}
}

func TestMovieLensFindsEveryLayout(t *testing.T) {
	flags := strings.Repeat("|0", 18)
	film := recommender.Item{ID: "movielens:1", Title: "Léon (1994)", Tags: []string{"Action"}, Year: 1994}
	dated := film
	dated.Time = time.Date(1994, 1, 1, 0, 0, 0, 0, time.UTC)
	rating := recommender.Interaction{User: "196", Item: "movielens:1", Kind: recommender.Rate, Value: 3, Time: time.Unix(881250949, 0).UTC()}
	for _, c := range []struct {
		name  string
		files map[string]string
		film  recommender.Item
	}{
		{"100K", map[string]string{"u.data": "196\t1\t3\t881250949\n", "u.item": "1|L\xe9on (1994)|01-Jan-1994||http://example.org|0|1" + flags[2:] + "\n"}, dated},
		{"1M", map[string]string{"ratings.dat.gz": "196::1::3::881250949\n", "movies.dat.gz": "1::L\xe9on (1994)::Action\n"}, film},
		{"latest", map[string]string{"ratings.csv": "userId,movieId,rating,timestamp\n196,1,3.0,881250949\n", "movies.csv": "movieId,title,genres\n1,Léon (1994),Action\n"}, film},
		{"items", map[string]string{"ratings.csv.gz": "user,item,rating,timestamp\n196,1,3,881250949\n", "items.csv.zst": "item,title,year,genres\n1,Léon (1994),1994,Action\n"}, film},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			only := dir
			for name, content := range c.files {
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, pack(t, filepath.Ext(name), []byte(content)), 0o600); err != nil {
					t.Fatal(err)
				}
				if strings.HasPrefix(name, "ratings") || name == "u.data" {
					only = path
				}
			}
			for _, path := range []string{dir, only} {
				films, ratings, err := sources.MovieLens(path)
				if err != nil {
					t.Fatal(err)
				}
				if films.Name() == ratings.Name() {
					t.Errorf("both sources are named %q, so their cursors would mix", films.Name())
				}
				items, _, bad := all(t, films)
				if diff := cmp.Diff([]recommender.Item{c.film}, items); diff != "" || bad != nil {
					t.Errorf("films (-want +got):\n%s\nbad %q", diff, bad)
				}
				_, got, bad := all(t, ratings)
				if diff := cmp.Diff([]recommender.Interaction{rating}, got); diff != "" || bad != nil {
					t.Errorf("ratings (-want +got):\n%s\nbad %q", diff, bad)
				}
			}
		})
	}
	if _, _, err := sources.MovieLens(t.TempDir()); !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "u.data with u.item") {
		t.Errorf("error of an empty folder is %v", err)
	}
	if _, _, err := sources.MovieLens(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error of a missing folder is %v", err)
	}
}

func ExampleCatalogue() {
	path := filepath.Join(os.TempDir(), "osusume-example-catalogue.jsonl")
	record := `{"id":5,"title":"Song of the Wind","slug":"kaze-no-uta","year":1998,"subtype":"tv"}`
	if err := os.WriteFile(path, []byte(record), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(path)
	for page, err := range (sources.Catalogue{Path: path, Label: "kitsu"}).Pages(context.Background(), "") {
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, it := range page.Items {
			fmt.Println(it.ID, it.Title, it.Aliases, it.Year, it.Attrs[recommender.AttrFormat])
		}
	}
	// Output: kitsu:5 Song of the Wind [kaze no uta] 1998 tv
}

func ExampleMovieLens() {
	dir, err := os.MkdirTemp("", "osusume-example-movielens-*")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	for name, content := range map[string]string{
		"movies.dat":  "1::Ikiru (1952)::Drama\n",
		"ratings.dat": "1::1::5::978300760\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			fmt.Println(err)
			return
		}
	}
	films, ratings, err := sources.MovieLens(dir)
	fmt.Println(films.Name(), ratings.Name(), err)
	// Output: movielens movielens-ratings <nil>
}
