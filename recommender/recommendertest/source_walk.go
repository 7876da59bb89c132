package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/osusume/osusume/recommender"
)

func sourceContext(s recommender.Source) error {
	pages, err := collect(s, "")
	if err != nil || len(pages) < 2 {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	for _, err := range s.Pages(ctx, "") {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				return fmt.Errorf("error after the end of the context is %w, want context.Canceled", err)
			}
			return nil
		}
		if n++; n > 1 {
			return errors.New("a page after the context had ended")
		}
		cancel()
	}
	return errors.New("the walk ended early and without an error when the context did")
}

func sourceTwoWalks(s recommender.Source) error {
	want, err := collect(s, "")
	if err != nil {
		return err
	}
	// In step, then from two goroutines for the race detector.
	nextA, stopA := iter.Pull2(s.Pages(context.Background(), ""))
	defer stopA()
	nextB, stopB := iter.Pull2(s.Pages(context.Background(), ""))
	defer stopB()
	var a, b []recommender.Page
	for {
		pa, errA, okA := nextA()
		pb, errB, okB := nextB()
		if err := errors.Join(errA, errB); err != nil {
			return err
		}
		if !okA && !okB {
			break
		}
		if okA {
			a = append(a, pa)
		}
		if okB {
			b = append(b, pb)
		}
	}
	if err := errors.Join(differ("first of two walks", flatten(a), flatten(want)), differ("second of two walks", flatten(b), flatten(want))); err != nil {
		return err
	}
	var wg sync.WaitGroup
	var errs [2]error
	for i := range errs {
		wg.Go(func() {
			got, err := collect(s, "")
			if err == nil {
				err = differ("one of two concurrent walks", flatten(got), flatten(want))
			}
			errs[i] = err
		})
	}
	wg.Wait()
	return errors.Join(errs[:]...)
}

// sourceBreak breaks off many walks and counts what stays behind.
func sourceBreak(s recommender.Source) error {
	const walks = 40
	// Finalizers would close what the source forgot.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	files, goroutines := openFiles(), runtime.NumGoroutine()
	for range walks {
		for _, err := range s.Pages(context.Background(), "") {
			if err != nil {
				return err
			}
			break
		}
	}
	for range 1000 { // goroutines that are on their way out
		if runtime.NumGoroutine() < goroutines+walks/2 {
			break
		}
		runtime.Gosched()
	}
	if n := openFiles() - files; n >= walks/2 {
		return fmt.Errorf("%d broken walks left %d files open", walks, n)
	}
	if n := runtime.NumGoroutine() - goroutines; n >= walks/2 {
		return fmt.Errorf("%d broken walks left %d goroutines", walks, n)
	}
	return nil
}

// openFiles counts the process's open files where the system tells, else 0.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

// sourceOwnership spoils every page as soon as it has been noted.
func sourceOwnership(s recommender.Source) error {
	want, err := collect(s, "")
	if err != nil {
		return err
	}
	var got []string
	var kept []recommender.Page
	for p, err := range s.Pages(context.Background(), "") {
		if err != nil {
			return err
		}
		mark := spoiled(len(kept))
		kept = append(kept, p)
		got = append(got, flatten([]recommender.Page{p})...)
		for i := range p.Items {
			for k := range p.Items[i].Attrs {
				p.Items[i].Attrs[k] = "spoiled"
			}
			for _, list := range [][]string{p.Items[i].Aliases, p.Items[i].Tags} {
				for k := range list {
					list[k] = "spoiled"
				}
			}
			p.Items[i].ID = recommender.ItemID(mark)
		}
		for i := range p.Interactions {
			p.Interactions[i].User = recommender.UserID(mark)
		}
		clear(p.Bad)
	}
	var wanted []string
	for _, p := range want {
		wanted = append(wanted, flatten([]recommender.Page{p})...)
	}
	if err := differ("walk whose pages the caller changed", got, wanted); err != nil {
		return err
	}
	for i, p := range kept {
		for _, it := range p.Items {
			if it.ID != recommender.ItemID(spoiled(i)) {
				return fmt.Errorf("the source changed page %d after it had handed it over", i)
			}
		}
		for _, x := range p.Interactions {
			if x.User != recommender.UserID(spoiled(i)) {
				return fmt.Errorf("the source changed page %d after it had handed it over", i)
			}
		}
	}
	return nil
}

func spoiled(page int) string { return fmt.Sprintf("spoiled with page %d", page) }
