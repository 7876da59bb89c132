// Package storage keeps items, links, interactions and trained models: in
// memory, or in a warehouse, which is a directory of Parquet files.
//
// Use a [Warehouse] wherever data should outlive the process: one program
// writes, any number read, and any tool that reads Parquet can read the tables.
// Use [Memory] in tests, and for data that is quick to read again. Both are a
// [recommender.Store] and a [recommender.Registry].
//
// # A complete use
//
//	w, err := storage.Open("warehouse", storage.Options{})
//	if err != nil {
//		return err
//	}
//	defer w.Close()
//	if _, err := recommender.Ingest(ctx, source, w, recommender.IngestOptions{}); err != nil {
//		return err
//	}
//	model, err := mf.Config{}.Train(ctx, w)
//
// # Basics
//
//   - A write is one commit: new files, made durable, then a numbered manifest
//     that names them. A crash at any moment leaves the state before the commit
//     or the state after it.
//   - Interactions stay under the ID they came with. Links are followed when
//     they are read, so that a merge can be undone.
//   - [Warehouse.Table], which recommender.Load finds, decodes columns; a walk
//     over Interactions merges sorted files row by row.
//   - Small files are merged as they add up (Options.CompactFiles), and all of
//     them by [Warehouse.Compact], which makes loading fastest.
//   - Every ID has a catalogue number ([Warehouse.Number]) for services that
//     speak of items as integers.
//   - [Warehouse.DataVersion] names the content, for Version.Data of what was
//     trained on it; [Warehouse.Version] counts commits. Older versions stay
//     readable for a while: [Warehouse.History], [Warehouse.At].
//   - What is computed goes into tables too: [Warehouse.PutUsers],
//     [Warehouse.PutSimilarities], [Warehouse.PutScores] and
//     [Warehouse.PutSentiments].
//   - The registry remembers where aliases pointed ([Warehouse.AliasHistory]),
//     goes back ([Warehouse.Rollback]), and knows the program that published a
//     version ([Warehouse.Models]).
//   - [Warehouse.Forget] removes a user from tables, older versions, model
//     snapshots and the journal, and says what it did.
//   - A [Journal] beside the warehouse takes exposures and events at serving
//     rate, under a lock of its own: a server appends while a pipeline commits.
//   - Sums of every 64 KiB of a file stand in the manifest, and are compared as
//     the file is read. Damage is recommender.ErrCorrupt, and names the file.
//     [Check] compares everything, [Repair] goes back to the newest whole version.
//   - Any engine reads the files: [Warehouse.WriteSQL] writes views for DuckDB,
//     [Warehouse.Export] files for readers of old Parquet.
//
// # Caveats
//
// Times are kept in whole seconds, in UTC; an interaction at the first second
// of 1970 counts as one of unknown time. Empty lists and maps come back nil.
//
// A Warehouse holds all items in memory once they are asked for. A commit waits
// for the disk several times: write pages of thousands of interactions, not
// single ones. After a failed fsync a handle refuses writes: open again.
//
// The writer's lock is flock(2), which the kernel releases at the end of the
// process, however it ends; so there is no writer on systems without it, and on
// network file systems that do not pass it on, nothing keeps two writers apart
// but that the second to take a manifest's number fails.
//
// A writer keeps the newest 8 versions and those superseded less than 10 minutes
// ago (Options.KeepVersions, Options.Grace), so a load takes more room on disk
// until some time after it. A reader that is further behind and asks for a file
// that is gone gets an error that says so; [Warehouse.Refresh] brings it up to date.
//
// docs/formats.md describes every file.
package storage
