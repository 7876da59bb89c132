// Package synthetic invents a world for demonstrations, tests and benchmarks:
// four catalogues of anime-like works, the users who watch them, and the truth
// behind both, all from one seed.
//
// Use it where real data would need an account or a licence, where the right
// answer must be known (which records describe the same work, what a user
// would like, what a reviewer meant), or where a hundred million ratings are
// needed without a disk to keep them on.
//
// # A complete use
//
//	world, err := synthetic.New(synthetic.Config{Seed: 7})
//	if err != nil {
//		return err
//	}
//	for _, source := range append(world.Catalogues(), world.Ratings(), world.Reviews()) {
//		if _, err := recommender.Ingest(ctx, source, store, recommender.IngestOptions{}); err != nil {
//			return err
//		}
//	}
//
// # Basics
//
//   - The default world has 1,500 works in some 4,000 records, 5,000 users,
//     500,000 ratings over two years and 20,000 reviews; walking all of it takes
//     about two seconds. [Config] scales it: memory grows with the works alone
//     (some 100 bytes each), time with what is walked.
//   - Works come in franchises: seasons, parts, films, specials and remakes. Each
//     catalogue has its own choice of works and its own habits: romaji, English
//     or Japanese titles, long vowels as ou, ō or o, "2nd Season", "S2" or "II",
//     its genres, its telling of the story, and its gaps and mistakes. Their
//     native numbers overlap and mean different works.
//   - Users have tastes, partly for genres, which records show, and partly for
//     moods, which none shows. They rate the records of one home catalogue, go on
//     to sequels of what they liked, and leave some works unrated.
//   - Every walk of a [recommender.Source] yields the same pages, and any page
//     can be made from its Cursor alone: each user has a random stream of their own.
//   - [World.Truth] and [Oracle] know the answers.
//
// # Caveats
//
// All names, titles and texts are invented; likeness to real works is chance.
//
// A rating and a review of one user and item are two interactions, of kinds
// Rate and Review with the same stars. A trainer that takes all kinds counts
// such a pair twice, as it would with real sources.
//
// Streams are the same bytes on every machine: what decides them uses only
// operations that IEEE 754 rounds exactly, with no fused multiply-add. Figures of
// the [Oracle] may differ in their last bits. A later version of this package
// may invent another world from the same seed.
//
// Everything is safe for concurrent use.
package synthetic
