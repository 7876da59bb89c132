package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/osusume/osusume/examples/internal/process"
	"github.com/osusume/osusume/sentiment"
)

const usage = `textclass: score the lines of standard input by a model behind HTTP.

  go run ./examples/textclass -url http://127.0.0.1:8080/ <reviews.txt

A token for the server is taken from the environment variable TEXTCLASS_TOKEN.

Flags:
`

func main() {
	process.Main(func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
		return run(ctx, args, os.Stdin, stdout, stderr)
	})
}

// run is main without the process: 0 for success, 1 for failure, 2 for a wrong call.
func run(ctx context.Context, args []string, in io.Reader, stdout, stderr io.Writer) int {
	f := flag.NewFlagSet("textclass", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	url := f.String("url", "", "`address` of the model")
	batch := f.Int("batch", 16, "texts in one request")
	timeout := f.Duration("timeout", time.Minute, "of one request")
	f.Usage = func() {
		fmt.Fprint(stderr, usage)
		f.SetOutput(stderr)
		f.PrintDefaults()
	}
	err := f.Parse(args)
	switch {
	case err != nil:
	case *url == "":
		err = errors.New("-url is missing")
	case *batch < 1:
		err = fmt.Errorf("-batch %d < 1", *batch)
	}
	if err != nil {
		return process.WrongFlags(stderr, "textclass", err)
	}
	c := &Client{URL: *url, Token: os.Getenv("TEXTCLASS_TOKEN"), HTTP: &http.Client{Timeout: *timeout}}
	if err := scoreLines(ctx, c, *batch, in, stdout); err != nil {
		fmt.Fprintln(stderr, err)
		return process.Failed
	}
	return process.OK
}

// scoreLines prints a compound before each line.
func scoreLines(ctx context.Context, scorer sentiment.Scorer, batch int, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	texts, scores := make([]string, 0, batch), make([]sentiment.Score, batch)
	flush := func() error {
		if len(texts) == 0 {
			return nil
		}
		if err := scorer.ScoreTexts(ctx, texts, scores[:len(texts)]); err != nil {
			return err
		}
		for i, text := range texts {
			if _, err := fmt.Fprintf(out, "%+.3f\t%s\n", scores[i].Compound, text); err != nil {
				return err
			}
		}
		texts = texts[:0]
		return nil
	}
	for lines.Scan() {
		if texts = append(texts, lines.Text()); len(texts) == batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("textclass: read lines: %w", err)
	}
	return flush()
}
