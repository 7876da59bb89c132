package recommendertest_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/storage"
)

// A faultyStore is a good Store that breaks one rule.
type faultyStore struct {
	recommender.Store
	fault string
}

// storeFaults are what a faultyStore can do, and the rule that must notice.
var storeFaults = map[string]string{
	"loses-tags":          "PutKeepsAllFieldsOfAnItem",
	"loses-texts":         "PutKeepsAllFieldsOfAnInteraction",
	"keeps-half-a-page":   "ARefusedPageLeavesNothing",
	"forgets-the-cursor":  "TheCursorIsCommittedWithItsPage",
	"ignores-filters":     "FiltersSelect",
	"ignores-links":       "InteractionsResolveThroughTheLinks",
	"takes-any-link":      "BadLinksAreRefused",
	"deletes-nothing":     "DeleteForgets",
	"ignores-the-context": "ACancelledContextEndsTheCall",
	"goes-on-after-close": "AfterCloseEveryMethodErrors",
	"takes-a-click-once":  "ClicksAddUp",
	"loads-other-rows":    "LoadIsTheSameByRowsAndInBulk",
	"walks-backwards":     "ItemsComeCanonicalFirstSortedByID",
}

func (s faultyStore) Put(ctx context.Context, p recommender.Page, source string) error {
	switch s.fault {
	case "loses-tags":
		p.Items = slices.Clone(p.Items)
		for i := range p.Items {
			p.Items[i].Tags = nil
		}
	case "loses-texts", "takes-a-click-once":
		p.Interactions = slices.Clone(p.Interactions)
		for i := range p.Interactions {
			if x := &p.Interactions[i]; s.fault == "loses-texts" {
				x.Text = ""
			} else if x.Kind == recommender.Click {
				x.Kind = recommender.Like // a state, which is there once
			}
		}
	case "ignores-the-context":
		ctx = context.WithoutCancel(ctx)
	case "keeps-half-a-page":
		if err := s.Store.Put(ctx, p, source); err != nil {
			for _, it := range p.Items {
				_ = s.Store.Put(ctx, recommender.Page{Items: []recommender.Item{it}}, source) // those that are well
			}
			return err
		}
		return nil
	}
	return s.Store.Put(ctx, p, source)
}

func (s faultyStore) Cursor(ctx context.Context, source string) (recommender.Cursor, error) {
	c, err := s.Store.Cursor(ctx, source)
	if s.fault == "forgets-the-cursor" {
		c = ""
	}
	return c, err
}

func (s faultyStore) Interactions(ctx context.Context, f recommender.Filter) iter.Seq2[recommender.Interaction, error] {
	if s.fault == "ignores-filters" {
		f = recommender.Filter{}
	}
	return s.Store.Interactions(ctx, f)
}

func (s faultyStore) Items(ctx context.Context) iter.Seq2[recommender.Item, error] {
	if s.fault == "walks-backwards" {
		return func(yield func(recommender.Item, error) bool) {
			var list []recommender.Item
			for it, err := range s.Store.Items(ctx) {
				if err != nil {
					yield(it, err)
					return
				}
				list = append(list, it)
			}
			for _, it := range slices.Backward(list) {
				if !yield(it, nil) {
					return
				}
			}
		}
	}
	return s.Store.Items(ctx)
}

func (s faultyStore) Link(ctx context.Context, r *recommender.Resolution, canonical []recommender.Item) error {
	if s.fault == "ignores-links" {
		return nil
	}
	err := s.Store.Link(ctx, r, canonical)
	if s.fault == "takes-any-link" && errors.Is(err, recommender.ErrInvalid) {
		return nil
	}
	return err
}

func (s faultyStore) Delete(ctx context.Context, items []recommender.ItemID, users []recommender.UserID) error {
	if s.fault == "deletes-nothing" {
		return ctx.Err()
	}
	return s.Store.Delete(ctx, items, users)
}

func (s faultyStore) Close() error {
	if s.fault == "goes-on-after-close" {
		return nil
	}
	return s.Store.Close()
}

// A faultyLoader has a bulk path that leaves out a row.
type faultyLoader struct{ faultyStore }

func (s faultyLoader) Table(ctx context.Context, f recommender.Filter) (*recommender.Table, error) {
	t, err := s.Store.(*storage.Memory).Table(ctx, f)
	if err == nil && t.Len() > 0 {
		n := t.Len() - 1
		t.User, t.Item, t.Kind, t.Value, t.Unix = t.User[:n], t.Item[:n], t.Kind[:n], t.Value[:n], t.Unix[:n]
	}
	return t, err
}

// A faultyRegistry is a good Registry that breaks one rule.
type faultyRegistry struct {
	recommender.Registry
	fault string
}

var registryFaults = map[string]string{
	"loses-metrics":      "APublishedVersionReadsBack",
	"takes-an-ID-again":  "VersionsAreImmutable",
	"takes-any-ID":       "BadIDsAreRefused",
	"keeps-half-a-model": "AFailedPublishLeavesNothing",
	"sorts-by-ID":        "VersionsComeOldestFirst",
	"points-nowhere":     "UnknownVersionsAreNotFound",
	"keeps-every-alias":  "AliasesMoveAndGo",
}

func (r faultyRegistry) Publish(ctx context.Context, v recommender.Version, m io.WriterTo) error {
	if r.fault == "loses-metrics" {
		v.Metrics = nil
	}
	if r.fault == "keeps-half-a-model" {
		var b bytes.Buffer
		_, err := m.WriteTo(&b)
		return errors.Join(err, r.Registry.Publish(ctx, v, &b))
	}
	err := r.Registry.Publish(ctx, v, m)
	if (r.fault == "takes-an-ID-again" || r.fault == "takes-any-ID") && errors.Is(err, recommender.ErrInvalid) {
		return nil
	}
	return err
}

func (r faultyRegistry) Versions(ctx context.Context) ([]recommender.Version, error) {
	list, err := r.Registry.Versions(ctx)
	if r.fault == "sorts-by-ID" {
		slices.SortFunc(list, func(a, b recommender.Version) int { return cmp.Compare(a.ID, b.ID) })
	}
	return list, err
}

func (r faultyRegistry) Alias(ctx context.Context, name, id string) error {
	if r.fault == "keeps-every-alias" && id == "" {
		return nil
	}
	err := r.Registry.Alias(ctx, name, id)
	if r.fault == "points-nowhere" && errors.Is(err, recommender.ErrNotFound) {
		return nil
	}
	return err
}

// inChild says that this process is the one that fails.
const inChild = "OSUSUME_TEST_MUTANTS"

// A suite that reports to a *testing.T can only be seen to fail from outside:
// the mutants run in a child process.
func TestStoreAndRegistrySuitesFindEveryBrokenRule(t *testing.T) {
	if os.Getenv(inChild) != "" {
		for fault := range storeFaults {
			t.Run(fault, func(t *testing.T) {
				recommendertest.TestStore(t, func(*testing.T) recommender.Store {
					s := faultyStore{storage.NewMemory(), fault}
					if fault == "loads-other-rows" {
						return faultyLoader{s}
					}
					return s
				})
			})
		}
		for fault := range registryFaults {
			t.Run(fault, func(t *testing.T) {
				recommendertest.TestRegistry(t, func(*testing.T) recommender.Registry {
					return faultyRegistry{storage.NewMemory(), fault}
				})
			})
		}
		return
	}
	out := mutants(t, t.Name())
	for _, faults := range []map[string]string{storeFaults, registryFaults} {
		for fault, rule := range faults {
			if !strings.Contains(out, "--- FAIL: "+t.Name()+"/"+fault+"/"+rule+" ") {
				t.Errorf("%s passes what %s", rule, strings.ReplaceAll(fault, "-", " "))
			}
		}
	}
}

// mutants runs a test in a child process, where it must fail, and returns what
// that says.
func mutants(t *testing.T, test string) string {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+test+"$", "-test.v")
	child.Env = append(os.Environ(), inChild+"=1")
	out, err := child.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || bytes.Contains(out, []byte("panic: ")) {
		t.Fatalf("the mutants end with %v; want failed tests:\n%s", err, out)
	}
	return string(out)
}
