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
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process: 0 for success, 1 for failure, 2 for a wrong
// call, 130 for an interruption.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "pipeline: %v\nRun with -help for what there is.\n", err)
		return 2
	}
	rep, err := walk(ctx, cfg, newProgress(stderr))
	if err != nil {
		fmt.Fprintf(stderr, "pipeline: %v\n", err)
		fmt.Fprintf(stderr, "What was committed is safe in %s; the same command goes on from there.\n", cfg.dir)
		if ctx.Err() != nil {
			return 130
		}
		return 1
	}
	if cfg.json != "" {
		if err := writeJSON(cfg.json, rep); err != nil {
			fmt.Fprintf(stderr, "pipeline: %v\n", err)
			return 1
		}
	}
	if err := rep.print(stdout); err != nil {
		fmt.Fprintf(stderr, "pipeline: print the report: %v\n", err)
		return 1
	}
	return 0
}
