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
//   - Small files are merged as they add up (Options.CompactFiles).
//   - Every ID has a catalogue number ([Warehouse.Number]) for services that
//     speak of items as integers.
//   - [Warehouse.DataVersion] names the content, for Version.Data of what was
//     trained on it; [Warehouse.Version] counts commits.
//   - A [Journal] beside the warehouse takes exposures and events at serving
//     rate, under a lock of its own: a server appends while a pipeline commits.
//   - A file's size, rows and checksum stand in the manifest, and are compared
//     before a handle first reads it. Damage is recommender.ErrCorrupt, and
//     names the file.
//
// # Caveats
//
// Times are kept in whole seconds, in UTC; an interaction at the first second
// of 1970 counts as one of unknown time. Empty lists and maps come back nil.
//
// A Warehouse holds all items in memory once they are asked for, and loading a
// Table takes about 60 bytes a row at its peak. A commit waits for the disk
// several times: write pages of thousands of interactions, not single ones.
//
// The writer's lock is flock(2), which the kernel releases at the end of the
// process, however it ends; so there is no writer on systems without it, and on
// network file systems that do not pass it on, nothing keeps two writers apart
// but that the second to take a manifest's number fails.
//
// A writer removes files of old states when it opens or closes, except those of the last
// eight. A reader that is further behind and asks for a file that is gone gets
// ErrCorrupt; [Warehouse.Refresh] brings it up to date.
//
// docs/formats.md describes every file.
package storage
