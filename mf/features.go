package mf

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/osusume/osusume/recommender"
)

// Features says what is known of items and users beside what users have, so that
// those without any history are ranked, too: a feature is any text, such as
// "tag:drama", that several of them can share. The zero value means that nothing is.
//
// The vector of an item, or a user, is the sum of those of its features and of a
// rest of its own, as in LightFM (Kula, CBRecSys 2015); whoever has no history has
// no rest. But the features' vectors are not trained by the same steps as the
// rests: when training is done, they are fitted to its vectors by a ridge
// regression. So those with a history keep the vectors that they have without
// features, and rank as well. On cold items it did better than joint training by
// LightFM: see docs/benchmarks/features.md.
type Features struct {
	// Items returns the features of an item. It is called once for each item of the
	// Dataset. nil: items have none. [ItemFeatures] is one to start with.
	Items func(recommender.Item) []string
	// Users returns the features of a user. It is called once for each user of the
	// Dataset while training, and then by requests of users whom the model has no
	// vector of, from several goroutines at a time. nil: users have none. A model that
	// was read asks nobody, until [Model.WithUsers] says whom.
	Users func(recommender.UserID) []string
	// L2 is how strongly the features' vectors are pulled towards 0: the vector of a
	// feature of n items is n/(n+L2) of what they differ by from the others. 0 means
	// 10; with 5 and 20 the AUC of new items differed by less than 0.01, on MovieLens-100K
	// and the anime ratings.
	L2 float64
	// Reserve lowers the scores of items that nobody has by so many standard
	// deviations of what the features do not tell of an item's score. Among one another
	// their order stays the same. What nobody has tried is rarely the best, and most of
	// an old catalogue's rest is not new but unwanted. 0 means 0.5; docs/benchmarks/features.md
	// has what it trades. For none, give a tiny value such as 1e-12.
	Reserve float64
}

func (f Features) any() bool { return f.Items != nil || f.Users != nil }

func (f Features) faults() []string {
	var faults []string
	for _, x := range []struct {
		name string
		x    float64
	}{{"Features.L2", f.L2}, {"Features.Reserve", f.Reserve}} {
		if !(x.x >= 0 && x.x <= limit) {
			faults = append(faults, fmt.Sprintf("%s %v is outside [0, %g]", x.name, x.x, limit))
		}
	}
	return faults
}

func (f Features) withDefaults() Features {
	set(&f.L2, 10)
	set(&f.Reserve, 0.5)
	return f
}

// traits are the features of everybody, by place; nil where nobody was asked for.
type traits struct{ items, users [][]string }

// read collects what the hooks say of the items and users of a table.
func (f Features) read(ctx context.Context, d recommender.Dataset, t *recommender.Table) (traits, error) {
	var all traits
	if f.Items != nil {
		all.items = make([][]string, len(t.Items))
		place := make(map[recommender.ItemID]int, len(t.Items))
		for i, id := range t.Items {
			place[id] = i
		}
		for it, err := range d.Items(ctx) {
			if err != nil {
				return traits{}, fmt.Errorf("mf: read the items' features: %w", err)
			}
			if i, ok := place[it.ID]; ok {
				all.items[i] = f.Items(it)
			}
		}
	}
	if f.Users != nil {
		all.users = make([][]string, len(t.Users))
		for u, id := range t.Users {
			all.users[u] = f.Users(id)
		}
	}
	return all, nil
}

// ItemFeatures returns features of what a catalogue usually knows: an item's tags,
// year and decade, format, season and studio, and the words of its titles, by
// which sequels are known. Each begins with what it is, as in "tag:drama",
// "year:1995", "decade:1990" and "word:gate"; all are in lower case.
func ItemFeatures(it recommender.Item) []string {
	var list []string
	for _, tag := range it.Tags {
		list = append(list, "tag:"+strings.ToLower(tag))
	}
	if it.Year != 0 {
		decade := int(math.Floor(float64(it.Year)/10)) * 10
		list = append(list, fmt.Sprintf("year:%d", it.Year), fmt.Sprintf("decade:%d", decade))
	}
	for _, name := range []string{recommender.AttrFormat, recommender.AttrSeason, recommender.AttrStudio} {
		if v := it.Attrs[name]; v != "" {
			list = append(list, name+":"+strings.ToLower(v))
		}
	}
	for _, title := range append([]string{it.Title}, it.Aliases...) {
		for _, word := range strings.FieldsFunc(strings.ToLower(title), apart) {
			list = append(list, "word:"+word)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func apart(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }
