package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// TestSource checks s against the contract of [recommender.Source]. The origin
// must not change meanwhile, every walk must end without an error, and it is
// worth the most where a walk has several pages and a bad record. It walks s some
// ten times and resumes it at no more than 50 or so cursors.
func TestSource(t *testing.T, s recommender.Source) {
	t.Helper()
	for _, c := range sourceChecks {
		t.Run(c.name, func(t *testing.T) {
			t.Helper()
			if err := c.check(s); err != nil {
				t.Error(err)
			}
		})
	}
}

var sourceChecks = []struct {
	name  string
	check func(recommender.Source) error
}{
	{"NameAndRecordIDs", sourceNames},
	{"WalkRepeats", sourceRepeats},
	{"ResumesAtEveryCursor", sourceResumes},
	{"ErrorIsLast", sourceErrors},
	{"HonoursContext", sourceContext},
	{"TwoWalksAtOnce", sourceTwoWalks},
	{"BreakReleases", sourceBreak},
	{"CallerOwnsPages", sourceOwnership},
}

// collect walks s to the end and returns copies of its pages.
func collect(s recommender.Source, from recommender.Cursor) ([]recommender.Page, error) {
	var all []recommender.Page
	for p, err := range s.Pages(context.Background(), from) {
		if err != nil {
			return nil, fmt.Errorf("walk from %q ended after %d pages: %w", from, len(all), err)
		}
		// A source that reuses its slices must not get away with it.
		p.Items, p.Interactions, p.Bad = slices.Clone(p.Items), slices.Clone(p.Interactions), slices.Clone(p.Bad)
		all = append(all, p)
	}
	return all, nil
}

// flatten is what pages hold, with no regard to where one ends.
func flatten(pages []recommender.Page) []string {
	var items, interactions, bad []string
	for _, p := range pages {
		for _, it := range p.Items {
			items = append(items, fmt.Sprintf("item %#v", it))
		}
		for _, x := range p.Interactions {
			interactions = append(interactions, fmt.Sprintf("interaction %#v", x))
		}
		for _, e := range p.Bad {
			bad = append(bad, "bad "+e.Error())
		}
	}
	return append(append(items, interactions...), bad...)
}

// differ says where got is not want.
func differ(what string, got, want []string) error {
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return fmt.Errorf("%s: %d records, want %d; the first missing is %s", what, len(got), len(want), want[i])
		case i >= len(want):
			return fmt.Errorf("%s: %d records, want %d; the first too many is %s", what, len(got), len(want), got[i])
		case got[i] != want[i]:
			return fmt.Errorf("%s: record %d is\n%s, want\n%s", what, i, got[i], want[i])
		}
	}
	return nil
}

func sourceNames(s recommender.Source) error {
	name := s.Name()
	if name == "" {
		return errors.New("the Name is empty")
	}
	pages, err := collect(s, "")
	if err != nil {
		return err
	}
	prefix := string(recommender.RecordID(name, ""))
	for _, p := range pages {
		for _, it := range p.Items {
			if id, ok := strings.CutPrefix(string(it.ID), prefix); !ok || id == "" {
				return fmt.Errorf("item ID %q is not RecordID(%q, …)", it.ID, name)
			}
		}
		for _, x := range p.Interactions {
			if err := recommender.CheckInteraction(x); err != nil {
				return fmt.Errorf("interaction that no store takes: %w", err)
			}
		}
		for _, b := range p.Bad {
			if b == nil || b.Err == nil || b.Where == "" {
				return fmt.Errorf("bad record %+v does not say where and why", b)
			}
		}
	}
	if again := s.Name(); again != name {
		return fmt.Errorf("the Name changed from %q to %q", name, again)
	}
	return nil
}

func sourceRepeats(s recommender.Source) error {
	first, err := collect(s, "")
	if err != nil {
		return err
	}
	second, err := collect(s, "")
	if err != nil {
		return err
	}
	return differ("second walk", flatten(second), flatten(first))
}

func sourceResumes(s recommender.Source) error {
	pages, err := collect(s, "")
	if err != nil {
		return err
	}
	step := max(1, len(pages)/50)
	for i := len(pages) - 1; i >= 0; i -= step {
		next := pages[i].Next
		if next == "" {
			return fmt.Errorf("page %d has no Next: a resumed walk would start again", i)
		}
		rest, err := collect(s, next)
		if err != nil {
			return err
		}
		if err := differ(fmt.Sprintf("resumed after page %d of %d at %q", i, len(pages), next), flatten(rest), flatten(pages[i+1:])); err != nil {
			return err
		}
	}
	return nil
}

// sourceErrors walks with a context that has ended, the one error that every
// source can be made to return.
func sourceErrors(s recommender.Source) error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var got error
	for p, err := range s.Pages(ctx, "") {
		if got != nil {
			return fmt.Errorf("the walk went on after the error %w", got)
		}
		if got = err; err == nil {
			return errors.New("a page although the context had ended before the walk")
		}
		if !reflect.DeepEqual(p, recommender.Page{}) {
			return fmt.Errorf("page beside the error is not the zero Page: %+v", p)
		}
	}
	if !errors.Is(got, context.Canceled) {
		return fmt.Errorf("error of a walk under an ended context is %v, want context.Canceled", got)
	}
	return nil
}

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
