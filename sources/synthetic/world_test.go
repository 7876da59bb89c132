package synthetic_test

import (
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
)

// The hash is of every page of a world, texts included. It changes with any
// change of the generator, and with nothing else: not the machine, not the size
// of pages before it.
func TestSameSeedSameBytes(t *testing.T) {
	w := newWorld(t, small)
	h := fnv.New64a()
	for _, s := range sources(w) {
		items, rows := walk(t, s)
		for _, part := range []any{items, rows} {
			text, err := json.Marshal(part)
			if err != nil {
				t.Fatal(err)
			}
			h.Write(text)
		}
	}
	const want = 0x1ca14fb19e532c6f
	if got := h.Sum64(); got != want {
		t.Errorf("hash of the world is %#x, want %#x", got, uint64(want))
	}
}

func TestWorldHasTheDocumentedShape(t *testing.T) {
	for seed := range uint64(4) {
		users := 5000
		if seed > 0 {
			users = 800 // the same shape in less time
		}
		w := newWorld(t, synthetic.Config{Seed: seed, Users: users})
		inside := func(what string, got, low, high float64) {
			t.Logf("seed %d: %s %.4g", seed, what, got)
			if !(low <= got && got <= high) {
				t.Errorf("seed %d: %s is %.4g, want %.4g to %.4g", seed, what, got, low, high)
			}
		}
		works := make(map[string]int)
		records := 0
		for _, work := range w.Truth() {
			works[work] = 0
			records++
		}
		inside("works", float64(len(works)), 1500, 1500)
		inside("records", float64(records), 3800, 4200)

		_, rows := walk(t, w.Ratings())
		inside("ratings a user", float64(len(rows))/float64(users), 98, 102)
		perUser := make(map[recommender.UserID]int)
		perRecord := make(map[recommender.ItemID]int)
		seen := make(map[recommender.ItemID]bool)
		var unrated, liked, again float64
		for i, x := range rows {
			if i > 0 && x.User != rows[i-1].User {
				clear(seen)
			}
			perUser[x.User]++
			perRecord[x.Item]++
			switch {
			case seen[x.Item]:
				again++
			case x.Kind == recommender.View:
				unrated++
			case x.Value >= 4:
				liked++
			}
			seen[x.Item] = true
		}
		for id, n := range perRecord {
			work, _ := w.Work(id)
			works[work] += n
		}
		n := float64(len(rows))
		inside("users", float64(len(perUser)), float64(users), float64(users))
		inside("unrated", unrated/n, 0.15, 0.20)
		inside("four stars or more", liked/(n-unrated), 0.55, 0.68)
		inside("rated again, of 2,000", again/n*2000, 0.6, 1.2)
		activity, fame := sorted(perUser), sorted(works)
		inside("least active", float64(activity[0]), 5, 5)
		inside("median active", float64(activity[len(activity)/2]), 50, 75)
		inside("most active", float64(activity[len(activity)-1]), 400, 460)
		inside("most watched, of all users", float64(fame[len(fame)-1])/float64(users), 0.35, 0.7)
		top := 0
		for _, n := range fame[len(fame)*9/10:] {
			top += n
		}
		inside("rows of the top tenth", float64(top)/n, 0.36, 0.5)
	}
}

func sorted[K comparable](counts map[K]int) []int {
	var out []int
	for _, n := range counts {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func TestLogsStayInTheWindowAndAscend(t *testing.T) {
	c := synthetic.Config{Users: 800, Start: time.Date(2010, 3, 1, 0, 0, 0, 0, time.UTC), End: time.Date(2010, 9, 1, 0, 0, 0, 0, time.UTC)}
	w := newWorld(t, c)
	released := make(map[recommender.ItemID]time.Time)
	for _, it := range allRecords(t, w) {
		released[it.ID] = it.Time
	}
	_, rows := walk(t, w.Ratings())
	var last recommender.Interaction
	for _, x := range rows {
		if err := recommender.CheckInteraction(x); err != nil {
			t.Fatal(err)
		}
		if x.Kind == recommender.Rate && (x.Value < 0.5 || x.Value*2 != float32(int(x.Value*2))) {
			t.Fatalf("%v stars by %s", x.Value, x.User)
		}
		if x.Time.Before(c.Start) || !x.Time.Before(c.End) {
			t.Fatalf("%s rated %s at %v, outside the window", x.User, x.Item, x.Time)
		}
		if x.Time.Before(released[x.Item]) {
			t.Fatalf("%s saw %s at %v, released on %v", x.User, x.Item, x.Time, released[x.Item])
		}
		if x.User == last.User && x.Time.Before(last.Time) {
			t.Fatalf("%s: %v after %v", x.User, x.Time, last.Time)
		}
		home, err := w.Oracle().Home(x.User)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(x.Item), home+":") {
			t.Fatalf("%s of %s rated %s", x.User, home, x.Item)
		}
		last = x
	}
}

func TestSequelsFollowWhatWasLiked(t *testing.T) {
	w := newWorld(t, synthetic.Config{Users: 1000})
	// Two seasons of one show, found by their titles in one catalogue.
	seasons := make(map[string]map[int]recommender.ItemID)
	items, _ := walk(t, w.Catalogues()[1])
	for _, it := range items {
		base, second := strings.CutSuffix(it.Title, " 2nd Season")
		if seasons[base] == nil {
			seasons[base] = make(map[int]recommender.ItemID)
		}
		if second {
			seasons[base][2] = it.ID
		} else {
			seasons[base][1] = it.ID
		}
	}
	logs := make(map[recommender.UserID]map[recommender.ItemID]recommender.Interaction)
	_, rows := walk(t, w.Ratings())
	for _, x := range rows {
		if logs[x.User] == nil {
			logs[x.User] = make(map[recommender.ItemID]recommender.Interaction)
		}
		logs[x.User][x.Item] = x
	}
	var saw, of [2]float64 // by whether the first season was liked
	var later, both float64
	for _, log := range logs {
		for _, s := range seasons {
			first, ok := log[s[1]]
			if !ok || s[2] == "" || first.Kind != recommender.Rate {
				continue
			}
			liked := 0
			if first.Value >= 4 {
				liked = 1
			}
			of[liked]++
			if second, ok := log[s[2]]; ok {
				saw[liked]++
				both++
				if second.Time.After(first.Time) {
					later++
				}
			}
		}
	}
	t.Logf("second season seen by %.0f of %.0f who liked the first, %.0f of %.0f who did not; after the first in %.0f of %.0f", saw[1], of[1], saw[0], of[0], later, both)
	if of[0] < 200 || of[1] < 200 {
		t.Fatal("too few pairs of seasons to tell")
	}
	if saw[1]/of[1] < 1.3*saw[0]/of[0] {
		t.Error("liking the first season does not lead to the second")
	}
	if later < 0.9*both {
		t.Error("second seasons are not seen after the first")
	}
}

func TestNativeNumbersCollide(t *testing.T) {
	w := newWorld(t, synthetic.Config{})
	works := make(map[string][]string)
	for id, work := range w.Truth() {
		_, number, _ := strings.Cut(string(id), ":")
		works[number] = append(works[number], work)
	}
	collide, same := 0, 0
	for _, list := range works {
		if len(list) > 1 {
			collide++
			if list[0] == list[1] {
				same++
			}
		}
	}
	if collide < 200 || same > collide/10 {
		t.Errorf("%d numbers stand in several catalogues, %d of them for one work; want at least 200 and few", collide, same)
	}
}

func TestTextsAreFilledIn(t *testing.T) {
	w := newWorld(t, synthetic.Config{})
	texts := make(map[string]int)
	blank := 0
	records := allRecords(t, w)
	for _, it := range records {
		all := strings.Join(append(it.Aliases, it.Title, it.Text), "\n")
		if strings.ContainsAny(all, "{}|") || strings.Contains(all, "  ") || it.Title == "" {
			t.Fatalf("unfinished record %+v", it)
		}
		if it.Text == "" {
			blank++
		}
		texts[it.Text]++
	}
	if share := float64(blank) / float64(len(records)); share < 0.03 || share > 0.15 {
		t.Errorf("%.3f of the records have no text", share)
	}
	if len(texts) < len(records)*3/4 {
		t.Errorf("only %d different texts on %d records", len(texts), len(records))
	}
}
