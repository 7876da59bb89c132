package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"text/tabwriter"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/recommender"
)

// How somebody reads a list.
const (
	attention = 0.3 // chance of looking at the first item
	decay     = 0.8 // of that chance, from each rank to the next
	rating    = 0.2 // chance of rating what was clicked
)

// A session is one list and what its user did with it.
type session struct {
	user   recommender.UserID
	cohort string
	shown  int
	clicks int
	rated  int
	liked  float64 // sum of the true chances of liking what was shown
	err    error
}

// session plays one session; number names its random stream.
func (p *public) session(ctx context.Context, c *client, seed, number uint64) session {
	r := rand.New(rand.NewPCG(seed, number))
	s := session{user: p.users[r.IntN(len(p.users))]}
	l, err := c.recommend(ctx, s.user)
	if err != nil {
		s.err = err
		return s
	}
	s.cohort, s.shown = l.Cohort, len(l.Items)
	looks := attention
	for _, item := range l.Items {
		like, err := p.like(s.user, item.Number)
		if err != nil {
			s.err = err
			return s
		}
		s.liked += like
		clicks, rates := r.Float64() < looks*like, r.Float64() < rating
		looks *= decay
		if !clicks {
			continue
		}
		if s.err = c.click(ctx, s.user, item.Number); s.err != nil {
			return s
		}
		s.clicks++
		if !rates {
			continue
		}
		stars, err := p.stars(s.user, item.Number)
		if err == nil {
			err = c.rate(ctx, s.user, item.Number, stars)
		}
		if s.err = err; err != nil {
			return s
		}
		s.rated++
	}
	return s
}

// experiment plays sessions and prints what came of them by cohort.
func experiment(ctx context.Context, cfg config, p *public, c *client, out io.Writer) error {
	if _, err := c.status(ctx); err != nil {
		return fmt.Errorf("is a server running? %w", err)
	}
	all := make([]session, cfg.sessions)
	var next atomic.Int64
	var work sync.WaitGroup
	for range cfg.workers {
		work.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(all) && ctx.Err() == nil; i = next.Add(1) - 1 {
				all[i] = p.session(ctx, c, cfg.seed, uint64(i))
			}
		})
	}
	work.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	status, err := c.status(ctx)
	if err != nil {
		return err
	}
	return report(all, status, out)
}

// A total is all sessions of a cohort.
type total struct {
	users                 map[recommender.UserID]bool
	lists, clicked, items int
	clicks, rated         int
	liked                 float64
}

// report prints a line per cohort. The error tells of failed sessions and of
// users that changed their cohort.
func report(all []session, status standing, out io.Writer) error {
	totals := map[string]*total{}
	cohort := map[recommender.UserID]string{}
	failed, moved := 0, 0
	var first error
	for _, s := range all {
		if s.err != nil {
			if failed++; first == nil {
				first = s.err
			}
			continue
		}
		if before, known := cohort[s.user]; known && before != s.cohort {
			moved++
		}
		cohort[s.user] = s.cohort
		t := totals[s.cohort]
		if t == nil {
			t = &total{users: map[recommender.UserID]bool{}}
			totals[s.cohort] = t
		}
		t.users[s.user] = true
		t.lists++
		t.items += s.shown
		t.clicks += s.clicks
		t.rated += s.rated
		t.liked += s.liked
		if s.clicks > 0 {
			t.clicked++
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "cohort\tshare\tusers\tlists\tclicked\tclicks\tratings\tCTR\t95 % interval\ttruly liked\t")
	var users []int
	var shares []float64
	for _, a := range status.Cohorts {
		t := totals[a.Name]
		if t == nil {
			t = &total{}
		}
		users, shares = append(users, len(t.users)), append(shares, a.Share)
		ctr := abtest.Proportion{Hits: t.clicked, Trials: t.lists}
		in := ctr.Wilson()
		fmt.Fprintf(w, "%s\t%.2f\t%d\t%d\t%d\t%d\t%d\t%.4f\t%.4f to %.4f\t%.4f\t\n", a.Name, a.Share, len(t.users), t.lists, t.clicked,
			t.clicks, t.rated, ctr.Rate(), in.Low, in.High, t.liked/float64(max(1, t.items)))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	ratio, err := abtest.SampleRatio(users, shares)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nusers by cohort against the shares: p %.3f\nthe server's verdict: %s\n", ratio.P, status.Verdict)
	if failed > 0 {
		return fmt.Errorf("%d of %d sessions failed, the first: %w", failed, len(all), first)
	}
	if moved > 0 {
		return fmt.Errorf("%d sessions found their user in another cohort than before", moved)
	}
	return nil
}
