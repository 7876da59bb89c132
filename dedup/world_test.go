package dedup_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// world makes the records of n works in three catalogues and the truth about
// them. Works come in franchises whose members differ by season, year or format
// only; the catalogues differ in spelling, romanisation, in which titles and
// fields they give, and each misses some works.
func world(n int, seed uint64) ([]recommender.Item, map[recommender.ItemID]string) {
	r := rand.New(rand.NewPCG(seed, 11))
	syllables := strings.Fields("ka ki ku ko sa shi su so ta chi to na ni no ha hi ma mi mo ya yu yo ra ri ru wa kou shou ryuu")
	english := strings.Fields("silent broken golden hidden last blue river orchard tide garden engine crown winter voyage letter moon city dream star knight")
	kana := []rune("あいうえおかきくけこさしすせそたちつてとなにぬねの空海山川月星花風")
	words := func(count int, word func() string) string {
		out := make([]string, count)
		for i := range out {
			out[i] = word()
		}
		return strings.Join(out, " ")
	}
	romaji := func() string {
		var b strings.Builder
		for range 2 + r.IntN(3) {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		return b.String()
	}
	var records []recommender.Item
	truth := map[recommender.ItemID]string{}
	add := func(id recommender.ItemID, work int, title string, year int, format string, aliases ...string) {
		if r.IntN(6) == 0 {
			return
		}
		records = append(records, recommender.Item{
			ID: id, Title: title, Aliases: aliases, Year: year,
			Attrs: map[string]string{recommender.AttrFormat: format},
		})
		truth[id] = fmt.Sprint(work)
	}
	for work := 0; work < n; {
		main := words(2+r.IntN(2), romaji)
		translated := words(3+r.IntN(2), func() string { return english[r.IntN(len(english))] })
		native := words(1, func() string {
			out := make([]rune, 5+r.IntN(5))
			for i := range out {
				out[i] = kana[r.IntN(len(kana))]
			}
			return string(out)
		})
		year := 1970 + r.IntN(50)
		for season := 1; season <= 1+r.IntN(3) && work < n; season++ {
			long, short, han := "", "", ""
			if season > 1 {
				long, short, han = fmt.Sprintf(" Season %d", season), fmt.Sprintf(" %d", season), fmt.Sprintf(" 第%d期", season)
			}
			add(recommender.RecordID("a", fmt.Sprint(work)), work, main+long, year+2*season, "TV", translated+long, native+han)
			add(recommender.RecordID("b", fmt.Sprint(n-work)), work, strings.ReplaceAll(main, "ou", "ō")+short, 0, "", native+han)
			add(recommender.RecordID("c", fmt.Sprint((work*31)%n)), work, strings.ToUpper(translated)+short, year+2*season, "tvSeries")
			work++
		}
		if r.IntN(3) == 0 && work < n {
			add(recommender.RecordID("a", fmt.Sprint(work)), work, main+" Movie", year+3, "Movie", translated+" Movie", native+" 劇場版")
			add(recommender.RecordID("b", fmt.Sprint(n-work)), work, "Gekijouban "+main, 0, "", "劇場版 "+native)
			add(recommender.RecordID("c", fmt.Sprint((work*31)%n)), work, translated+": The Movie", year+3, "movie")
			work++
		}
	}
	return records, truth
}
