// Package sources reads items and interactions from files: catalogues, ratings
// and reviews in CSV, TSV, JSONL, Parquet and lists, plain or compressed with
// gzip or zstd.
//
// Use [Ratings], [Reviews] and [Catalogue] where a [recommender.Source] is
// wanted; each is a struct that names a file. [MovieLens] finds the files of the
// MovieLens data sets. [OpenRows] is the layer below, for tables of any other
// meaning.
//
// # A complete use
//
//	unrated := 0.0
//	for _, s := range []recommender.Source{
//		sources.Catalogue{Path: "mal.jsonl.gz"},
//		sources.Ratings{Path: "votes.csv.zst", Catalogue: "mal", Scale: 10, Unrated: &unrated},
//	} {
//		for page, err := range s.Pages(ctx, "") {
//			if err != nil {
//				return err
//			}
//			if err := store.Put(ctx, page, s.Name()); err != nil {
//				return err
//			}
//		}
//	}
//
// # Basics
//
//   - How a file is packed is told by its first bytes; its format by its
//     extension; its separator by its first line. [RowOptions] overrides each.
//   - Columns of interactions and of catalogues are found by their usual names.
//     Where that fails, the error lists what the file has and what is wanted;
//     [Columns] and [Mapping] then say which is which.
//   - A row that cannot be used is a [recommender.RecordError] with file, line
//     and reason, and reading goes on: after a quote that is never closed, at the
//     next line. A file that cannot be read further is an error that names it;
//     damage of a compression or of Parquet wraps [recommender.ErrCorrupt].
//   - Files are streamed. Memory is bounded by [RowOptions].MaxLine, by a page of
//     rows, and in Parquet by a page of each column.
//   - Walks resume at any page, see [Rows.Cursor].
//
// # Caveats
//
// In TSV and between "|" or "::" a double quote is a character like any other,
// as the owners of those files mean it; a TSV that was written with quotes needs
// [QuotesOn]. A file of numbers between blanks and without a known extension is
// taken for a list, never for ratings. Time 0 means unknown. A cursor is a place
// in a file: where the file has been replaced by another, it may pass unnoticed.
// Parquet has no checksum that must be there: a changed byte may be a changed
// value.
// Source values are safe for concurrent use, [Rows] are not.
package sources
