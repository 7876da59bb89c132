package sources

import "github.com/osusume/osusume/recommender"

// MappingOf returns the mapping of a known catalogue: "mal", "anilist", "kitsu",
// "imdb" or "anidb"; ok is false for other names.
func MappingOf(name string) (m Mapping, ok bool) {
	switch name {
	case "mal":
		return malMapping(), true
	case "anilist":
		return anilistMapping(), true
	case "kitsu":
		return kitsuMapping(), true
	case "imdb":
		return imdbMapping(), true
	case "anidb":
		return anidbMapping(), true
	}
	return Mapping{}, false
}

// malMapping is MyAnimeList's own field names.
func malMapping() Mapping {
	return Mapping{
		ID: "id", Title: []string{"title"}, Aliases: []string{"english", "japanese", "synonyms"},
		Text: []string{"synopsis"}, Tags: []string{"genres"}, Year: "year",
		Attrs: map[string]string{recommender.AttrFormat: "type", recommender.AttrEpisodes: "episodes", recommender.AttrSeason: "season"},
	}
}

// anilistMapping takes the romanised title first: it is the one that every entry
// has. Names with a dot are those of the interface's own answers.
func anilistMapping() Mapping {
	return Mapping{
		ID:      "id",
		Title:   []string{"romaji", "title.romaji", "english", "title.english", "native", "title.native"},
		Aliases: []string{"synonyms"}, Text: []string{"synopsis", "description"}, Tags: []string{"genres", "tags"}, Year: "year",
		Attrs: map[string]string{recommender.AttrFormat: "format", recommender.AttrEpisodes: "episodes", recommender.AttrSeason: "season"},
		Refs:  map[string]string{"mal": "idMal"},
	}
}

func kitsuMapping() Mapping {
	return Mapping{
		ID: "id", Title: []string{"title"}, Slugs: []string{"slug"},
		Text: []string{"synopsis"}, Tags: []string{"genres"}, Year: "year",
		Attrs: map[string]string{recommender.AttrFormat: "subtype", recommender.AttrEpisodes: "episodeCount"},
	}
}

// imdbMapping is the layout of IMDb's title.basics, as TSV or JSONL.
func imdbMapping() Mapping {
	return Mapping{
		ID: "tconst", Title: []string{"primaryTitle"}, Aliases: []string{"originalTitle"}, Tags: []string{"genres"}, Year: "startYear",
		Attrs:     map[string]string{recommender.AttrFormat: "titleType", recommender.AttrDuration: "runtimeMinutes"},
		Separator: ",",
	}
}

// anidbMapping has one column of titles, objects of lang, type and title.
func anidbMapping() Mapping { return Mapping{ID: "id", Title: []string{"titles"}} }
