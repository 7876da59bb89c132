// Package dedup says which records of several catalogues describe the same thing.
//
// Use it after reading more than one source, before storing what was learnt from
// them: it gives every record a canonical item. It was made for anime and film,
// whose hard cases are not different spellings but different seasons: "Gintama"
// and "Gintama'" are two works, "Shingeki no Kyojin" and "Attack on Titan" one.
// With [Config.Fields] it resolves products, people or papers as well. Package
// match, below this one, matches two tables of which nothing is known.
//
// # A complete use
//
//	overrides, err := dedup.ReadOverrides(file, "overrides.txt") // what people decided
//	if err != nil {
//		return err
//	}
//	index, err := dedup.Config{Overrides: overrides}.Index(ctx, records)
//	if err != nil {
//		return err
//	}
//	res, err := index.Resolve(ctx, known)
//	if err != nil {
//		return err
//	}
//	changes, err := dedup.Changes(known, res.Links) // what merged and split since the last run
//	if err != nil {
//		return err
//	}
//	err = index.WriteReview(queue, res, item) // what people should decide next
//
// With a Store, recommender.Deduplicate(ctx, dedup.Config{}, store) resolves all
// its records and keeps the result.
//
// # Basics
//
//   - The source of a record is the part of its ID before the first colon. What
//     follows the colon is never evidence: catalogues reuse each other's numbers.
//   - [ParseTitle] reads season, part, year, format and telling punctuation out of
//     titles into fields, which are compared; [Normalize] makes the rest comparable.
//   - Pairs are proposed by equal titles, equal titles but for those fields, titles
//     that look alike (character 3-grams weighted by rarity) or share a rare word, a
//     record between them that shares a title with both, and references.
//   - Every field adds log-odds, learnt on known works. Latin and native titles
//     count apart; a title that several records of one catalogue have counts less.
//     A pair gains by its margin over the best rival of either record. References
//     to IMDb, TVDB, TMDB and Trakt, which number franchises, say next to nothing.
//   - A title that says the format where the other leaves it to the record agrees
//     with it; so, to a degree, does one with the same subtitle, if few titles end so.
//   - With Fields, titles and fields add log-odds that are learnt from the records
//     at hand by expectation maximisation, without labels (package fellegi), unless
//     they are given.
//   - Groups are made by average linkage with at most one record per source and no
//     pair whose seasons, parts or years contradict each other, or that a person
//     blocked. Records that would fit better elsewhere are then moved, two at a time
//     where each has the other's place. Then the pairs that are left are looked at
//     once more: records that have found their counterpart are no longer rivals of
//     those that have not. Pairs that a season, a part, a format or a native title
//     speaks against gain nothing by that.
//   - A canonical ID is RecordID("item", the smallest record ID) at the time the
//     group is made. From then on it follows its members: of several known items in
//     a group the one with most members there gives the ID, ties to the smaller ID;
//     of several groups that hold its members the one with most keeps it. A new
//     group whose ID is taken gets "~2" behind it. [Changes] lists what happened.
//   - The Confidence of a link is the calibrated probability that it is right, from
//     the average log-odds with the other members of the group; it is 1 for a record
//     that is alone or that a person forced there. [Reliability] checks it.
//     Confidences in a Review are not calibrated: read them as an order.
//   - [Index.Explain] is the evidence about a pair as a waterfall of log-odds, as
//     data and as text; [Explain] does with two works and no catalogue.
//   - [Refs] leads from canonical items to foreign IDs and back.
//   - [Score] measures links against a truth, [Config.Candidates] lets blocking
//     recall be measured.
//
// # Caveats
//
// All records are held in memory, without their texts: 2 to 3 kB each. Every run
// compares everything, so that its groups are those of one run over all records in
// whatever instalments they came; a new record costs a run. Time grows with the
// number of records: the search for titles that look alike is bounded for each
// title, at the price of finding fewer of them where there are millions.
//
// Only titles, year, format, episodes, tags and references of works are looked at.
// Records of one source are never joined, unless a person forces it: a source with
// duplicates of its own keeps them. Of twins, works of one title that other
// catalogues tell apart by no year or format, the wrong one may be joined; it is
// always the same one. The weights and the calibration of works come from anime
// catalogues. Works can be resolved without them, with year, format, episodes, season
// and part as Fields whose weights are learnt: on those catalogues that finds fewer of
// the true pairs, F1 0.955 where the weights of works reach 0.990. Its model takes
// fields for independent, which season and title are not, and knows of a title only
// how much it is alike: not in which script, nor what of it is a season.
//
// What a person forces is not questioned, and what is forced keeps others away as
// any group does: a wrong force can cost the right record its place.
//
// Everything is safe for concurrent use.
package dedup
