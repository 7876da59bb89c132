package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/osusume/osusume/recommender/eval"
)

// print writes the report for a person.
func (r *report) print(out io.Writer) error {
	p := &printer{out: out}
	p.line("")
	p.line("Osusume — %s, in %.0f s%s", r.Input, r.Seconds, memory(r.PeakRSS))
	p.data(r)
	p.models(r)
	p.cohorts(r)
	for _, u := range r.Users {
		p.user(u)
	}
	if r.Stranger != nil {
		p.user(*r.Stranger)
	}
	p.heading("Where it lies: " + r.Dir)
	p.table(func(w io.Writer) {
		for _, t := range r.Tables {
			pattern := t.Name + "-*.parquet"
			if t.Name == "model" {
				pattern = "model-*.bin"
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", pattern, plural(int(t.Rows), "row"), plural(t.Files, "file"), size(t.Bytes))
		}
	})
	p.heading("Next")
	for _, n := range r.Next {
		p.line("  %s", n)
	}
	return p.err
}

// A printer keeps the first error.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

func (p *printer) heading(s string) { p.line("\n%s", s) }

func (p *printer) table(fill func(w io.Writer)) {
	if p.err != nil {
		return
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fill(w)
	p.err = w.Flush()
}

func (p *printer) data(r *report) {
	p.heading("Data")
	var records, interactions []string
	for _, s := range slices.Sorted(maps.Keys(r.Data.Records)) {
		records = append(records, fmt.Sprintf("%s %s", s, count(r.Data.Records[s])))
	}
	for _, k := range slices.Sorted(maps.Keys(r.Data.Interactions)) {
		interactions = append(interactions, fmt.Sprintf("%s %s", k, count(r.Data.Interactions[k])))
	}
	p.line("  %s records (%s)", count(r.Dedup.Records), strings.Join(records, ", "))
	p.line("  %s titles after deduplication; %s of them unite several records, %s pairs await a person",
		count(r.Dedup.Canonical), count(r.Dedup.Merged), count(r.Dedup.Review))
	if r.Dedup.Truth {
		p.line("  against the truth: precision %.3f, recall %.3f, F1 %.3f", r.Dedup.Precision, r.Dedup.Recall, r.Dedup.F1)
	}
	p.line("  %s users; interactions: %s", count(r.Data.Users), strings.Join(interactions, ", "))
	if r.Data.Replaced > 0 {
		p.line("  %s earlier interactions of the same user with the same title were replaced by later ones", count(r.Data.Replaced))
	}
	if r.Data.Bad > 0 {
		p.line("  %s records could not be read:", count(r.Data.Bad))
		for _, b := range r.Data.BadSamples {
			p.line("    %s", b)
		}
	}
}

func (p *printer) models(r *report) {
	p.heading(fmt.Sprintf("Models, measured on %s users", count(r.TestUsers)))
	p.wrapped(r.Protocol + "; 95 % intervals.")
	liked := r.Ceiling != nil
	p.table(func(w io.Writer) {
		head := "  \tNDCG@10\t\tprecision@10\trecall@10\tcoverage"
		if liked {
			head += "\ttruly liked"
		}
		fmt.Fprintln(w, head)
		for _, m := range r.Models {
			row(w, m.Name, m.Metrics, fmt.Sprintf("%.1f %%", 100*m.Coverage), liked, m.Liked)
		}
		if liked {
			row(w, "oracle", r.Ceiling.Metrics, "", true, r.Ceiling.Liked)
		}
	})
	if liked {
		p.wrapped("The oracle knows the world. Its NDCG is the ceiling of the log: ranking by the true chance of being watched." +
			" \"Truly liked\" is the true chance that the user likes what is recommended; its ceiling is ranking by just that.")
	}
	for _, n := range r.Notes {
		p.wrapped(n)
	}
	p.line("  champion: %s", r.Champion)
}

func row(w io.Writer, name string, m map[string]eval.Interval, coverage string, withLiked bool, liked float64) {
	fmt.Fprintf(w, "  %s\t%.4f\t[%.4f, %.4f]\t%.4f\t%.4f\t%s", name, m["ndcg@10"].Mean, m["ndcg@10"].Lo, m["ndcg@10"].Hi,
		m["precision@10"].Mean, m["recall@10"].Mean, coverage)
	if withLiked {
		fmt.Fprintf(w, "\t%.1f %%", 100*liked)
	}
	fmt.Fprintln(w)
}

func (p *printer) cohorts(r *report) {
	p.heading("Cohorts")
	p.table(func(w io.Writer) {
		for _, c := range r.Cohorts {
			fmt.Fprintf(w, "  %s\t%.0f %%\t%s users\t%s\n", c.Name, 100*c.Share, count(c.Users), c.Version)
		}
	})
}

func (p *printer) user(u userReport) {
	p.heading(fmt.Sprintf("For %s (%s), from %s", u.User, u.Who, u.Model))
	if len(u.Liked) > 0 {
		p.line("  who liked %s", strings.Join(u.Liked, "; "))
	}
	for i, it := range u.Ranked {
		title := it.Title
		if it.Year != 0 {
			title += fmt.Sprintf(" (%d)", it.Year)
		}
		if len(it.Tags) > 0 {
			title += " · " + strings.Join(it.Tags, ", ")
		}
		p.line("  %d. %s", i+1, title)
		p.wrappedAt("     ", score(it.Score)+" = "+strings.Join(it.Reasons, "; "))
	}
}

// width is where long lines are broken.
const width = 100

func (p *printer) wrapped(text string) { p.wrappedAt("  ", text) }

// wrappedAt prints text in lines of at most width, each after indent.
func (p *printer) wrappedAt(indent, text string) {
	line := indent
	for word := range strings.FieldsSeq(text) {
		if line != indent && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			p.line("%s", line)
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	p.line("%s", line)
}

// count writes an integer with separators: 421,396.
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// score writes a blend's share with two digits, and a count as a count.
func score(s float32) string {
	if s >= 10 {
		return fmt.Sprintf("%.0f", s)
	}
	return fmt.Sprintf("%.2f", s)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

func size(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%.0f KiB", float64(bytes)/(1<<10))
}

func memory(rss int64) string {
	if rss == 0 {
		return ""
	}
	return " and " + size(rss) + " of memory"
}
