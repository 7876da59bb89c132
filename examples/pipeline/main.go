// Command pipeline runs the main job of a recommender from end to end: it
// extracts catalogues and ratings, merges the records that describe the same
// title, stores them, trains four models and two blends, measures all of them on
// held-out ratings, publishes them and shows what they recommend.
//
// Without flags it does so on a built-in world of invented anime, with nothing
// to install:
//
//	go run ./examples/pipeline
//
// With -catalogue and -ratings it does so on yours. See -help.
package main

import (
	"context"
	"fmt"
	"io"

	"github.com/osusume/osusume/examples/internal/process"
)

func main() { process.Main(run) }

// run is main without the process: 0 for success, 1 for failure, 2 for a wrong
// call, 130 for an interruption.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parseFlags(args, stderr)
	if err != nil {
		return process.WrongFlags(stderr, "pipeline", err)
	}
	rep, err := walk(ctx, cfg, newProgress(stderr))
	if err != nil {
		fmt.Fprintf(stderr, "pipeline: %v\n", err)
		fmt.Fprintf(stderr, "What was committed is safe in %s; the same command goes on from there.\n", cfg.dir)
		if ctx.Err() != nil {
			return process.Interrupted
		}
		return process.Failed
	}
	if cfg.json != "" {
		if err := writeJSON(cfg.json, rep); err != nil {
			fmt.Fprintf(stderr, "pipeline: %v\n", err)
			return process.Failed
		}
	}
	if err := rep.print(stdout); err != nil {
		fmt.Fprintf(stderr, "pipeline: print the report: %v\n", err)
		return process.Failed
	}
	return process.OK
}
