package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
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
