package dedup_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

func TestReliabilityByHand(t *testing.T) {
	links := []recommender.Link{
		{Record: "a:1", Canonical: "x", Confidence: 0.8}, {Record: "b:1", Canonical: "x", Confidence: 0.8}, {Record: "c:2", Canonical: "x", Confidence: 0.6},
		{Record: "a:3", Canonical: "y", Confidence: 1}, {Record: "b:3", Canonical: "y", Confidence: 1},
		{Record: "a:4", Canonical: "z", Confidence: 1},                                                     // alone
		{Record: "a:5", Canonical: "u", Confidence: 0.2}, {Record: "b:9", Canonical: "u", Confidence: 0.2}, // truth does not know one
		{Record: "a:6", Canonical: "v", Confidence: 0.2}, {Record: "gone:6", Canonical: "v", Confidence: 0.2}, // one is excluded
	}
	truth := map[id]string{"a:1": "1", "b:1": "1", "c:2": "2", "a:3": "3", "b:3": "3", "a:4": "4", "a:5": "5", "a:6": "6", "gone:6": "6"}
	want := []dedup.Bin{
		{From: 0, To: 0.5},
		{From: 0.5, To: 0.7, Links: 1, Said: 0.6, True: 0},
		{From: 0.7, To: 0.9, Links: 2, Said: 0.8, True: 0.5},
		{From: 0.9, To: 0.95}, {From: 0.95, To: 0.99}, {From: 0.99, To: 0.999},
		{From: 0.999, To: 1, Links: 2, Said: 1, True: 1},
	}
	got := dedup.Reliability(links, truth, map[id]bool{"gone:6": true})
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("reliability (-want +got):\n%s", diff)
	}
}
