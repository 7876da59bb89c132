package sources_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/sources"
)

// all walks s and returns what its pages hold; bad records as text.
func all(t testing.TB, s recommender.Source) (items []recommender.Item, interactions []recommender.Interaction, bad []string) {
	t.Helper()
	for p, err := range s.Pages(context.Background(), "") {
		if err != nil {
			t.Fatal(err)
		}
		items, interactions = append(items, p.Items...), append(interactions, p.Interactions...)
		for _, b := range p.Bad {
			bad = append(bad, b.Error())
		}
	}
	return items, interactions, bad
}

// lastError walks s and returns the error that ended it.
func lastError(s recommender.Source) (last error) {
	for _, err := range s.Pages(context.Background(), "") {
		last = err
	}
	return last
}

func ptr(f float64) *float64 { return &f }

func TestRatingsReadUsualHeaders(t *testing.T) {
	at := time.Unix(978300760, 0).UTC()
	rate := func(stars float32, at time.Time) []recommender.Interaction {
		return []recommender.Interaction{{User: "7", Item: "42", Kind: recommender.Rate, Value: stars, Time: at}}
	}
	view := func(at time.Time) []recommender.Interaction {
		return []recommender.Interaction{{User: "7", Item: "42", Time: at}}
	}
	for _, c := range []struct {
		name, content string
		source        sources.Ratings
		want          []recommender.Interaction
	}{
		{"MovieLens", "userId,movieId,rating,timestamp\n7,42,3.5,978300760\n", sources.Ratings{}, rate(3.5, at)},
		{"any case and order", "Score,ITEM_ID,User Id\n4,42,7\n", sources.Ratings{}, rate(4, time.Time{})},
		{"RecBole", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n7\t42\t5\t978300760.0\n", sources.Ratings{}, rate(5, at)},
		{"scale of 10", "user,mal_id,rating\n7,42,7\n", sources.Ratings{Scale: 10}, rate(3.5, time.Time{})},
		{"unrated", "user,mal_id,rating\n7,42,0.0\n", sources.Ratings{Unrated: ptr(0)}, view(time.Time{})},
		{"zero stars", "user,mal_id,rating\n7,42,0\n", sources.Ratings{}, rate(0, time.Time{})},
		{"no rating", "user,item,rating\n7,42,\n", sources.Ratings{}, view(time.Time{})},
		{"position", "user,movie_id,position\n7,42,12\n", sources.Ratings{}, view(time.Unix(12, 0).UTC())},
		{"milliseconds", "user,item,time\n7,42,978300760000\n", sources.Ratings{}, view(at)},
		{"RFC 3339", "user,item,time\n7,42,2000-12-31T23:12:40+01:00\n", sources.Ratings{}, view(at)},
		{"date", "user,item,date\n7,42,2000-12-31\n", sources.Ratings{}, view(time.Date(2000, 12, 31, 0, 0, 0, 0, time.UTC))},
		{"JSON, keys not in every row", `{"user":7,"mal_id":42}` + "\n", sources.Ratings{Rows: sources.RowOptions{Format: sources.JSONL}}, view(time.Time{})},
		{"own columns", "a,b,c,user\n42,5,7,x\n", sources.Ratings{Columns: sources.Columns{User: "c", Item: "a", Rating: "b"}}, rate(5, time.Time{})},
		{"prefixes", "user,item\n7,42\n", sources.Ratings{UserPrefix: "ml-", Catalogue: "movielens"}, []recommender.Interaction{{User: "ml-7", Item: "movielens:42"}}},
		{"no header", "7\t42\t3\t978300760\n", sources.Ratings{Rows: sources.RowOptions{Header: []string{"user", "item", "rating", "time"}}}, rate(3, at)},
		{"list", "7 42 43\n", sources.Ratings{Rows: sources.RowOptions{Format: sources.List}}, append(view(time.Time{}), recommender.Interaction{User: "7", Item: "43"})},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.source.Path = write(t, "r.csv", c.content)
			_, got, bad := all(t, c.source)
			if diff := cmp.Diff(c.want, got); diff != "" || bad != nil {
				t.Errorf("interactions (-want +got):\n%s\nbad %q", diff, bad)
			}
		})
	}
}

// A key that only later rows have is found when it turns up, and its spelling
// does not depend on where a walk began.
func TestTimeZeroIsUnknownHoweverItIsWritten(t *testing.T) {
	for _, zero := range []string{"", "0", "00", "0.0", "-0.0", "0e9"} {
		_, got, bad := all(t, sources.Ratings{Path: write(t, "r.csv", "user,item,rating,timestamp\n7,42,5,"+zero+"\n")})
		if len(got) != 1 || !got[0].Time.IsZero() {
			t.Errorf("time %q: got %v, bad %v; want one of unknown time", zero, got, bad)
		}
	}
}

func TestRatingsOfJSONFindLateKeys(t *testing.T) {
	s := sources.Ratings{PageSize: 1, Path: write(t, "r.jsonl", `{"user":"a","item":1}
{"user":"a","item":2,"score":4}
{"user":"a","item":3,"rating":5,"score":1}
{"user_id":"b","item":4,"score":2}`)}
	_, got, _ := all(t, s)
	want := []recommender.Interaction{
		{User: "a", Item: "1"}, {User: "a", Item: "2", Kind: recommender.Rate, Value: 4},
		{User: "a", Item: "3", Kind: recommender.Rate, Value: 5}, {User: "b", Item: "4", Kind: recommender.Rate, Value: 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("interactions (-want +got):\n%s", diff)
	}
	recommendertest.TestSource(t, s)
}

func TestRatingsRefuseBadRows(t *testing.T) {
	path := write(t, "r.csv", "user,item,rating,time\n,1,3,\na, ,3,\na,1,x,\na,1,NaN,\na,1,-1,\na,1,5.5,\na,1,3,soon\na,1\na,1,3,\n")
	_, got, bad := all(t, sources.Ratings{Path: path})
	want := []string{
		"r.csv: line 2: no user ID", "r.csv: line 3: no item ID", `r.csv: line 4: rating "x" is not a number`,
		"r.csv: line 5: rating NaN is outside [0, 5]", "r.csv: line 6: rating -1 is outside [0, 5]", "r.csv: line 7: rating 5.5 is outside [0, 5]",
		`r.csv: line 8: time "soon" is neither Unix, nor RFC 3339, nor a date`, "r.csv: line 9: 2 values, want 4",
	}
	if diff := cmp.Diff(want, bad); diff != "" {
		t.Errorf("bad rows (-want +got):\n%s", diff)
	}
	if len(got) != 1 {
		t.Errorf("%d interactions, want 1", len(got))
	}
}

func TestRatingsRefuseWhatTheyCannotUnderstand(t *testing.T) {
	for _, c := range []struct {
		name, content string
		source        sources.Ratings
		says          []string
	}{
		{"header", "viewer,film,rating\n1,2,3\n", sources.Ratings{}, []string{"no column for user (one of user, userid,", "and item (one of item,", `found ["viewer" "film" "rating"]`}},
		{"no header", "196\t242\t3\n", sources.Ratings{}, []string{"if the file has no header"}},
		{"own column", "user,item\n1,2\n", sources.Ratings{Columns: sources.Columns{Rating: "mark"}}, []string{`no column for rating "mark"`}},
		{"options", "user,item\n1,2\n", sources.Ratings{Scale: math.Inf(1), Unrated: ptr(math.NaN())}, []string{"Scale +Inf is not", "Unrated is NaN"}},
		{"page size", "user,item\n1,2\n", sources.Ratings{PageSize: -1}, []string{"PageSize -1 < 0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.source.Path = write(t, "r.csv", c.content)
			err := lastError(c.source)
			if !errors.Is(err, recommender.ErrInvalid) {
				t.Fatalf("error is %v, want ErrInvalid", err)
			}
			for _, s := range append(c.says, c.source.Path) {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("error %q does not say %q", err, s)
				}
			}
		})
	}
}

func TestFileSourcesKeepTheContract(t *testing.T) {
	var csv, list, jsonl, items strings.Builder
	csv.WriteString("user,item,rating,time,text\n")
	for i := range 500 {
		fmt.Fprintf(&csv, "u%d,%d,%d,%d,\"said\n%d\"\n", i/7, i, i%7, i, i)
		fmt.Fprintf(&list, "u%d %d %d %d\n", i, i, i+1, i+2)
		fmt.Fprintf(&jsonl, `{"user":"u%d","item":"%d","k%d":1}`+"\n", i, i, i%50)
		fmt.Fprintf(&items, `{"id":%d,"title":"T%d","synonyms":["a%d","b"],"genres":["x","y"],"type":"TV","episodes":%d}`+"\n", i%499, i, i, i)
		if i%97 == 0 {
			csv.WriteString("broken\n")
			jsonl.WriteString("broken\n")
			items.WriteString("{}\n")
		}
	}
	for _, c := range []struct {
		name, content string
		source        func(path string) recommender.Source
	}{
		{"ratings.csv", csv.String(), func(p string) recommender.Source { return sources.Ratings{Path: p, PageSize: 30} }},
		{"ratings.csv.gz", csv.String(), func(p string) recommender.Source { return sources.Ratings{Path: p, PageSize: 30} }},
		{"ratings.csv.zst", csv.String(), func(p string) recommender.Source { return sources.Ratings{Path: p, PageSize: 30} }},
		{"reviews.csv", csv.String(), func(p string) recommender.Source { return sources.Reviews{Path: p, PageSize: 30} }},
		{"list.txt", list.String(), func(p string) recommender.Source { return sources.Ratings{Path: p, PageSize: 31} }},
		{"ratings.jsonl", jsonl.String(), func(p string) recommender.Source { return sources.Ratings{Path: p, PageSize: 1} }},
		{"mal.jsonl.gz", items.String(), func(p string) recommender.Source { return sources.Catalogue{Path: p, PageSize: 30} }},
		{"one-page.csv", csv.String(), func(p string) recommender.Source { return sources.Ratings{Path: p} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			recommendertest.TestSource(t, c.source(write(t, c.name, c.content)))
		})
	}
	t.Run("ratings.parquet", func(t *testing.T) {
		type rating struct {
			User, Item string
			Rating     float32
		}
		var ratings []rating
		for i := range 500 {
			ratings = append(ratings, rating{fmt.Sprint(i / 7), fmt.Sprint(i), float32(i % 7)})
		}
		path := write(t, "ratings.parquet", parquetOf(t, ratings))
		recommendertest.TestSource(t, sources.Ratings{Path: path, PageSize: 30})
	})
}

func TestWalkReportsProgress(t *testing.T) {
	s := sources.Ratings{Path: write(t, "r.csv.gz", "user,item\n"+strings.Repeat("someone,something\n", 20_000)), PageSize: 500}
	var done int64
	for p, err := range s.Pages(context.Background(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if p.Done < done || p.Done > p.Total || p.Total == 0 {
			t.Fatalf("progress is %d of %d after %d", p.Done, p.Total, done)
		}
		done = p.Done
	}
}

func TestReviewsCarryTextAndStars(t *testing.T) {
	path := write(t, "r.csv", "reviewerID,asin,overall,reviewText\na,1,4,\"<p>Good &amp; short</p>\"\nb,1,,fine\nc,1,5, \n")
	_, got, bad := all(t, sources.Reviews{Path: path, Catalogue: "shop"})
	want := []recommender.Interaction{
		{User: "a", Item: "shop:1", Kind: recommender.Review, Value: 4, Text: "Good & short"},
		{User: "b", Item: "shop:1", Kind: recommender.View, Text: "fine"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("interactions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"r.csv: line 4: no text"}, bad); diff != "" {
		t.Errorf("bad rows (-want +got):\n%s", diff)
	}
	if err := lastError(sources.Reviews{Path: write(t, "r.csv", "user,item\n1,2\n")}); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("error of a file without texts is %v", err)
	}
}

func TestNamesComeFromFiles(t *testing.T) {
	for path, want := range map[string]string{
		"data/mal.jsonl.gz": "mal", "ratings.csv": "ratings", "u.data": "u", "title.basics.tsv.zst": "title.basics", ".hidden": ".hidden",
	} {
		if got := (sources.Ratings{Path: path}).Name(); got != want {
			t.Errorf("name of %q is %q, want %q", path, got, want)
		}
	}
	if got := (sources.Reviews{Path: "a.csv", Label: "b"}).Name(); got != "b" {
		t.Errorf("name with a label is %q, want the label", got)
	}
}

func TestParseColumns(t *testing.T) {
	got, err := sources.ParseColumns(" time=timestamp, User=userId,item=movieId,rating=rating,text=said")
	want := sources.Columns{User: "userId", Item: "movieId", Rating: "rating", Time: "timestamp", Text: "said"}
	if err != nil || got != want {
		t.Errorf("columns are %+v, %v, want %+v", got, err, want)
	}
	if s := want.String(); s != "user=userId,item=movieId,rating=rating,time=timestamp,text=said" {
		t.Errorf("written as %q", s)
	}
	if got, err := sources.ParseColumns(""); err != nil || got != (sources.Columns{}) {
		t.Errorf("nothing gives %+v, %v", got, err)
	}
	_, err = sources.ParseColumns("user=a,user=b,who=c,item")
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error is %v, want ErrInvalid", err)
	}
	for _, s := range []string{`role "user" twice`, `unknown role "who"`, `"item" is not role=column`, "user, item, rating, time, text"} {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("error %q does not say %q", err, s)
		}
	}
}

func ExampleRatings() {
	path := filepath.Join(os.TempDir(), "osusume-example-ratings.csv")
	if err := os.WriteFile(path, []byte("user,mal_id,rating\n1,20,8\n1,21,0\n1,22,eleven\n"), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(path)
	unrated := 0.0
	s := sources.Ratings{Path: path, Label: "votes", Catalogue: "mal", Scale: 10, Unrated: &unrated}
	for page, err := range s.Pages(context.Background(), "") {
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, x := range page.Interactions {
			fmt.Println(x.User, x.Kind, x.Item, x.Value)
		}
		for _, bad := range page.Bad {
			fmt.Println(bad)
		}
	}
	// Output:
	// 1 rate mal:20 4
	// 1 view mal:21 0
	// osusume-example-ratings.csv: line 4: rating "eleven" is not a number
}

func ExampleParseColumns() {
	c, err := sources.ParseColumns("user=who,item=film,rating=stars")
	fmt.Println(c.Item, err)
	_, err = sources.ParseColumns("users=who")
	fmt.Println(err)
	// Output:
	// film <nil>
	// sources: columns "users=who": recommender: invalid argument: unknown role "users"; the roles are user, item, rating, time, text
}
