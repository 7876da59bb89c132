package recommendertest

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
)

// TestRegistry checks the contract of [recommender.Registry]. open returns a
// new, empty Registry at each call.
func TestRegistry(t *testing.T, open func(t *testing.T) recommender.Registry) {
	t.Helper()
	rules := []struct {
		name  string
		check func(t *testing.T, r recommender.Registry)
	}{
		{"APublishedVersionReadsBack", registryReadsBack},
		{"VersionsAreImmutable", registryImmutable},
		{"BadIDsAreRefused", registryRefusesIDs},
		{"AFailedPublishLeavesNothing", registryAtomic},
		{"VersionsComeOldestFirst", registryOrder},
		{"UnknownVersionsAreNotFound", registryNotFound},
		{"AliasesMoveAndGo", registryAliases},
		{"ConcurrentUseIsSafe", registryConcurrent},
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) { rule.check(t, open(t)) })
	}
}

// blob is a model of those bytes.
type blob string

func (b blob) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, string(b))
	return int64(n), err
}

var errBroken = errors.New("the model cannot be written")

// broken fails in the middle of its bytes.
type broken struct{}

func (broken) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, "half a mod")
	return int64(n), errors.Join(err, errBroken)
}

func version(id string, minute int) recommender.Version {
	return recommender.Version{ID: id, Kind: "bpr", Created: at(minute)}
}

func publish(t *testing.T, r recommender.Registry, v recommender.Version, m io.WriterTo) {
	t.Helper()
	if err := r.Publish(t.Context(), v, m); err != nil {
		t.Fatalf("Publish(%q): %v", v.ID, err)
	}
}

func content(t *testing.T, r recommender.Registry, id string) (recommender.Version, string) {
	t.Helper()
	v, rc, err := r.Open(t.Context(), id)
	if err != nil {
		t.Fatalf("Open(%q): %v", id, err)
	}
	b, err := io.ReadAll(rc)
	if err != nil {
		t.Fatalf("read %q: %v", id, err)
	}
	if err := rc.Close(); err != nil {
		t.Fatalf("close %q: %v", id, err)
	}
	return v, string(b)
}

func registryReadsBack(t *testing.T, r recommender.Registry) {
	want := recommender.Version{
		ID: "bpr-1.0_a", Kind: "bpr", Created: at(1), Metrics: map[string]float64{"ndcg@10": 0.25, "mrr": 0},
		Config: map[string]string{"factors": "64", "empty": ""}, Data: "v7", Parts: []string{"x", "y"},
	}
	big := blob(strings.Repeat("model bytes ", 100_000))
	publish(t, r, want, big)
	publish(t, r, version("empty", 2), blob(""))
	got, bytes := content(t, r, want.ID)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("version (-want +got):\n%s", diff)
	}
	if bytes != string(big) {
		t.Errorf("got %d bytes of the model back; want the %d that were published", len(bytes), len(big))
	}
	if _, bytes := content(t, r, "empty"); bytes != "" {
		t.Errorf("got %q of an empty model; want nothing", bytes)
	}
}

func registryImmutable(t *testing.T, r recommender.Registry) {
	v := version("one", 1)
	v.Metrics = map[string]float64{"mrr": 1}
	publish(t, r, v, blob("first"))
	v.Metrics["mrr"] = 2
	wantError(t, r.Publish(t.Context(), v, blob("second")), recommender.ErrInvalid, "a second Publish of an ID")
	got, bytes := content(t, r, "one")
	if bytes != "first" || got.Metrics["mrr"] != 1 {
		t.Errorf("got %q with metrics %v; want what was published first", bytes, got.Metrics)
	}
}

func registryRefusesIDs(t *testing.T, r recommender.Registry) {
	for _, id := range []string{"", "a/b", "../a", "a b", "ä", "a\x00", `a\b`, "a:b"} {
		wantError(t, r.Publish(t.Context(), version(id, 1), blob("x")), recommender.ErrInvalid, fmt.Sprintf("Publish of ID %q", id))
	}
	versions, err := r.Versions(t.Context())
	if err != nil || len(versions) != 0 {
		t.Errorf("Versions: got %v, %v; want none", versions, err)
	}
}

func registryAtomic(t *testing.T, r recommender.Registry) {
	wantError(t, r.Publish(t.Context(), version("one", 1), broken{}), errBroken, "Publish of a model that cannot be written")
	_, _, err := r.Open(t.Context(), "one")
	wantError(t, err, recommender.ErrNotFound, "Open after a failed Publish")
	publish(t, r, version("one", 1), blob("whole"))
	if _, bytes := content(t, r, "one"); bytes != "whole" {
		t.Errorf("got %q; want what the second try published", bytes)
	}
}

func registryOrder(t *testing.T, r recommender.Registry) {
	var want []recommender.Version
	for i, id := range []string{"m", "z", "a", "k"} {
		publish(t, r, version(id, i), blob(id))
		want = append(want, version(id, i))
	}
	got, err := r.Versions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("versions (-want +got); oldest first:\n%s", diff)
	}
}

func registryNotFound(t *testing.T, r recommender.Registry) {
	_, _, err := r.Open(t.Context(), "nobody")
	wantError(t, err, recommender.ErrNotFound, "Open of an unknown version")
	wantError(t, r.Alias(t.Context(), "champion", "nobody"), recommender.ErrNotFound, "Alias of an unknown version")
}

func registryAliases(t *testing.T, r recommender.Registry) {
	publish(t, r, version("one", 1), blob("1"))
	publish(t, r, version("two", 2), blob("2"))
	wantError(t, r.Alias(t.Context(), "", "one"), recommender.ErrInvalid, "Alias without a name")
	steps := []struct {
		name, id string
		want     map[string]string
	}{
		{"champion", "one", map[string]string{"champion": "one"}},
		{"challenger", "one", map[string]string{"champion": "one", "challenger": "one"}},
		{"champion", "two", map[string]string{"champion": "two", "challenger": "one"}},
		{"challenger", "", map[string]string{"champion": "two"}},
		{"never there", "", map[string]string{"champion": "two"}},
	}
	for _, step := range steps {
		if err := r.Alias(t.Context(), step.name, step.id); err != nil {
			t.Fatalf("Alias(%q, %q): %v", step.name, step.id, err)
		}
		got, err := r.Aliases(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("aliases after Alias(%q, %q) (-want +got):\n%s", step.name, step.id, diff)
		}
	}
}

func registryConcurrent(t *testing.T, r recommender.Registry) {
	const n = 4
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			id := fmt.Sprint("v", i)
			if err := r.Publish(t.Context(), version(id, i), blob(id)); err != nil {
				t.Errorf("Publish: %v", err)
			}
			if err := r.Alias(t.Context(), "champion", id); err != nil {
				t.Errorf("Alias: %v", err)
			}
		})
		wg.Go(func() {
			if _, err := r.Versions(t.Context()); err != nil {
				t.Errorf("Versions: %v", err)
			}
			if _, err := r.Aliases(t.Context()); err != nil {
				t.Errorf("Aliases: %v", err)
			}
		})
	}
	wg.Wait()
	versions, err := r.Versions(t.Context())
	if err != nil || len(versions) != n {
		t.Errorf("Versions: got %d, %v; want %d", len(versions), err, n)
	}
}
