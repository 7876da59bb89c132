package dedup

// Weights are log-odds: how much an outcome speaks for (above 0) or against one
// work. They were learnt on five anime catalogues, from half of the works that are
// known to be one: a logistic regression over the candidates said which way and
// roughly how much, and each weight was then moved in small steps for as long as
// the clusters of that half got better by F1; the other half was only looked at. What half
// translations share, unsaidFormat, the part that one side says and the gains of the second
// look's moves came later and were set with the whole truth in view. The
// optimum is flat: half a unit more or less seldom moves F1 by as much as 0.001.
// They are about spellings, seasons and years, never about a single title. All are
// in this file and nowhere else.

const (
	// prior is where a candidate starts. Candidates share at least part of a
	// title, so it is near even odds and not the tiny share of true pairs.
	prior = 0.9

	// hopeless pairs are forgotten: no other field lifts them to even odds.
	hopeless = -3.0
)

// titleWeight holds the weights of titles in one script.
type titleWeight struct {
	equal, sameForm, sameStem, differ float64

	main                float64 // for each side whose main title it is
	lookSlope, lookZero float64 // of similar titles: slope × (similarity − zero)
}

func (w *titleWeight) look(sim float64) float64 { return float64(w.lookSlope * (sim - w.lookZero)) }

// Latin and native titles add up, because catalogues copy one without the other.
// Native ones weigh less only because whoever has them mostly has Latin ones, too.
// A title that is equal but for season or format is nearly always another season.
var titleWeights = [...]titleWeight{
	latin:  {equal: 4, sameForm: 2.5, sameStem: 0.5, differ: -1.8, main: 0.2, lookSlope: 5.5, lookZero: 0.75},
	native: {equal: 2.7, sameForm: 1.3, sameStem: 1.1, differ: -1.3, lookSlope: 1.5, lookZero: 0.9},
	other:  {equal: 2, sameForm: 1},
}

const (
	rawEqual   = 0.3  // equal to the letter, more than in words
	minLook    = 0.45 // less similar titles are different
	commonLoss = 2.1  // for each factor e in how many records of one catalogue share the title
	shortLoss  = 0.5  // for each character that a title is too short to be unlike others
	minRunes   = 6
	minNative  = 4
)

// A title within a longer one: a franchise begins titles of other works, a
// subtitle ends titles of the same.
var withinWeights = [...][ends + 1]float64{
	latin:  {heads: -1, begins: 0.7, ends: 1.4},
	native: {heads: -0.5, begins: 0.5, ends: 1},
	other:  {},
}

const (
	minWithin       = 8
	minWithinNative = 12 // bytes: four characters
	maxHeads        = 3  // a stem of more records is a franchise

	// Titles of which neither is within the other, with a common end.
	endWeight    = 0.7
	minEnd       = 12 // bytes
	minEndNative = 18 // bytes: six characters
	maxEnds      = 6  // titles with the end; one work has it in several
)

// Titles that share words where no more is alike count by the cosine of their words,
// in full where the years are equal, too, and a little where one has no year.
// Otherwise the words are most often the name of a franchise.
const (
	wordSlope   = 4.0
	wordZero    = 0.2
	wordBase    = -1.0
	wordUndated = 0.2
)

type numberWeights struct{ equal, differ, oneSided, mainOneSided float64 }

var (
	// One-sided is common among true pairs: many aliases leave the season out.
	sequelWeights = numberWeights{equal: 2.5, differ: -3.5, oneSided: -0.6, mainOneSided: -1}
	partWeights   = numberWeights{equal: 1, differ: -3.5, oneSided: -0.6, mainOneSided: -0.6}
)

const (
	finalOneSided = -0.7
	marksEqual    = 0.4 // "!!" and "!!"
	marksDiffer   = -1.3

	yearTagLoss = 1.0 // what a title loses for being equal but for a year in brackets
	// A year within a title is a date or a part of the name: it is no veto.
	namedEqual   = 1.5
	namedDiffer  = -1.0
	yearOneSided = -0.3 // "(2011)" against a title without a year
	yearFar      = -4.5
	// "X (2019)" against "X 2": two catalogues' ways to say "not the first X".
	taggedSequel = 1.5
	taggedYear   = 0.5

	episodesEqual     = 0.3 // 1, 12 or 13: half of all works
	episodesEqualRare = 1.0
	episodesClose     = -0.9
	episodesDiffer    = -2.4

	tagsWeight = 1.0 // of all tags of the shorter list shared
	tagsMiddle = 0.4

	refEqual     = 4.0 // as a title: references often name the franchise
	refDiffer    = -2.0
	refFranchise = 0.5 // IMDb, TVDB: seasons and films share an ID
)

// By difference; further apart is yearFar and a veto.
var yearWeights = [...]float64{3.5, -1.5, -2, -3}

// formatWeights holds the weights of two formats, the smaller first. A film on
// one side is a special or an OVA on another; a series is hardly ever either.
var formatWeights = [Music + 1][Music + 1]float64{
	TV:      {TV: 1, Movie: -3, OVA: -1.6, ONA: -1, Special: -3, Music: -2},
	Movie:   {Movie: 1.8, OVA: -0.3, ONA: -1, Special: 0.4, Music: -1.5},
	OVA:     {OVA: 1.8, ONA: -0.7, Special: 0, Music: -1},
	ONA:     {ONA: 1.8, Special: -0.3, Music: -0.4},
	Special: {Special: 1.2, Music: -0.2},
	Music:   {Music: 0.8},
}

// unsaidFormat holds the weight of a format where the other record, which has none,
// does not say it in its titles either. A title without a format mostly means a series; what a
// catalogue files under ONA is often the trailer of one.
var unsaidFormat = [Music + 1]float64{TV: 0.3, ONA: -0.3}

// Average log-odds are too sure of themselves, because fields depend on each other;
// this line through them (Platt) was fitted on the same half as the weights.
const (
	calibrateBase  = 1.1
	calibrateSlope = 0.52
)

// How pairs are seen beside their rivals, and how clusters are made of them.
const (
	noRival      = -2.3 // what a record without a rival is taken to have
	marginWeight = 0.6
	marginMost   = 4.0
	logitMost    = 10.0 // one pair does not outvote a cluster

	// Pairs whose titles cannot be compared start here and reach no further: "Attack
	// on Titan" must not be kept out of the group of "Shingeki no Kyojin" for sharing
	// no word with it. Year and format may carry such a pair, if it was proposed.
	silentPrior = 0.2
	silentMost  = 1.7
	// Where no year agrees, a common format must not join what has no common word.
	silentUndated = 0.4
	silentBelow   = -0.8 // titles that speak no louder than this against say nothing

	// Records are tried in a group where a pair speaks no louder than this against
	// it; the average over the group still decides.
	gate = -1.0

	reassignRounds = 4
	moveGain       = 0.5  // what a move must gain: without it two clusters could swap a record for ever
	evictGain      = 1.0  // what a join that costs a record its place must gain
	displaceGain   = 2.0  // and a move that makes another record move
	doubtBelow     = -0.5 // a field that speaks louder against a pair keeps a second look from joining it
)
