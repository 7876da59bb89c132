package recommendertest

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// SmallWorld returns a generated Dataset that any trainer can learn from: 66
// items of six genres with titles, tags and texts, and 92 users who each have a
// taste for two genres and leave ratings, views, likes, dislikes, repeated
// clicks and reviews with texts, each with its time. The same seed gives the
// same world.
//
// It has the corners that trainers trip over: items that nobody touched, items
// without tags and text, a user with a single interaction ("one"), and a user
// who has every item that anybody touched ("all").
func SmallWorld(seed uint64) recommender.Dataset {
	r := rng.New(seed)
	w := &world{}
	for i := range worldItems {
		w.items = append(w.items, worldItem(r, i))
	}
	for u := range worldUsers {
		w.addUser(r, u)
	}
	w.add("one", 0, recommender.Rate, 4.5, "")
	for i := range worldItems - worldUntouched {
		w.add("all", i, recommender.Rate, float32(1+(i*7)%9)/2+0.5, "")
	}
	return w
}

const (
	worldItems     = 66
	worldUsers     = 90
	worldUntouched = 3 // the last items: in the catalogue, in nobody's list
)

// genres are the tags of the world and the words that their texts are made of.
var genres = []struct {
	tag   string
	words []string
}{
	{"space", strings.Fields("starship crew orbit planet signal captain hull comet colony gravity")},
	{"romance", strings.Fields("letter heart confession umbrella classmate promise festival smile distance wedding")},
	{"mystery", strings.Fields("detective clue locked room witness midnight alibi village secret murder")},
	{"sport", strings.Fields("team match training coach rival tournament court sprint champion captain")},
	{"magic", strings.Fields("witch spell academy familiar grimoire curse dragon apprentice ritual festival")},
	{"cooking", strings.Fields("kitchen noodles recipe chef market harvest knife guest broth village")},
}

var (
	praise = strings.Fields("wonderful great beautiful charming excellent delightful")
	blame  = strings.Fields("boring terrible dull awful disappointing weak")
	topics = strings.Fields("story characters animation music ending pacing")
)

func worldItem(r *rand.Rand, i int) recommender.Item {
	g := genres[i%len(genres)]
	it := recommender.Item{
		ID:    worldID(i),
		Title: fmt.Sprintf("The %s of the %s %d", g.words[r.IntN(len(g.words))], g.words[r.IntN(len(g.words))], i),
		Year:  1980 + r.IntN(40),
		Attrs: map[string]string{recommender.AttrFormat: []string{"TV", "Movie", "OVA"}[r.IntN(3)]},
	}
	if i%20 == 7 {
		return it // known by its title alone
	}
	it.Tags = []string{g.tag}
	if other := genres[r.IntN(len(genres))].tag; other != g.tag {
		it.Tags = append(it.Tags, other)
	}
	words := make([]string, 12+r.IntN(12))
	for k := range words {
		words[k] = g.words[r.IntN(len(g.words))]
	}
	it.Text = strings.Join(words, " ") + "."
	return it
}

func worldID(i int) recommender.ItemID { return recommender.RecordID("world", strconv.Itoa(i)) }

type world struct {
	items        []recommender.Item
	interactions []recommender.Interaction
}

func (w *world) addUser(r *rand.Rand, u int) {
	user := recommender.UserID(fmt.Sprintf("u%02d", u))
	first, second := r.IntN(len(genres)), r.IntN(len(genres))
	places := r.Perm(worldItems - worldUntouched)
	// Early places are drawn more often, so that there is something popular.
	slices.SortStableFunc(places, func(a, b int) int { return a/30 - b/30 })
	want := 8 + r.IntN(12)
	for _, i := range places {
		if want == 0 {
			break
		}
		likes := i%len(genres) == first || i%len(genres) == second
		if !likes && r.IntN(4) > 0 {
			continue
		}
		want--
		w.addOne(r, user, i, likes)
	}
}

func (w *world) addOne(r *rand.Rand, user recommender.UserID, item int, likes bool) {
	stars := float32(1+r.IntN(4)) / 2
	if likes {
		stars = 3 + float32(r.IntN(5))/2
	}
	switch r.IntN(10) {
	case 0, 1:
		w.add(user, item, recommender.View, 0, "")
	case 2, 3, 4:
		w.add(user, item, recommender.Review, stars, worldReview(r, likes))
	case 5:
		if likes {
			w.add(user, item, recommender.Like, 1, "")
		} else {
			w.add(user, item, recommender.Dislike, 1, "")
		}
	case 6:
		w.add(user, item, recommender.Click, 0, "")
		w.add(user, item, recommender.Click, 0, "")
		w.add(user, item, recommender.Rate, stars, "")
	default:
		w.add(user, item, recommender.Rate, stars, "")
	}
}

func worldReview(r *rand.Rand, likes bool) string {
	words := blame
	if likes {
		words = praise
	}
	return fmt.Sprintf("The %s is %s. I found the %s %s.",
		topics[r.IntN(len(topics))], words[r.IntN(len(words))],
		topics[r.IntN(len(topics))], words[r.IntN(len(words))])
}

func (w *world) add(user recommender.UserID, item int, k recommender.Kind, value float32, text string) {
	w.interactions = append(w.interactions, recommender.Interaction{
		User: user, Item: worldID(item), Kind: k, Value: value, Text: text,
		Time: time.Date(2020, 1, 1, 0, 10*len(w.interactions), 0, 0, time.UTC),
	})
}

// Items yields copies, so that no trainer changes the world for the next one.
func (w *world) Items(ctx context.Context) iter.Seq2[recommender.Item, error] {
	return func(yield func(recommender.Item, error) bool) {
		for _, it := range w.items {
			if err := ctx.Err(); err != nil {
				yield(recommender.Item{}, err)
				return
			}
			it.Tags = slices.Clone(it.Tags)
			if !yield(it, nil) {
				return
			}
		}
	}
}

func (w *world) Interactions(ctx context.Context, f recommender.Filter) iter.Seq2[recommender.Interaction, error] {
	return func(yield func(recommender.Interaction, error) bool) {
		for _, x := range w.interactions {
			if err := ctx.Err(); err != nil {
				yield(recommender.Interaction{}, err)
				return
			}
			if f.Match(x) && !yield(x, nil) {
				return
			}
		}
	}
}
