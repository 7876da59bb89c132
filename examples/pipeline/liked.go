package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/osusume/osusume/recommender"
)

// liked returns the mean true chance that test users like the first ten that m
// recommends to them and that they did not have in training; 0 where nobody gets
// a list. Lists shorter than ten count for what they have. Users are asked in
// parallel and added up in their order.
func (o *oracleModel) liked(ctx context.Context, m recommender.Model, users []recommender.UserID, test *recommender.Table, workers int) (float64, error) {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	tested := test.ByUser()
	means, errs := make([]float64, len(users)), make([]error, len(users))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for u := int(next.Add(1)) - 1; u < len(users) && ctx.Err() == nil; u = int(next.Add(1)) - 1 {
				means[u] = math.NaN()
				if tested[u] < tested[u+1] {
					means[u], errs[u] = o.likedBy(ctx, m, users[u])
				}
			}
		})
	}
	wg.Wait()
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return 0, err
	}
	sum, n := 0.0, 0
	for _, mean := range means {
		if !math.IsNaN(mean) {
			sum += mean
			n++
		}
	}
	if n == 0 {
		return 0, nil
	}
	return sum / float64(n), nil
}

// likedBy is liked of one user; NaN where the user gets no list.
func (o *oracleModel) likedBy(ctx context.Context, m recommender.Model, user recommender.UserID) (float64, error) {
	r, err := m.Recommend(ctx, recommender.Request{User: user, N: listed, Exclude: o.history.Seen(user), IncludeSeen: true})
	if errors.Is(err, recommender.ErrColdStart) || err == nil && len(r.Items) == 0 {
		return math.NaN(), nil
	}
	if err != nil {
		return 0, err
	}
	shelf, err := o.shelf(user)
	if err != nil {
		return 0, err
	}
	var records []recommender.ItemID
	for _, s := range r.Items {
		if place, ok := o.ranker.Place(s.Item); ok {
			records = append(records, shelf.records[place])
		}
	}
	chance := make([]float64, len(records))
	if err := o.oracle.LikeAll(user, records, chance); err != nil {
		return 0, fmt.Errorf("%s: %w", user, err)
	}
	sum := 0.0
	for _, c := range chance {
		sum += c
	}
	return sum / float64(len(r.Items)), nil
}
