package dedup_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

func TestExplainDoesNotDependOnTheOrderOfTheTwo(t *testing.T) {
	a := item("z:1", "Kyōkai no Hotaru 2", 2004, []string{"境界の蛍"}, recommender.AttrFormat, "TV")
	b := item("a:1", "Kyoukai no Hotaru: Second Season", 2005, nil, recommender.AttrFormat, "OVA", recommender.AttrEpisodes, "3")
	one, two := dedup.Explain(a, b), dedup.Explain(b, a)
	if one.Probability != two.Probability || len(one.Evidence) != len(two.Evidence) {
		t.Fatalf("Explain(a, b) = %v\nExplain(b, a) = %v", one, two)
	}
	for i, e := range one.Evidence {
		f := two.Evidence[i]
		f.A, f.B = f.B, f.A
		if e != f {
			t.Errorf("evidence %d: %v and, turned, %v", i, e, f)
		}
	}
}

func TestExplainNamesTheContradiction(t *testing.T) {
	e := dedup.Explain(item("a:1", "Silent Orchard", 1978, nil), item("b:1", "Silent Orchard", 2016, nil))
	if !e.Apart || e.Probability != 0 {
		t.Errorf("works 38 years apart: %v", e)
	}
	e = dedup.Explain(item("a:1", "Silent Orchard Season 2", 0, nil), item("b:1", "Silent Orchard Season 3", 0, nil))
	if !e.Apart {
		t.Errorf("seasons 2 and 3: %v", e)
	}
}

func TestExplainKnowsWhatRecordsReferTo(t *testing.T) {
	a, b := item("a:1", "Silent Orchard", 2010, nil), item("b:1", "Silent Orchard", 2010, nil)
	for ref, want := range map[recommender.ItemID]string{"b:1": "equal", "b:9": "different", "c:1": ""} {
		a.Refs = []recommender.ItemID{ref}
		got := ""
		for _, e := range dedup.Explain(a, b).Evidence {
			if e.Field == "reference" {
				got = e.Level
			}
		}
		if got != want {
			t.Errorf("a reference to %s: got %q; want %q", ref, got, want)
		}
	}
}

func TestExplainTakesYearsThatCannotBe(t *testing.T) {
	dedup.Explain(item("a:1", "Silent Orchard", math.MinInt+1, nil), item("b:1", "Silent Orchard", 1, nil)) // their difference is no int
}

func TestExplainTakesAnyTwoItems(t *testing.T) {
	e := dedup.Explain(recommender.Item{}, recommender.Item{})
	if e.Probability > 0.9 || len(e.Evidence) != 0 {
		t.Errorf("two empty items: %v", e)
	}
	same := item("a:1", "Silent Orchard", 2016, nil)
	if e := dedup.Explain(same, same); e.Probability < 0.9 {
		t.Errorf("an item and itself: %v", e)
	}
}

func ExampleExplain() {
	a := recommender.Item{ID: "one:1", Title: "Silent Orchard 2nd Season", Year: 2012}
	b := recommender.Item{ID: "two:8", Title: "Silent Orchard II", Year: 2012}
	for _, e := range dedup.Explain(a, b).Evidence {
		fmt.Printf("%s %s: %q, %q\n", e.Field, e.Level, e.A, e.B)
	}
	// Unordered output:
	// year equal: "2012", "2012"
	// latin title equal in other words: "Silent Orchard 2nd Season", "Silent Orchard II"
	// season equal: "2", "2"
}
