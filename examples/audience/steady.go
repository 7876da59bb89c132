package main

import (
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/osusume/osusume/recommender"
)

// A load is what a steady stream of requests has shown. Safe for concurrent use.
type load struct {
	mu        sync.Mutex
	latencies []time.Duration
	failed    int
	first     error
	versions  map[string]int    // answers by version
	lists     map[string]uint64 // of a user and version: what was answered
	mixed     int               // answers that differ from an earlier one of their user and version
	hash      maphash.Seed
}

func newLoad() *load {
	return &load{versions: map[string]int{}, lists: map[string]uint64{}, hash: maphash.MakeSeed()}
}

// add takes in an answer.
func (l *load) add(user recommender.UserID, got list, err error, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		if l.failed++; l.first == nil {
			l.first = err
		}
		return
	}
	l.latencies = append(l.latencies, took)
	l.versions[got.Version]++
	var h maphash.Hash
	h.SetSeed(l.hash)
	for _, item := range got.Items {
		maphash.WriteComparable(&h, item)
	}
	key, sum := string(user)+"\n"+got.Version, h.Sum64()
	if before, known := l.lists[key]; known && before != sum {
		l.mixed++
	}
	l.lists[key] = sum
}

// steady asks at a rate for a while and prints how it went.
func steady(ctx context.Context, cfg config, p *public, c *client, out io.Writer) error {
	n := int(math.Ceil(cfg.rate * cfg.period.Seconds()))
	due := make(chan int)
	began := time.Now()
	at := func(i int) time.Time { return began.Add(time.Duration(float64(i) / cfg.rate * float64(time.Second))) }
	l := newLoad()
	var work sync.WaitGroup
	for range cfg.workers {
		work.Go(func() {
			for i := range due {
				user := p.users[rand.New(rand.NewPCG(cfg.seed, uint64(i))).IntN(len(p.users))]
				got, err := c.recommend(ctx, user)
				l.add(user, got, err, time.Since(at(i)))
			}
		})
	}
	wait := time.NewTimer(0)
	defer wait.Stop()
	for i := range n {
		wait.Reset(time.Until(at(i)))
		select {
		case <-wait.C:
			due <- i
			continue
		case <-ctx.Done():
		}
		break
	}
	close(due)
	work.Wait()
	return l.report(time.Since(began), out)
}

// report prints the load. The error tells of failures and mixed answers.
func (l *load) report(took time.Duration, out io.Writer) error {
	slices.Sort(l.latencies)
	at := func(q float64) float64 {
		if len(l.latencies) == 0 {
			return math.NaN()
		}
		return l.latencies[min(len(l.latencies)-1, int(q*float64(len(l.latencies))))].Seconds() * 1000
	}
	answers := len(l.latencies)
	fmt.Fprintf(out, "%d requests in %.1f s, %.1f a second; %d failed, %d mixed\n", answers+l.failed, took.Seconds(), float64(answers+l.failed)/took.Seconds(), l.failed, l.mixed)
	fmt.Fprintf(out, "latency from when due: p50 %.1f ms, p99 %.1f ms, largest %.1f ms\n", at(0.5), at(0.99), at(1))
	for _, version := range slices.Sorted(maps.Keys(l.versions)) {
		fmt.Fprintf(out, "%6d from %s\n", l.versions[version], version)
	}
	if l.failed > 0 {
		return fmt.Errorf("%d of %d requests failed, the first: %w", l.failed, answers+l.failed, l.first)
	}
	if l.mixed > 0 {
		return fmt.Errorf("%d answers are mixed from several versions", l.mixed)
	}
	return nil
}
