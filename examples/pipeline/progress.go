package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how the stages go: bars on a terminal, a line per stage elsewhere.
type progress struct {
	out      io.Writer
	terminal bool
	began    time.Time
	stages   []stageReport
}

func newProgress(out io.Writer) *progress {
	f, ok := out.(*os.File)
	return &progress{out: out, terminal: ok && term.IsTerminal(int(f.Fd())), began: time.Now()}
}

// A stage is one step of the walk.
type stage struct {
	p     *progress
	name  string
	began time.Time
	bar   *progressbar.ProgressBar
	total int64
}

func (p *progress) stage(name string) *stage {
	s := &stage{p: p, name: name, began: time.Now()}
	if p.terminal {
		s.bar = s.newBar(-1)
	}
	return s
}

func (s *stage) newBar(total int64) *progressbar.ProgressBar {
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(s.p.out), progressbar.OptionSetDescription(fmt.Sprintf("%-12s", s.name)),
		progressbar.OptionSetWidth(32), progressbar.OptionThrottle(80*time.Millisecond),
		progressbar.OptionSetPredictTime(total > 0), progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true))
}

// at shows that done of total are done; total 0 means it is not known.
func (s *stage) at(done, total int64) {
	if s.bar == nil {
		return
	}
	if total > 0 && total != s.total {
		_ = s.bar.Clear() // a bar that cannot be drawn must not stop the work
		s.bar, s.total = s.newBar(total), total
	}
	_ = s.bar.Set64(done)
}

// say replaces what stands before the bar.
func (s *stage) say(what string) {
	if s.bar != nil {
		s.bar.Describe(fmt.Sprintf("%-12s %s", s.name, what))
	}
}

// done ends the stage with what came out of it.
func (s *stage) done(format string, args ...any) {
	if s.bar != nil {
		_ = s.bar.Clear()
	}
	r := stageReport{Name: s.name, Seconds: time.Since(s.began).Seconds(), Result: fmt.Sprintf(format, args...)}
	s.p.stages = append(s.p.stages, r)
	fmt.Fprintf(s.p.out, "%-12s %6.1f s  %s\n", r.Name, r.Seconds, r.Result)
}

// note prints a line between stages.
func (p *progress) note(format string, args ...any) {
	fmt.Fprintf(p.out, "%-12s           %s\n", "", fmt.Sprintf(format, args...))
}
