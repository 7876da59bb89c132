// Package process is the frame that the example programs share: from a main
// function to an exit code, and what the system says about the process.
package process

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

// Exit codes, as a shell expects them.
const (
	OK          = 0
	Failed      = 1
	WrongCall   = 2
	Interrupted = 130
)

// Main runs a program until it is done or interrupted (SIGINT, SIGTERM end ctx),
// and exits with the code that it returns.
func Main(run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// WrongFlags says what is wrong with a command line and returns the exit code:
// OK where -help was asked for.
func WrongFlags(stderr io.Writer, program string, err error) int {
	if errors.Is(err, flag.ErrHelp) {
		return OK
	}
	fmt.Fprintf(stderr, "%s: %v\nRun with -help for what there is.\n", program, err)
	return WrongCall
}
