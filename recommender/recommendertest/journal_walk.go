package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/osusume/osusume/recommender"
)

func journalAppendsInLoops(ctx context.Context, j recommender.Journal) error {
	if err := j.Append(ctx, []recommender.Exposure{shown(1), shown(2)}, []recommender.Event{clicked(1), clicked(2)}); err != nil {
		return fmt.Errorf("append: %w; want no error", err)
	}
	done := make(chan error, 1)
	go func() {
		seen := 0
		for _, err := range j.Exposures(ctx) {
			if seen++; err == nil && seen <= 2 {
				err = j.Append(ctx, []recommender.Exposure{shown(2 + seen)}, nil)
			}
			if err != nil {
				done <- err
				return
			}
		}
		for _, err := range j.Events(ctx) {
			if seen++; err == nil && seen <= 4 {
				err = j.Append(ctx, nil, []recommender.Event{clicked(seen)})
			}
			if err != nil {
				done <- err
				return
			}
		}
		if seen != 4 {
			done <- fmt.Errorf("walks that append saw %d entries; want the 4 of their start", seen)
			return
		}
		done <- nil
	}()
	select {
	case err := <-done:
		if err != nil {
			return err
		}
	case <-time.After(time.Minute): // only a Journal that deadlocks waits
		return errors.New("an Append inside a walk does not return; a walk holds no lock while it yields")
	}
	return journalHas(ctx, j, "a loop body may append",
		[]recommender.Exposure{shown(1), shown(2), shown(3), shown(4)}, []recommender.Event{clicked(1), clicked(2), clicked(3), clicked(4)})
}

func journalBreaksWalks(ctx context.Context, j recommender.Journal) error {
	exposures, events := []recommender.Exposure{shown(1), shown(2)}, []recommender.Event{clicked(1), clicked(2)}
	if err := j.Append(ctx, exposures, events); err != nil {
		return fmt.Errorf("append: %w; want no error", err)
	}
	for x, err := range j.Exposures(ctx) {
		if err != nil || x.ID != exposures[0].ID {
			return fmt.Errorf("the first exposure: got %v, %v; want %v", x, err, exposures[0])
		}
		break
	}
	for e, err := range j.Events(ctx) {
		if err != nil || e.Item != events[0].Item {
			return fmt.Errorf("the first event: got %v, %v; want %v", e, err, events[0])
		}
		break
	}
	walk := j.Events(ctx)
	for range 2 {
		n := 0
		for range walk {
			n++
		}
		if n != 2 {
			return fmt.Errorf("a walk that is walked again: got %d events; want 2", n)
		}
	}
	return journalHas(ctx, j, "a walk that was broken off takes nothing away", exposures, events)
}

// journalCalls calls every method but Close once and returns their errors.
func journalCalls(ctx context.Context, j recommender.Journal) map[string]error {
	errs := map[string]error{"Append": j.Append(ctx, []recommender.Exposure{shown(9)}, nil), "Exposures": nil, "Events": nil}
	for _, err := range j.Exposures(ctx) {
		errs["Exposures"] = err
	}
	for _, err := range j.Events(ctx) {
		errs["Events"] = err
	}
	return errs
}

func journalHonoursContext(ctx context.Context, j recommender.Journal) error {
	exposures, events := []recommender.Exposure{shown(1)}, []recommender.Event{clicked(1)}
	if err := j.Append(ctx, exposures, events); err != nil {
		return fmt.Errorf("append: %w; want no error", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for call, err := range journalCalls(cancelled, j) {
		if !errors.Is(err, context.Canceled) {
			return fmt.Errorf("%s with a cancelled context: got error %v; want context.Canceled", call, err)
		}
	}
	return journalHas(ctx, j, "a call whose context had ended stores nothing", exposures, events)
}

func journalConcurrent(ctx context.Context, j recommender.Journal) error {
	const writers, appends = 8, 25
	errs := make([]error, 2*writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range appends {
				e := clicked(n)
				e.User = recommender.UserID(fmt.Sprint("writer ", w))
				x := shown(n)
				x.User = e.User
				errs[2*w] = errors.Join(errs[2*w], j.Append(ctx, []recommender.Exposure{x}, []recommender.Event{e}))
			}
		})
		wg.Go(func() {
			for _, err := range j.Events(ctx) {
				errs[2*w+1] = errors.Join(errs[2*w+1], err)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("concurrent use: %w; want no error", err)
	}
	got := map[recommender.UserID][]string{}
	for x, err := range j.Exposures(ctx) {
		if err != nil {
			return err
		}
		got["exposures of "+x.User] = append(got["exposures of "+x.User], x.ID)
	}
	for e, err := range j.Events(ctx) {
		if err != nil {
			return err
		}
		got["events of "+e.User] = append(got["events of "+e.User], string(e.Item))
	}
	if len(got) != 2*writers {
		return fmt.Errorf("got entries of %d kinds and users; want %d", len(got), 2*writers)
	}
	var exposures, events []string
	for n := range appends {
		exposures, events = append(exposures, shown(n).ID), append(events, string(clicked(n).Item))
	}
	for w := range writers {
		user := recommender.UserID(fmt.Sprint("writer ", w))
		if !slices.Equal(got["exposures of "+user], exposures) || !slices.Equal(got["events of "+user], events) {
			return fmt.Errorf("%s: got %v and %v; want every append once, in order", user, got["exposures of "+user], got["events of "+user])
		}
	}
	return nil
}

func journalCloses(ctx context.Context, j recommender.Journal) error {
	if err := j.Append(ctx, []recommender.Exposure{shown(1)}, []recommender.Event{clicked(1)}); err != nil {
		return fmt.Errorf("append: %w; want no error", err)
	}
	if err := j.Close(); err != nil {
		return fmt.Errorf("close: %w; want no error", err)
	}
	for call, err := range journalCalls(ctx, j) {
		if err == nil {
			return fmt.Errorf("%s after Close: got no error; want one", call)
		}
	}
	if j.Close() == nil {
		return errors.New("a second Close: got no error; want one")
	}
	return nil
}
