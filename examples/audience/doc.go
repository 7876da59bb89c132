// Audience is the users of the built-in world: they ask a running server for
// recommendations, click on what they would like, and now and then rate it.
//
//	go run ./examples/pipeline
//	go run ./examples/server &
//	go run ./examples/audience -sessions 20000
//	go run ./examples/audience -rate 200 -for 60s
//
// The first use plays sessions and prints, per cohort, what came of them: an
// experiment whose right outcome is known, because the world's oracle says how
// likely each user is to like each title. The second asks at a steady rate and
// reports failures and latencies; publish new versions meanwhile.
//
// # Basics
//
//   - Somebody at rank k of a list (from 0) looks at it with chance 0.3·0.8ᵏ, and
//     clicks with the oracle's chance of a liking. A fifth of the clicks are
//     followed by a rating.
//   - The same -seed and the same answers give the same clicks at any number of
//     -workers.
//   - Latency counts from when a request was due, not from when it was sent: a
//     server that falls behind does not look fast.
//   - Two answers of one version to one user must be the same. Where they differ,
//     one of them was mixed from two versions.
//
// # Caveats
//
// It speaks to loopback addresses only, and to worlds that the pipeline invented
// (<dir>/pipeline.json): the oracle knows no others. Its clicks stay in the
// server's journal.
package main
