// Server serves what examples/pipeline published, as an A/B test of three
// models, and counts what comes of it.
//
//	go run ./examples/pipeline
//	go run ./examples/server
//	curl -s 127.0.0.1:8080/recommendations -H 'Content-Type: application/json' -d '{"user_id": "user-000001"}'
//
// Open http://127.0.0.1:8080/ for the routes, their shapes and more examples.
//
// # Basics
//
//   - A user's cohort is a function of the user's ID alone: it stays the same
//     across restarts and processes.
//   - The warehouse's aliases control, treatment_a and treatment_b say which
//     version each cohort gets. A newly published version is loaded beside the
//     one that serves, then swapped in: no restart, no failed request, and no
//     request sees two states.
//   - Who is unknown to the cohort's model gets the popular one of the same
//     data, and the answer says so in model_version.
//   - A list is in the journal (<dir>/journal) before its user sees it, an event
//     before it is acknowledged with 202. Both survive the loss of the process.
//
// # Caveats
//
// There is no authentication: it listens on the loopback address unless told
// otherwise. One server writes a journal; a second one on the same directory is
// refused at its start.
package main
