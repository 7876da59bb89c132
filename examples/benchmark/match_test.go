package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// catalogues of the same sixty products under other numbers.
func catalogues() (left, right, truth string) {
	var l, r, t strings.Builder
	l.WriteString("id,name,price\n")
	r.WriteString("key,name,price\n")
	t.WriteString("shop_id,store_id\n")
	for i := range 60 {
		name := fmt.Sprintf("%s %s X%d", []string{"amber", "birch", "cobalt", "dune"}[i%4], []string{"lamp", "chair", "kettle"}[i%3], 100+37*i)
		fmt.Fprintf(&l, "a%d,%s,%d\n", i, name, 20+i)
		fmt.Fprintf(&r, "b%d,The %s,%d\n", (i*7)%60, strings.ToUpper(name), 20+i)
		fmt.Fprintf(&t, "a%d,b%d\n", i, (i*7)%60)
	}
	return l.String(), r.String(), t.String()
}

func TestMatchJudgesTwoTables(t *testing.T) {
	l, r, truth := catalogues()
	left, right, pairs := write(t, "shop.csv", l), write(t, "store.csv", r), write(t, "truth.csv", truth)
	for _, args := range [][]string{
		{"match", "-left", left, "-right", right, "-truth", pairs, "-json"},
		{"match", "-left", right, "-right", left, "-truth", pairs, "-json"}, // columns in any order
		{"match", "-left", left, "-right", right, "-truth", pairs, "-on", "name", "-json"},
	} {
		o := objects(t, do(t, args...))[0]
		wantFields(t, o, "left", "right", "matches", "true", "seconds", "peak_rss_bytes", "precision", "recall", "f1", "blocking_recall")
		if o["left"] != 60.0 || o["true"] != 60.0 || o["f1"].(float64) < 0.95 || o["blocking_recall"] != 1.0 {
			t.Errorf("%v: %v", args, o)
		}
	}
	if out := do(t, "match", "-left", left, "-right", right, "-truth", pairs); !strings.Contains(out, "60 × 60 rows") {
		t.Errorf("summary %q", out)
	}
}

func TestMatchResolvesOneTable(t *testing.T) {
	var rows, febrl strings.Builder
	rows.WriteString("id,name,town,person\n")
	febrl.WriteString("rec_id,name,town\n")
	for i := range 50 {
		name := fmt.Sprintf("%c%childa marlo%c%c", 'a'+i%26, 'a'+i%7, 'a'+i*3%26, 'a'+i%11)
		town := fmt.Sprintf("%cville", 'a'+i*5%26)
		fmt.Fprintf(&rows, "%d,%s,%s,p%d\n%d,%s,%s,p%d\n", 2*i, name, town, i, 2*i+1, name, town, i)
		fmt.Fprintf(&febrl, "rec-%d-org,%s,%s\nrec-%d-dup-0,%s,%s\n", i, name, town, i, name, town)
	}
	for file, cluster := range map[string]string{
		write(t, "people.csv", rows.String()): "person", write(t, "febrl.csv", febrl.String()): "rec_id:febrl",
	} {
		o := objects(t, do(t, "match", "-self", file, "-cluster", cluster, "-json"))[0]
		if o["left"] != 100.0 || o["true"] != 50.0 || o["f1"].(float64) < 0.95 {
			t.Errorf("-cluster %s: %v", cluster, o)
		}
	}
}

func TestMatchExplainsMistakes(t *testing.T) {
	l, r, truth := catalogues()
	left, right, pairs := write(t, "shop.csv", l), write(t, "store.csv", r), write(t, "truth.csv", truth)
	twice := write(t, "twice.csv", "id,name\n1,a\n1,b\n")
	thin := write(t, "thin.csv", "id\n1\n")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-left", left}, "-right"},
		{[]string{"-self", left, "-left", left}, "stands alone"},
		{[]string{"-self", left}, "-cluster"},
		{[]string{"-self", left, "-cluster", "colour"}, `"colour"`},
		{[]string{"-self", left, "-cluster", "name:odd"}, "febrl"},
		{[]string{"-self", left, "-cluster", "id:febrl"}, "rec-12-org"},
		{[]string{"-self", left, "-cluster", "id"}, "no two rows"},
		{[]string{"-left", left, "-right", right, "-truth", left}, `"shop_id"`},
		{[]string{"-left", left, "-right", right, "-truth", pairs, "-on", "colour"}, `"colour"`},
		{[]string{"-left", left, "-right", write(t, "shop.csv", r), "-truth", pairs}, "both called shop"},
		{[]string{"-left", twice, "-right", right, "-truth", pairs}, "twice"},
		{[]string{"-left", thin, "-right", right, "-truth", pairs}, "nothing to compare"},
		{[]string{"-left", left, "-right", right, "-truth", write(t, "t2.csv", "shop_id,store_id\nx,y\n")}, "no pair"},
	} {
		var out, notes bytes.Buffer
		if code := run(t.Context(), append([]string{"match"}, c.args...), &out, &notes); code == 0 || !strings.Contains(notes.String(), c.want) {
			t.Errorf("match %v: exit code %d, %q; want %q", c.args, code, notes.String(), c.want)
		}
	}
	if out := do(t, "match", "--help"); !strings.Contains(out, "blocking_recall") {
		t.Errorf("help:\n%s", out)
	}
}
