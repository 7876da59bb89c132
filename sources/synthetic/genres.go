package synthetic

import "slices"

// A genre is the world's own; each catalogue has its names for it.
type genre uint8

const (
	action genre = iota
	adventure
	comedy
	drama
	fantasy
	historical
	horror
	mecha
	music
	mystery
	psychological
	romance
	sciFi
	sliceOfLife
	sports
	supernatural
	numGenres
)

// genreNames has a row for each genre: the name in words/premises.txt, then the
// tags in anilist, mal, kitsu and imdb. An empty name: that catalogue has no such genre.
var genreNames = [numGenres][1 + numCatalogues]string{
	action:        {"Action", "Action", "Action", "Action", "Action"},
	adventure:     {"Adventure", "Adventure", "Adventure", "Adventure", "Adventure"},
	comedy:        {"Comedy", "Comedy", "Comedy", "Comedy", "Comedy"},
	drama:         {"Drama", "Drama", "Drama", "Drama", "Drama"},
	fantasy:       {"Fantasy", "Fantasy", "Fantasy", "Fantasy", "Fantasy"},
	historical:    {"Historical", "", "Historical", "Historical", "History"},
	horror:        {"Horror", "Horror", "Horror", "Horror", "Horror"},
	mecha:         {"Mecha", "Mecha", "Mecha", "Mecha", "Sci-Fi"},
	music:         {"Music", "Music", "Performing Arts", "Music", "Musical"},
	mystery:       {"Mystery", "Mystery", "Mystery", "Mystery", "Mystery"},
	psychological: {"Psychological", "Psychological", "Psychological", "Thriller", "Thriller"},
	romance:       {"Romance", "Romance", "Romance", "Romance", "Romance"},
	sciFi:         {"SciFi", "Sci-Fi", "Sci-Fi", "Science Fiction", "Sci-Fi"},
	sliceOfLife:   {"SliceOfLife", "Slice of Life", "Slice of Life", "Slice of Life", "Family"},
	sports:        {"Sports", "Sports", "Sports", "Sport", "Sport"},
	supernatural:  {"Supernatural", "Supernatural", "Supernatural", "Super Power", "Fantasy"},
}

func genreNamed(name string) genre {
	for g := range numGenres {
		if genreNames[g][0] == name {
			return g
		}
	}
	panic("synthetic: words/premises.txt names an unknown genre " + name)
}

// tags returns what catalogue c calls genres, without repetitions.
func tags(c catalogue, genres []genre) []string {
	var out []string
	for _, g := range genres {
		if name := genreNames[g][1+c]; name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
