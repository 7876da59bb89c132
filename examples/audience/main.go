package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"github.com/osusume/osusume/examples/internal/process"
)

// A config is what the command line asks for.
type config struct {
	server   string
	dir      string
	sessions int
	seed     uint64
	workers  int
	rate     float64
	period   time.Duration
}

const usage = `audience: let the users of the built-in world use a running server.

  go run ./examples/audience -sessions 20000      play sessions, print an experiment
  go run ./examples/audience -rate 200 -for 60s   ask at a steady rate, print latencies

Flags:
`

func main() { process.Main(run) }

// run is main without the process: 0 for success, 1 for failure, 2 for a wrong
// call.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parseFlags(args, stderr)
	if err != nil {
		return process.WrongFlags(stderr, "audience", err)
	}
	if err := play(ctx, cfg, stdout); err != nil {
		fmt.Fprintf(stderr, "audience: %v\n", err)
		return process.Failed
	}
	return process.OK
}

func play(ctx context.Context, cfg config, stdout io.Writer) error {
	p, err := openPublic(ctx, cfg.dir)
	if err != nil {
		return err
	}
	c := newClient(cfg.server, cfg.workers)
	if cfg.rate > 0 {
		return steady(ctx, cfg, p, c, stdout)
	}
	return experiment(ctx, cfg, p, c, stdout)
}

func parseFlags(args []string, out io.Writer) (config, error) {
	var cfg config
	fs := flag.NewFlagSet("audience", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.Usage = func() {
		fmt.Fprint(out, usage)
		fs.PrintDefaults()
	}
	fs.StringVar(&cfg.server, "server", "http://127.0.0.1:8080", "`URL` of the server, on a loopback address")
	fs.StringVar(&cfg.dir, "dir", "osusume-data", "`directory` of the warehouse, filled by the pipeline from the built-in world")
	fs.IntVar(&cfg.sessions, "sessions", 1000, "how many lists to ask for")
	fs.Uint64Var(&cfg.seed, "seed", 1, "seed of who comes and what they click")
	fs.IntVar(&cfg.workers, "workers", 8, "requests under way at once")
	fs.Float64Var(&cfg.rate, "rate", 0, "instead of sessions: requests a `second`")
	fs.DurationVar(&cfg.period, "for", 10*time.Second, "how long to ask at -rate")
	if err := fs.Parse(args); err != nil {
		return cfg, err
	}
	if fs.NArg() > 0 {
		return cfg, fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	var faults []error
	for _, f := range []struct {
		bad  bool
		text string
	}{
		{cfg.sessions < 1, fmt.Sprintf("-sessions %d < 1", cfg.sessions)},
		{cfg.workers < 1, fmt.Sprintf("-workers %d < 1", cfg.workers)},
		{!(cfg.rate >= 0 && cfg.rate <= 100_000), fmt.Sprintf("-rate %v is outside [0, 100000]", cfg.rate)},
		{cfg.period <= 0, fmt.Sprintf("-for %v is not positive", cfg.period)},
	} {
		if f.bad {
			faults = append(faults, errors.New(f.text))
		}
	}
	return cfg, errors.Join(append(faults, checkLoopback(cfg.server))...)
}

// checkLoopback keeps invented users away from other people's services.
func checkLoopback(server string) error {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "http" || u.Host == "" || u.Path != "" && u.Path != "/" {
		return fmt.Errorf("-server %q is not of the form http://127.0.0.1:8080", server)
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("-server %q is not a loopback address", server)
	}
	return nil
}
