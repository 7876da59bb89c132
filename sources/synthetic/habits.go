package synthetic

// Habits are what makes two catalogues describe one work differently. The
// numbers are shares of records.
type habits struct {
	listed      float64 // of all works, for well-known ones more
	mainEnglish float64 // main title in English, where there is one
	mainNative  float64 // main title in Japanese writing
	english     float64 // English title among the aliases
	native      float64 // Japanese writing among the aliases
	romaji      float64 // romaji among the aliases, where it is not the main title
	synonym     float64 // another spelling or naming among the aliases
	nickname    float64 // the fans' abbreviation, the same for all works of a franchise
	baseAlias   float64 // the bare franchise title as an alias of a later work
	noYear      float64
	yearOff     float64
	noEpisodes  float64
	episodesOff float64
	noText      float64
	cutText     float64 // text broken off
	refs        float64 // names its record in mal
	otherStyle  float64 // departs from the romanisation below
	spelling    romanisation
	numberings  []share[numbering]
	separators  []share[separator]
	formats     [numRoles]string
	givenFirst  bool // Hinako Saotome, not Saotome Hinako
	firstTold   int  // which paraphrase of a story it begins counting at
	days        bool // knows the day of release
}

var habitsOf = [numCatalogues]habits{
	anilist: {
		listed: .82, mainEnglish: .06, mainNative: .03, english: .50, native: .62, romaji: .8, synonym: .20, nickname: .08, baseAlias: .04,
		noYear: .03, yearOff: .03, noEpisodes: .05, episodesOff: .02, noText: .05, cutText: .05, refs: 0, otherStyle: .15, spelling: kanaByKana,
		numberings: []share[numbering]{{ordinalSeason, .35}, {seasonNumber, .25}, {bareNumber, .15}, {roman, .15}, {byYear, .1}},
		separators: []share[separator]{{colon, .8}, {tildes, .1}, {dash, .1}},
		formats:    [numRoles]string{"TV", "TV_SHORT", "MOVIE", "OVA", "ONA", "SPECIAL"},
		givenFirst: true, firstTold: 0, days: true,
	},
	mal: {
		listed: .90, mainEnglish: .03, mainNative: 0, english: .40, native: .58, romaji: .5, synonym: .20, nickname: .08, baseAlias: .05,
		noYear: .04, yearOff: .03, noEpisodes: .04, episodesOff: .03, noText: .08, cutText: .03, refs: 0, otherStyle: .12, spelling: kanaByKana,
		numberings: []share[numbering]{{ordinalSeason, .55}, {seasonNumber, .15}, {bareNumber, .12}, {roman, .1}, {byYear, .08}},
		separators: []share[separator]{{colon, .75}, {dash, .15}, {tildes, .1}},
		formats:    [numRoles]string{"TV", "TV", "Movie", "OVA", "ONA", "Special"},
		givenFirst: true, firstTold: 1, days: true,
	},
	kitsu: {
		listed: .66, mainEnglish: .55, mainNative: 0, english: .5, native: .25, romaji: .60, synonym: .12, nickname: .04, baseAlias: .03,
		noYear: .06, yearOff: .05, noEpisodes: .10, episodesOff: .03, noText: .04, cutText: .12, refs: .04, otherStyle: .3, spelling: noLength,
		numberings: []share[numbering]{{bareNumber, .35}, {seasonNumber, .35}, {shortSeason, .15}, {ordinalSeason, .15}},
		separators: []share[separator]{{colon, .6}, {space, .2}, {dash, .2}},
		formats:    [numRoles]string{"tv", "tv", "movie", "ova", "ona", "special"},
		givenFirst: false, firstTold: 2,
	},
	imdb: {
		listed: .62, mainEnglish: .75, mainNative: 0, english: 0, native: .04, romaji: .25, synonym: .06, nickname: 0, baseAlias: 0,
		noYear: .02, yearOff: .07, noEpisodes: .6, episodesOff: .1, noText: .2, cutText: .3, refs: 0, otherStyle: .3, spelling: macrons,
		numberings: []share[numbering]{{seasonNumber, 1}},
		separators: []share[separator]{{colon, .7}, {dash, .3}},
		formats:    [numRoles]string{"tvSeries", "tvSeries", "movie", "video", "tvSeries", "tvSpecial"},
		givenFirst: true, firstTold: 1,
	},
}

// covers returns the chance that catalogue c records x. What many watch is
// seldom missing; imdb knows films, and series as a whole by their first season.
func covers(c catalogue, x *work) float64 {
	if c == imdb && x.role != film && x.prev != none && !x.remake {
		return 0
	}
	listed := habitsOf[c].listed
	fame := logistic(1.2 * (log(float64(x.weight)) + 1))
	return listed + float64(0.9*(1-listed)*(2*fame-1))
}
