package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/recommender"
)

// experiment is the name, and so the salt, of the split of users.
const experiment = "blend"

// newSplit decides who is in which arm.
func newSplit() (*abtest.Splitter, error) {
	return abtest.NewSplitter(experiment, []abtest.Arm{
		{Name: "control", Weight: 50}, {Name: "treatment_a", Weight: 25}, {Name: "treatment_b", Weight: 25}})
}

// recommend opens what was published and asks it, as a service would.
func (w *walker) recommend(ctx context.Context, s *stage) error {
	aliases, err := w.store.Aliases(ctx)
	if err != nil {
		return err
	}
	split, err := newSplit()
	if err != nil {
		return err
	}
	users := w.usersByActivity()
	w.countCohorts(split, users, aliases)

	blend, version, err := recommender.OpenModel(ctx, w.store, aliases["treatment_a"], decoders)
	if err != nil {
		return err
	}
	var floorVersion string
	for _, m := range w.rep.Models {
		if m.Name == popularName {
			floorVersion = m.Version
		}
	}
	floor, _, err := recommender.OpenModel(ctx, w.store, floorVersion, decoders)
	if err != nil {
		return err
	}
	serving := recommender.Fallback(recommender.Versioned(version.ID, blend), recommender.Versioned(floorVersion, floor))
	for _, who := range []struct {
		name string
		at   float64
	}{{"a busy user", 0.95}, {"a middling user", 0.5}, {"a user with little to go by", 0.05}} {
		user := users[int(who.at*float64(len(users)-1))]
		r, err := w.ask(ctx, serving, user.id, fmt.Sprintf("%s: %d items", who.name, user.items))
		if err != nil {
			return err
		}
		w.rep.Users = append(w.rep.Users, *r)
	}
	w.rep.Stranger, err = w.ask(ctx, serving, "a stranger", "nobody has seen this user: the blend knows nothing, popular answers")
	if err != nil {
		return err
	}
	s.done("top 5 of %d users from %s", len(w.rep.Users), version.ID)
	return nil
}

type activity struct {
	id    recommender.UserID
	items int
}

// usersByActivity returns the users with anything at all, those with most items last.
func (w *walker) usersByActivity() []activity {
	off := w.table.ByUser()
	var all []activity
	for u, id := range w.table.Users {
		if n := off[u+1] - off[u]; n > 0 {
			all = append(all, activity{id, n})
		}
	}
	slices.SortFunc(all, func(a, b activity) int { return cmp.Or(cmp.Compare(a.items, b.items), cmp.Compare(a.id, b.id)) })
	return all
}

func (w *walker) countCohorts(split *abtest.Splitter, users []activity, aliases map[string]string) {
	n := map[string]int{}
	for _, u := range users {
		n[split.Arm(u.id)]++
	}
	shares := split.Shares()
	for i, arm := range split.Arms() {
		w.rep.Cohorts = append(w.rep.Cohorts, cohortReport{Name: arm.Name, Version: aliases[arm.Name], Share: shares[i], Users: n[arm.Name]})
	}
}

// ask gets a user's recommendations and puts them into words.
func (w *walker) ask(ctx context.Context, m recommender.Model, user recommender.UserID, who string) (*userReport, error) {
	r, err := m.Recommend(ctx, recommender.Request{User: user, N: 5, Explain: true})
	if err != nil {
		return nil, fmt.Errorf("recommend for %s: %w", user, err)
	}
	u := &userReport{User: string(user), Who: who, Model: r.Model}
	if u.Liked, err = w.favourites(ctx, user, 3); err != nil {
		return nil, err
	}
	for _, s := range r.Items {
		it, err := w.item(ctx, s.Item)
		if err != nil {
			return nil, err
		}
		why, err := w.words(ctx, s.Why)
		if err != nil {
			return nil, err
		}
		u.Ranked = append(u.Ranked, itemReport{Item: string(s.Item), Title: it.Title, Year: it.Year,
			Tags: it.Tags[:min(3, len(it.Tags))], Score: s.Score, Reasons: why})
	}
	return u, nil
}

// item returns an item of the store; one that only the ratings know has its ID for a title.
func (w *walker) item(ctx context.Context, id recommender.ItemID) (recommender.Item, error) {
	it, err := w.store.Item(ctx, id)
	if errors.Is(err, recommender.ErrNotFound) {
		return recommender.Item{ID: id, Title: string(id)}, nil
	}
	return it, err
}

// favourites returns the titles that the user rated best.
func (w *walker) favourites(ctx context.Context, user recommender.UserID, n int) ([]string, error) {
	var own []recommender.Interaction
	for x, err := range w.store.Interactions(ctx, recommender.Filter{User: user, Kinds: []recommender.Kind{recommender.Rate}}) {
		if err != nil {
			return nil, err
		}
		own = append(own, x)
	}
	slices.SortFunc(own, func(a, b recommender.Interaction) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Item, b.Item))
	})
	var titles []string
	for _, x := range own {
		it, err := w.item(ctx, x.Item)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(titles, it.Title) && len(titles) < n {
			titles = append(titles, it.Title)
		}
	}
	return titles, nil
}

// words puts a score's reasons into words: each part's share, then a sentence.
func (w *walker) words(ctx context.Context, why []recommender.Reason) ([]string, error) {
	if len(why) == 1 && why[0].Kind == recommender.ReasonPopular {
		return []string{"how many users have it"}, nil // the score itself
	}
	var order []string
	share := map[string]float32{}
	titles := map[recommender.ItemID]string{}
	for _, r := range why {
		if r.Via != "" {
			if _, ok := share[r.Via]; !ok {
				order = append(order, r.Via)
			}
			share[r.Via] += r.Part
		}
		if r.Item != "" {
			it, err := w.item(ctx, r.Item)
			if err != nil {
				return nil, err
			}
			titles[r.Item] = it.Title
		}
	}
	for i, part := range order {
		order[i] = fmt.Sprintf("%s %.2f", part, share[part])
	}
	var words []string
	for _, s := range []string{strings.Join(order, " + "), recommender.Sentence(why, func(id recommender.ItemID) string { return titles[id] })} {
		if s != "" {
			words = append(words, s)
		}
	}
	return words, nil
}
