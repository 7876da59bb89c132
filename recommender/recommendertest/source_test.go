package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// A memorySource has three pages of two items and a bad record. Its faults break
// one rule of the contract each.
type memorySource struct{ fault string }

func (s memorySource) Name() string {
	if s.fault == "nameless" {
		return ""
	}
	return "memory"
}

var (
	walksSoFar int
	sharedPage = recommender.Page{Items: make([]recommender.Item, 2)}
	leaks      = make(chan struct{})
)

func (s memorySource) Pages(ctx context.Context, from recommender.Cursor) iter.Seq2[recommender.Page, error] {
	return func(yield func(recommender.Page, error) bool) {
		start, err := strconv.Atoi("0" + string(from))
		if err != nil {
			yield(recommender.Page{}, err)
			return
		}
		if s.fault == "shaky" {
			walksSoFar++
		}
		if s.fault == "leaky" {
			go func() { <-leaks }()
		}
		if s.fault == "restarts" {
			start = 0
		}
		for i := start; i < 3; i++ {
			if err := ctx.Err(); err != nil && s.fault != "deaf" {
				page := recommender.Page{}
				if s.fault == "talkative" {
					page.Done = 1
				}
				if yield(page, err) && s.fault == "persistent" {
					yield(page, err)
				}
				return
			}
			page := recommender.Page{
				Items: []recommender.Item{s.item(2 * i), s.item(2*i + 1)},
				Bad:   []*recommender.RecordError{{Source: "memory", Where: fmt.Sprintf("line %d", i), Err: errors.New("unreadable")}},
				Next:  recommender.Cursor(strconv.Itoa(i + 1)),
			}
			switch s.fault {
			case "cursorless":
				page.Next = ""
			case "sharing":
				copy(sharedPage.Items, page.Items)
				page.Items = sharedPage.Items
			case "mute":
				page.Bad[0].Err = nil
			}
			if !yield(page, nil) {
				return
			}
		}
	}
}

func (s memorySource) item(i int) recommender.Item {
	id := recommender.RecordID("memory", strconv.Itoa(i))
	if s.fault == "foreign" {
		id = recommender.RecordID("elsewhere", strconv.Itoa(i))
	}
	return recommender.Item{ID: id, Title: fmt.Sprintf("%d.%d", i, walksSoFar), Tags: []string{"a", "b"}}
}

func TestMemorySourceKeepsTheContract(t *testing.T) { TestSource(t, memorySource{}) }

func TestSourceSuiteFindsEveryBrokenRule(t *testing.T) {
	defer close(leaks)
	for _, c := range []struct{ fault, check string }{
		{"nameless", "NameAndRecordIDs"},
		{"foreign", "NameAndRecordIDs"},
		{"mute", "NameAndRecordIDs"},
		{"shaky", "WalkRepeats"},
		{"restarts", "ResumesAtEveryCursor"},
		{"cursorless", "ResumesAtEveryCursor"},
		{"deaf", "ErrorIsLast"},
		{"talkative", "ErrorIsLast"},
		{"persistent", "ErrorIsLast"},
		{"deaf", "HonoursContext"},
		{"leaky", "BreakReleases"},
		{"sharing", "TwoWalksAtOnce"},
		{"sharing", "CallerOwnsPages"},
	} {
		t.Run(c.fault+"/"+c.check, func(t *testing.T) {
			for _, check := range sourceChecks {
				if check.name != c.check {
					continue
				}
				err := check.check(memorySource{c.fault})
				if err == nil {
					t.Errorf("%s passes a %s source", c.check, c.fault)
				}
			}
		})
	}
}
