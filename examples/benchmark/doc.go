// Benchmark measures Osusume on your own files: how well models rank, how well
// records are matched and texts are scored, and how long it takes.
//
//	go run ./examples/benchmark rank -train ratings.csv.gz -split random:0.2 -model popular,bpr -k 10,20
//	go run ./examples/benchmark rank -train train.csv -test test.csv -model bpr,implicit:als.npz,spark:als-model
//	go run ./examples/benchmark dedup -records mal=mal.jsonl,anilist=anilist.jsonl -truth truth.csv
//	go run ./examples/benchmark sentiment -texts reviews.csv -score mean_valence
//	go run ./examples/benchmark neighbours -records catalogue.jsonl -k 10
//
// # Basics
//
// Every subcommand explains itself with --help. Figures are printed as a table,
// or with -json as one JSON object per model and line. Files may be CSV, TSV,
// JSONL, Parquet or lists, packed by gzip or zstd.
//
// # Caveats
//
// peak_rss_bytes is the whole process's, from its start: to compare the memory
// of models, run one at a time.
package main
