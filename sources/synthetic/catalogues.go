package synthetic

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// A catalogue numbers the four of them.
type catalogue uint8

const (
	anilist catalogue = iota
	mal
	kitsu
	imdb
	numCatalogues
)

var catalogueNames = [numCatalogues]string{"anilist", "mal", "kitsu", "imdb"}

// Catalogues returns the four catalogues as sources named anilist, mal, kitsu
// and imdb. Their pages hold Items in the order of their native numbers.
func (w *World) Catalogues() []recommender.Source {
	sources := make([]recommender.Source, 0, numCatalogues)
	for c := range numCatalogues {
		sources = append(sources, &catalogueSource{w, c})
	}
	return sources
}

type catalogueSource struct {
	w *World
	c catalogue
}

var _ recommender.Source = (*catalogueSource)(nil)

func (s *catalogueSource) Name() string { return catalogueNames[s.c] }

func (s *catalogueSource) Pages(ctx context.Context, from recommender.Cursor) iter.Seq2[recommender.Page, error] {
	order := s.w.order[s.c]
	return s.w.walk(ctx, s.Name(), from, len(order), func(at int) (recommender.Page, int) {
		end := at + min(s.w.config.PageSize, len(order)-at)
		items := make([]recommender.Item, 0, end-at)
		for _, i := range order[at:end] {
			items = append(items, s.w.record(s.c, i))
		}
		return recommender.Page{Items: items}, end
	})
}

// Native numbers run in steps, so that a catalogue has gaps, and start
// differently, so that equal numbers are different works.
var (
	idStep  = [numCatalogues]int{3, 4, 2, 13}
	idStart = [numCatalogues]int{21, 1, 7, 102340}
)

func (w *World) recordID(c catalogue, i int32) recommender.ItemID {
	n := idStart[c] + int(w.works[i].place[c])*idStep[c]
	if c == imdb {
		return recommender.RecordID(catalogueNames[c], fmt.Sprintf("tt%07d", n))
	}
	return recommender.RecordID(catalogueNames[c], strconv.Itoa(n))
}

// workOf is the inverse of recordID.
func (w *World) workOf(record recommender.ItemID) (int32, bool) {
	source, id, _ := strings.Cut(string(record), ":")
	for c, name := range catalogueNames {
		if name != source {
			continue
		}
		n, err := strconv.Atoi(strings.TrimPrefix(id, "tt"))
		if err != nil {
			return 0, false
		}
		place := (n - idStart[c]) / idStep[c]
		if n < idStart[c] || place >= len(w.order[c]) {
			return 0, false
		}
		i := w.order[c][place]
		return i, w.recordID(catalogue(c), i) == record
	}
	return 0, false
}
