package synthetic_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
)

// Joining records by equal titles must fail, or the world would teach nobody
// to look at anything else; see TestParsedTitlesResolveTheWorld for what can be reached.
func TestEqualTitlesDoNotResolveTheWorld(t *testing.T) {
	for seed := range uint64(4) {
		w := newWorld(t, synthetic.Config{Seed: seed})
		records := allRecords(t, w)
		main := join(records, func(it recommender.Item) []string { return []string{plain(it.Title)} })
		forms := join(records, func(it recommender.Item) []string {
			keys := []string{plain(it.Title)}
			for _, a := range it.Aliases {
				keys = append(keys, plain(a))
			}
			return keys
		})
		pm, rm, fm := pairwise(w, records, main)
		pa, ra, fa := pairwise(w, records, forms)
		t.Logf("seed %d: main title P %.3f R %.3f F1 %.3f; any form P %.3f R %.3f F1 %.3f", seed, pm, rm, fm, pa, ra, fa)
		if fm > 0.85 || fa > 0.85 {
			t.Errorf("seed %d: equal titles reach F1 %.3f by main title and %.3f by any form, want at most 0.85", seed, fm, fa)
		}
		if fm < 0.3 || fa < 0.6 {
			t.Errorf("seed %d: F1 %.3f by main title and %.3f by any form: titles hardly help, which is not real either", seed, fm, fa)
		}
	}
}

var (
	seasonForms = regexp.MustCompile(`(?i) (\d)(?:st|nd|rd|th) season| season (\d)| S(\d)| 第(\d)期| (\d)( part|$)`)
	partForms   = regexp.MustCompile(`(?i) part (\d)| 第(\d)クール`)
	yearForm    = regexp.MustCompile(` \((\d{4})\)$`)
	sideWords   = regexp.MustCompile(`劇場版 |Gekijouban | the Movie| Movie| OVA| Specials?| スペシャル`)
	romans      = strings.NewReplacer(" III", " 3", " II", " 2", " IV", " 4", " VI", " 6", " V", " 5")
	spellings   = strings.NewReplacer("ō", "o", "ū", "u", "ou", "o", "oo", "o", "oh", "o", "uu", "u", " wo ", " o ")
	formats     = strings.NewReplacer("_short", "", "series", "", "tvspecial", "special", "video", "ova", "ona", "tv")
)

// A reader of titles gets far: who takes season, part, year and format out of
// them, spells them alike and compares the rest reaches 0.9 without a look at
// synopses, studios or episodes.
func TestParsedTitlesResolveTheWorld(t *testing.T) {
	for seed := range uint64(4) {
		w := newWorld(t, synthetic.Config{Seed: seed})
		records := allRecords(t, w)
		p, r, f := pairwise(w, records, join(records, parsedKeys))
		t.Logf("seed %d: P %.3f R %.3f F1 %.3f", seed, p, r, f)
		if f < 0.88 {
			t.Errorf("seed %d: parsed titles reach F1 %.3f (P %.3f R %.3f), want 0.88", seed, f, p, r)
		}
	}
}

// parsedKeys makes keys that records of one work within a year of each other share.
func parsedKeys(it recommender.Item) []string {
	format := formats.Replace(strings.ToLower(it.Attrs[recommender.AttrFormat]))
	var keys []string
	for _, title := range append([]string{it.Title}, it.Aliases...) {
		title = romans.Replace(title)
		if yearForm.MatchString(title) && it.Year != 0 {
			title = yearForm.ReplaceAllString(title, "")
		}
		part := strings.Join(partForms.FindStringSubmatch(title), "")
		title = partForms.ReplaceAllString(title, "")
		season := "1"
		if m := seasonForms.FindStringSubmatch(title); m != nil {
			season = strings.Join(m[1:6], "")
			title = seasonForms.ReplaceAllString(title, "")
		}
		base := plain(spellings.Replace(strings.ToLower(sideWords.ReplaceAllString(title, ""))))
		for _, year := range []int{it.Year, it.Year + 1} {
			keys = append(keys, fmt.Sprint(base, "/", season, "/", plain(part), "/", format, "/", year))
		}
	}
	return keys
}

// plain keeps lower-case letters and digits.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// join clusters records that share a key and returns each one's cluster.
func join(records []recommender.Item, keys func(recommender.Item) []string) []int {
	parent := make([]int, len(records))
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	first := make(map[string]int)
	for i, it := range records {
		for _, k := range keys(it) {
			if j, ok := first[k]; ok {
				parent[find(i)] = find(j)
			} else {
				first[k] = i
			}
		}
	}
	for i := range parent {
		parent[i] = find(i)
	}
	return parent
}

// pairwise compares clusters with the truth over pairs of records of two
// catalogues; two records of one catalogue in a cluster are a false pair.
func pairwise(w *synthetic.World, records []recommender.Item, cluster []int) (precision, recall, f1 float64) {
	predicted, actual := map[int][]int{}, map[string][]int{}
	work := make([]string, len(records))
	for i, it := range records {
		work[i], _ = w.Work(it.ID)
		predicted[cluster[i]] = append(predicted[cluster[i]], i)
		actual[work[i]] = append(actual[work[i]], i)
	}
	source := func(i int) string { s, _, _ := strings.Cut(string(records[i].ID), ":"); return s }
	said, right, known := 0.0, 0.0, 0.0
	for _, members := range predicted {
		for k, a := range members {
			for _, b := range members[k+1:] {
				said++
				if work[a] == work[b] && source(a) != source(b) {
					right++
				}
			}
		}
	}
	for _, members := range actual {
		known += float64(len(members)*(len(members)-1)) / 2
	}
	precision, recall = right/said, right/known
	return precision, recall, 2 * precision * recall / (precision + recall)
}
