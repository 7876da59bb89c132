package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/osusume/osusume/examples/internal/process"
)

const usage = `benchmark measures models, matching and sentiment on files of yours.

Usage:
  benchmark rank       -train FILE [-test FILE] -model NAME,… [flags]   how well models rank
  benchmark tune       -train FILE -model NAME -space FIELDS [flags]    which settings rank best
  benchmark dedup      -records NAME=FILE,… -truth FILE [flags]         how well records are matched
  benchmark match      -left FILE -right FILE -truth FILE [flags]       how well two tables are matched
  benchmark sentiment  -texts FILE [flags]                              how well texts are scored
  benchmark neighbours -records FILE [flags]                            how fast nearest items are found

Each explains its flags and output: benchmark rank --help
`

// A command does its work and prints to out; notes for people go to notes.
type command func(ctx context.Context, args []string, out, notes io.Writer) error

var commands = map[string]command{
	"rank":       rank,
	"tune":       search,
	"dedup":      dedupe,
	"sentiment":  judge,
	"neighbours": neighbours,
	"match":      matchTables,
}

func main() { process.Main(run) }

// run is main without the process: it returns the exit code.
func run(ctx context.Context, args []string, out, notes io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(notes, usage)
		return 2
	}
	if args[0] == "-h" || args[0] == "-help" || args[0] == "--help" || args[0] == "help" {
		fmt.Fprint(out, usage)
		return 0
	}
	do, ok := commands[args[0]]
	if !ok {
		fmt.Fprintf(notes, "benchmark: unknown subcommand %q\n\n%s", args[0], usage)
		return 2
	}
	switch err := do(ctx, args[1:], out, notes); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage): // package flag has said what is wrong
		return 2
	case err != nil:
		fmt.Fprintf(notes, "benchmark %s: %v\n", args[0], err)
		return 1
	}
	return 0
}
