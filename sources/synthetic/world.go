package synthetic

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// A World is the invented catalogues and users of one [Config]. Its works are
// held compactly, some 100 bytes each; users, ratings and texts are made when
// they are asked for. Immutable, safe for concurrent use.
type World struct {
	config     Config
	seed       uint64
	startDay   int32
	endDay     int32
	works      []work
	franchises []franchise
	cells      [numCells]mood
	picks      [numCells]alias
	order      [numCatalogues][]int32 // place in a catalogue → work
	activity   []float64              // rows of a user by quantile
}

// New makes the works of the world that c describes. It returns an error that
// wraps [recommender.ErrInvalid] and names every fault of c. The time and
// memory it takes grow with c.Works alone.
func New(c Config) (*World, error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return nil, err
	}
	w := &World{
		config: c, seed: c.Seed,
		startDay: int32(c.Start.Unix() / daySeconds), endDay: int32(c.End.Unix() / daySeconds),
		works: make([]work, 0, c.Works), cells: makeCells(c.Seed),
	}
	taken := make(map[uint64]bool)
	for f := 0; len(w.works) < c.Works; f++ {
		fr, works := planFranchise(c.Seed, f, int32(len(w.works)), w.endDay)
		works = works[:min(len(works), c.Works-len(w.works))]
		fr.n = uint8(len(works))
		w.franchises = append(w.franchises, fr)
		w.setTitle(f, taken)
		w.setTastes(f, works)
		for i := range works {
			works[i].franchise = int32(f)
		}
		w.works = append(w.works, works...)
	}
	w.fillCatalogues()
	var byCell [numCells][]int32
	for i := range w.works {
		c := w.works[i].cell
		byCell[c] = append(byCell[c], int32(i))
	}
	for c, works := range byCell {
		w.picks[c] = newAlias(works, func(i int32) float64 { return float64(w.works[i].weight) })
	}
	w.activity = activityTable(c)
	return w, nil
}

// firstEntry is the day on which the catalogues opened, in 2006.
const firstEntry = 36 * 365

// setTitle settles on a title that no earlier franchise has. Two hashes that
// collide by chance cost a harmless second try.
func (w *World) setTitle(f int, taken map[uint64]bool) {
	fr := &w.franchises[f]
	for {
		key := rng.Hash(w.seed, strings.ToLower(w.title(f).romaji))
		if !taken[key] || fr.try == 255 {
			taken[key] = true
			return
		}
		fr.try++
	}
}

// fillCatalogues decides which catalogue records which work, and numbers the
// records: roughly by release, with gaps, so that every catalogue uses the same
// numbers for different works.
func (w *World) fillCatalogues() {
	for i := range w.works {
		x := &w.works[i]
		r := rng.New(w.seed, domCoverage, uint64(i))
		listed := false
		for c := range numCatalogues {
			x.place[c] = none
			if r.Float64() < covers(c, x) {
				x.place[c], listed = 0, true
			}
		}
		if !listed {
			x.place[mal] = 0
		}
	}
	for c := range numCatalogues {
		for i := range w.works {
			if w.works[i].place[c] != none {
				w.order[c] = append(w.order[c], int32(i))
			}
		}
		entered := make(map[int32]int32, len(w.order[c])) // day of entry, years late for old works
		for _, i := range w.order[c] {
			late := rng.New(w.seed, domOrder, uint64(c), uint64(i)).IntN(1500)
			entered[i] = max(w.works[i].day, firstEntry) + int32(late)
		}
		slices.SortFunc(w.order[c], func(a, b int32) int {
			return cmp.Or(cmp.Compare(entered[a], entered[b]), cmp.Compare(a, b))
		})
		for p, i := range w.order[c] {
			w.works[i].place[c] = int32(p)
		}
	}
}

// Work returns the ID of the work that a record of one of the catalogues
// describes, and whether there is such a record.
func (w *World) Work(record recommender.ItemID) (string, bool) {
	i, ok := w.workOf(record)
	if !ok {
		return "", false
	}
	return workID(i), true
}

// Truth yields every record with its work, catalogue by catalogue. Two records
// with the same work are the same season, film or special.
func (w *World) Truth() iter.Seq2[recommender.ItemID, string] {
	return func(yield func(recommender.ItemID, string) bool) {
		for c := range numCatalogues {
			for _, i := range w.order[c] {
				if !yield(w.recordID(c, i), workID(i)) {
					return
				}
			}
		}
	}
}

func workID(i int32) string { return "work:" + strconv.Itoa(int(i)) }
