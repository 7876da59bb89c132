package dedup_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

func TestReadOverridesReadsWhatPeopleWrite(t *testing.T) {
	got, err := dedup.ReadOverrides(strings.NewReader(`
# decided in March
force a:1 b:1 c:1   # the remake
  block a:2	b:2
block a:3 b:3 c:3
force "a b:1" "x#\"y:2"
`), "overrides.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := &dedup.Overrides{
		Force: [][]id{{"a:1", "b:1", "c:1"}, {"a b:1", `x#"y:2`}},
		Block: [][2]id{{"a:2", "b:2"}, {"a:3", "b:3"}, {"a:3", "c:3"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("overrides (-want +got):\n%s", diff)
	}
}

func TestReadOverridesReportsEveryFaultWithItsLine(t *testing.T) {
	_, err := dedup.ReadOverrides(strings.NewReader(`merge a:1 b:1
force a:1
# fine
block a:2 a:2
force "a:3 b:3
force a:4 b:4
force b:4 c:4
block c:4 a:4
force "" b:5
`), "my.txt")
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"my.txt:1: \"merge\"", "my.txt:2: force needs", "my.txt:4: \"a:2\"", "my.txt:5: a quote", "my.txt:8: \"c:4\" and \"a:4\"", "my.txt:9: an empty ID"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
}

func TestReadOverridesTakesALineThatIsTooLong(t *testing.T) {
	_, err := dedup.ReadOverrides(strings.NewReader("force a:1 b:1\nforce "+strings.Repeat("a", 2<<20)+" b:1\n"), "x")
	if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "x:2:") {
		t.Errorf("error %v, want ErrInvalid at x:2", err)
	}
}

func TestOverridesWin(t *testing.T) {
	twin := func(id string) recommender.Item { return item(id, "Silver Tide", 2001, nil) }
	other := func(id string) recommender.Item { return item(id, "Copper Moon", 1980, nil) }
	records := []recommender.Item{twin("a:1"), twin("b:1"), twin("c:1"), other("a:2"), other("b:2")}
	for _, test := range []struct {
		name string
		o    *dedup.Overrides
		want []string
	}{
		{"nothing decided", nil, []string{"a:1 b:1 c:1", "a:2 b:2"}},
		{"a block", &dedup.Overrides{Block: [][2]id{{"a:1", "b:1"}}}, []string{"a:1 c:1", "a:2 b:2"}},
		{"two blocks", &dedup.Overrides{Block: [][2]id{{"a:1", "b:1"}, {"a:1", "c:1"}}}, []string{"a:2 b:2", "b:1 c:1"}},
		{"a force against all evidence", &dedup.Overrides{Force: [][]id{{"a:1", "b:2"}}}, []string{"a:1 b:2", "b:1 c:1"}},
		{"a force within a source", &dedup.Overrides{Force: [][]id{{"a:1", "a:2"}}}, []string{"a:1 a:2", "b:1 c:1"}},
		{"forces add up", &dedup.Overrides{Force: [][]id{{"a:1", "b:2"}, {"b:2", "c:1"}}}, []string{"a:1 b:2 c:1"}},
		{"records that are not there", &dedup.Overrides{Force: [][]id{{"a:1", "z:9"}}, Block: [][2]id{{"z:1", "a:1"}}}, []string{"a:1 b:1 c:1", "a:2 b:2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := resolve(t, dedup.Config{Overrides: test.o}, nil, records)
			if diff := cmp.Diff(test.want, groups(r)); diff != "" {
				t.Errorf("groups (-want +got):\n%s", diff)
			}
		})
	}
}

func TestForcedRecordsStayTogetherInAWorld(t *testing.T) {
	records, _ := world(300, 5)
	o := &dedup.Overrides{Force: [][]id{{records[0].ID, records[100].ID, records[200].ID}}, Block: [][2]id{{records[1].ID, records[2].ID}, {records[30].ID, records[31].ID}}}
	r := resolve(t, dedup.Config{Overrides: o}, nil, records)
	of := map[id]recommender.Link{}
	for _, l := range r.Links {
		of[l.Record] = l
	}
	for _, r := range o.Force[0] {
		if of[r].Canonical != of[o.Force[0][0]].Canonical || of[r].Confidence != 1 {
			t.Errorf("forced %q is linked as %v", r, of[r])
		}
	}
	for _, b := range o.Block {
		if of[b[0]].Canonical == of[b[1]].Canonical {
			t.Errorf("blocked %q and %q are one item", b[0], b[1])
		}
	}
}

func TestConfigRefusesOverridesThatContradict(t *testing.T) {
	_, err := dedup.Config{Overrides: &dedup.Overrides{Force: [][]id{{"a:1", "b:1"}}, Block: [][2]id{{"b:1", "a:1"}}}}.Resolve(t.Context(), nil, nil)
	if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "Block[0]") {
		t.Errorf("error %v, want ErrInvalid that names Block[0]", err)
	}
}

func FuzzReadOverrides(f *testing.F) {
	f.Add("force a:1 b:1 # x\nblock \"a b\" c\n")
	f.Add("force\nblock a\n\"")
	f.Add("force \"\\x00\" \"\xff\"")
	f.Fuzz(func(t *testing.T, s string) {
		o, err := dedup.ReadOverrides(strings.NewReader(s), "fuzz")
		if err != nil {
			if !errors.Is(err, recommender.ErrInvalid) {
				t.Fatalf("error %v", err)
			}
			return
		}
		var b strings.Builder
		if _, err := o.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		again, err := dedup.ReadOverrides(strings.NewReader(b.String()), "again")
		if err != nil {
			t.Fatalf("%v in %q", err, b.String())
		}
		if diff := cmp.Diff(o, again); diff != "" {
			t.Errorf("written and read (-want +got):\n%s", diff)
		}
	})
}

func ExampleReadOverrides() {
	o, err := dedup.ReadOverrides(strings.NewReader("block one:1 two:8 # a remake\n"), "overrides.txt")
	if err != nil {
		fmt.Println(err)
		return
	}
	o.WriteTo(os.Stdout)
	// Output: block one:1 two:8
}
