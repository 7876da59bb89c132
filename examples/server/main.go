package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/osusume/osusume/examples/internal/process"
)

// A config is what the command line asks for.
type config struct {
	dir       string
	addr      string
	poll      time.Duration
	statusAge time.Duration
}

const usage = `server: serve what examples/pipeline published.

  go run ./examples/pipeline        first, to have something to serve
  go run ./examples/server          then open http://127.0.0.1:8080/

Flags:
`

func main() { process.Main(run) }

// run is main without the process: 0 for success, 1 for failure, 2 for a wrong
// call. It serves until ctx ends, then finishes the requests under way.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parseFlags(args, stderr)
	if err != nil {
		return process.WrongFlags(stderr, "server", err)
	}
	log := slog.New(slog.NewTextHandler(stderr, nil))
	if err := serve(ctx, cfg, log, stdout); err != nil {
		fmt.Fprintf(stderr, "server: %v\n", err)
		return process.Failed
	}
	return process.OK
}

func parseFlags(args []string, out io.Writer) (config, error) {
	var cfg config
	fs := flag.NewFlagSet("server", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.Usage = func() {
		fmt.Fprint(out, usage)
		fs.PrintDefaults()
	}
	fs.StringVar(&cfg.dir, "dir", "osusume-data", "`directory` of the warehouse")
	fs.StringVar(&cfg.addr, "addr", "127.0.0.1:8080", "`address` to listen on; there is no authentication")
	fs.DurationVar(&cfg.poll, "poll", time.Second, "how often to look for new versions")
	fs.DurationVar(&cfg.statusAge, "status-age", 2*time.Second, "how old an answer of /ab-test/status may be")
	if err := fs.Parse(args); err != nil {
		return cfg, err
	}
	switch {
	case fs.NArg() > 0:
		return cfg, fmt.Errorf("unexpected argument %q", fs.Arg(0))
	case cfg.dir == "":
		return cfg, errors.New("-dir is empty")
	case cfg.poll <= 0:
		return cfg, fmt.Errorf("-poll %v is not positive", cfg.poll)
	case cfg.statusAge < 0:
		return cfg, fmt.Errorf("-status-age %v is negative", cfg.statusAge)
	}
	return cfg, nil
}

// shutdownTime bounds how long requests under way may take at the end.
const shutdownTime = requestTime + 5*time.Second

func serve(ctx context.Context, cfg config, log *slog.Logger, stdout io.Writer) (err error) {
	s, err := openServer(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	listener, err := net.Listen("tcp", cfg.addr)
	if err != nil {
		return err
	}
	if a, isTCP := listener.Addr().(*net.TCPAddr); isTCP && !a.IP.IsLoopback() {
		log.Warn("whoever reaches this address can ask and write: there is no authentication", "addr", a.String())
	}
	fmt.Fprintf(stdout, "serving %s at http://%s/\n", cfg.dir, listener.Addr())
	h := &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       requestTime,
		WriteTimeout:      requestTime + 5*time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("shutting down")
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	return h.Shutdown(last)
}
