// Package dedup says which records of several catalogues describe the same work.
//
// Use it after reading more than one source, before storing what was learnt from
// them: it gives every record a canonical item. It was made for anime and film,
// whose hard cases are not different spellings but different seasons: "Gintama"
// and "Gintama'" are two works, "Shingeki no Kyojin" and "Attack on Titan" one.
//
// # A complete use
//
//	res, err := dedup.Config{}.Resolve(ctx, known, records)
//	if err != nil {
//		return err
//	}
//	for _, l := range res.Links {
//		fmt.Println(l.Record, "→", l.Canonical, l.Confidence)
//	}
//
// With a Store, recommender.Deduplicate(ctx, dedup.Config{}, store) does this and
// keeps the result.
//
// # Basics
//
//   - The source of a record is the part of its ID before the first colon. What
//     follows the colon is never evidence: catalogues reuse each other's numbers.
//   - [ParseTitle] reads season, part, year, format and telling punctuation out of
//     titles into fields, which are compared; [Normalize] makes the rest comparable.
//   - Pairs are proposed by equal titles, equal titles but for those fields, titles
//     that look alike (character 3-grams weighted by rarity) and references.
//   - Every field adds log-odds; [Explain] lists them. Latin and native titles
//     count apart; a title that several records of one catalogue have counts less.
//     A pair gains by its margin over the best rival of either record.
//   - Groups are made by average linkage with at most one record per source and no
//     pair whose seasons, parts or years contradict each other. Records that would
//     fit better elsewhere are then moved.
//   - A canonical ID is RecordID("item", the smallest record ID) at the time the
//     group is made. From then on it follows its members: of several known items in
//     a group the one with most members there gives the ID, ties to the smaller ID;
//     of several groups that hold its members the one with most keeps it. A new
//     group whose ID is taken gets "~2" behind it.
//   - The Confidence of a link is the probability averaged (as log-odds) over the
//     other members of the group; it is 1 for a record that is alone.
//   - [Score] measures links against a truth, [Config.Candidates] lets blocking
//     recall be measured.
//
// # Caveats
//
// All records are held in memory, without their texts. Only titles, year, format,
// episodes, tags and references are looked at. Records of one source are never
// joined: a source with duplicates of its own keeps them. Of twins, works of one
// title that other catalogues tell apart by no year or format, the wrong one may
// be joined; it is always the same one. The probabilities come from anime
// catalogues; on other data read them as an order.
//
// Everything is safe for concurrent use.
package dedup
