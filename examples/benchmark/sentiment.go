package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/osusume/osusume/sentiment"
)

const sentimentHelp = `benchmark sentiment scores texts and compares them with what people said.

  benchmark sentiment -texts amazon.csv -score mean_valence
  benchmark sentiment -texts reviews.csv -text review -label rating -positive 7
  benchmark sentiment -texts reviews.csv -mask anime.jsonl.gz -lexicon fiction

With -score, a number centred at zero: Pearson's r with the compound, and three
classes on each one's own scale (positive from 0.05 on, negative from −0.05
down, else neutral), F1 weighted by their support. With -label, 0 or 1, or a
rating that is positive from -positive on: accuracy, and F1 of the positives,
where a compound of 0 or more is positive.

-mask names a catalogue (CSV, JSONL and so on, as other commands read them)
whose titles and synonyms are left out of texts, or a .txt file with a name on
each line. -lexicon is english, fiction, or a file in the lexicon format. -learn
names a file with the columns of -texts, from which a lexicon is learned first.
-strict scores as release 3.3.2 of vaderSentiment does.

Output: a line, or with -json an object with the fields texts, pearson_r,
f1_weighted, accuracy, texts_per_second and coverage (share of texts with a
word that is known); with -label f1 in the place of pearson_r and f1_weighted.
-out writes the compounds to a file, one a line. Texts are scored until half a
second has passed, on one core.
`

type sentimentResult struct {
	Texts          int     `json:"texts"`
	PearsonR       *finite `json:"pearson_r,omitempty"`
	F1Weighted     *finite `json:"f1_weighted,omitempty"`
	F1             *finite `json:"f1,omitempty"`
	Accuracy       finite  `json:"accuracy"`
	TextsPerSecond float64 `json:"texts_per_second"`
	Coverage       finite  `json:"coverage"`
}

func judge(ctx context.Context, args []string, out, notes io.Writer) error {
	f := newFlags("sentiment", sentimentHelp, out, notes)
	file := f.String("texts", "", "`file` of texts with a judgement each")
	text := f.String("text", "text", "`column` of the text")
	score := f.String("score", "", "`column` of a number centred at zero")
	label := f.String("label", "", "`column` of a label or a rating")
	positive := f.Float64("positive", 1, "with -label: the least that is positive")
	mask := f.String("mask", "", "`file` of names to be left out of texts")
	lexicon := f.String("lexicon", "english", "english, fiction or a `file`")
	learn := f.String("learn", "", "`file` of texts with judgements to learn from")
	strict := f.Bool("strict", false, "score as vaderSentiment 3.3.2 does")
	compounds := f.String("out", "", "`file` to write the compounds to")
	asJSON := f.Bool("json", false, "print JSON")
	if err := f.parse(args, "texts"); err != nil {
		return err
	}
	switch {
	case *score != "" && *label != "":
		return errors.New("-score and -label exclude each other")
	case *strict && (*mask != "" || *lexicon != "english" || *learn != ""):
		return errors.New("-strict excludes -mask, -lexicon and -learn")
	case *score == "" && *label == "":
		*score = "mean_valence"
	}
	o := sentiment.Options{Strict: *strict}
	var err error
	if !*strict {
		if o.Lexicon, err = readLexicon(*lexicon); err != nil {
			return err
		}
	}
	if *mask != "" {
		names, err := readNames(ctx, *mask, notes)
		if err != nil {
			return err
		}
		o.Mask = sentiment.NewMask(names)
	}
	judged := func(file string) (texts []string, judgements []float64, err error) {
		err = column(file, []string{*text, *score + *label}, func(v []string) error {
			x, err := strconv.ParseFloat(v[1], 64)
			if err != nil || x != x {
				return fmt.Errorf("%q is not a number", v[1])
			}
			texts, judgements = append(texts, v[0]), append(judgements, x)
			return nil
		})
		return texts, judgements, err
	}
	if *learn != "" {
		texts, judgements, err := judged(*learn)
		if err != nil {
			return err
		}
		if o.Lexicon, err = learned(ctx, o.Lexicon, texts, judgements, *label != "", *positive); err != nil {
			return err
		}
	}
	texts, judgements, err := judged(*file)
	if err != nil {
		return err
	}
	analyzer, err := sentiment.New(o)
	if err != nil {
		return err
	}
	scores, speed, err := scoreTexts(ctx, analyzer, texts)
	if err != nil {
		return err
	}
	if *compounds != "" {
		if err := writeCompounds(*compounds, scores); err != nil {
			return err
		}
	}
	result, err := compare(scores, judgements, *label != "", *positive)
	if err != nil {
		return err
	}
	result.TextsPerSecond = speed
	if *asJSON {
		return writeJSON(out, result)
	}
	return result.line(out)
}

func readLexicon(name string) (*sentiment.Lexicon, error) {
	switch name {
	case "english":
		return sentiment.English(), nil
	case "fiction":
		return sentiment.Fiction(), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	l, err := sentiment.ReadLexicon(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return l, nil
}

// readNames reads the names of a catalogue, or of a list with one on each line.
func readNames(ctx context.Context, path string, notes io.Writer) ([]string, error) {
	if strings.HasSuffix(path, ".txt") {
		text, err := os.ReadFile(path)
		return strings.Split(string(text), "\n"), err
	}
	items, err := readItems(ctx, "mask", path, false, notes)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, it := range items {
		names = append(append(names, it.Title), it.Aliases...)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no names", path)
	}
	return names, nil
}

// learned returns the base with what the judgements teach. Scores are taken on
// their own scale, whose end is the farthest of them.
func learned(ctx context.Context, base *sentiment.Lexicon, texts []string, judgements []float64, labels bool, positive float64) (*sentiment.Lexicon, error) {
	top := 0.0
	for _, j := range judgements {
		top = max(top, math.Abs(j))
	}
	examples := make([]sentiment.Example, len(texts))
	for i, j := range judgements {
		rating := j / max(top, 1e-9)
		if labels {
			rating = -1
			if j >= positive {
				rating = 1
			}
		}
		examples[i] = sentiment.Example{Text: texts[i], Rating: rating}
	}
	return sentiment.Learn(ctx, examples, sentiment.LearnOptions{Base: base})
}

func writeCompounds(path string, scores []sentiment.Score) error {
	var b []byte
	for _, s := range scores {
		b = append(strconv.AppendFloat(b, s.Compound, 'g', -1, 64), '\n')
	}
	return os.WriteFile(path, b, 0o644)
}

// scoreTexts scores texts until half a second has passed and returns how many a
// second.
func scoreTexts(ctx context.Context, analyzer *sentiment.Analyzer, texts []string) ([]sentiment.Score, float64, error) {
	scores := make([]sentiment.Score, len(texts))
	start, n := time.Now(), 0
	for n == 0 || n > 0 && time.Since(start) < time.Second/2 {
		if err := analyzer.ScoreTexts(ctx, texts, scores); err != nil {
			return nil, 0, err
		}
		n += len(texts)
	}
	return scores, float64(n) / max(time.Since(start).Seconds(), 1e-9), nil
}

func compare(scores []sentiment.Score, judgements []float64, labels bool, positive float64) (*sentimentResult, error) {
	if !labels {
		a, err := sentiment.Agree(scores, judgements)
		if err != nil {
			return nil, err
		}
		r, f1 := finite(a.PearsonR), finite(a.F1Weighted)
		return &sentimentResult{Texts: a.Texts, PearsonR: &r, F1Weighted: &f1, Accuracy: finite(a.Accuracy), Coverage: finite(a.Coverage)}, nil
	}
	likes := make([]bool, len(judgements))
	for i, j := range judgements {
		likes[i] = j >= positive
	}
	a, err := sentiment.AgreeLabels(scores, likes)
	if err != nil {
		return nil, err
	}
	f1 := finite(a.F1)
	return &sentimentResult{Texts: a.Texts, F1: &f1, Accuracy: finite(a.Accuracy), Coverage: finite(a.Coverage)}, nil
}

func (r *sentimentResult) line(out io.Writer) error {
	fmt.Fprintf(out, "%d texts: ", r.Texts)
	if r.PearsonR != nil {
		fmt.Fprintf(out, "r %.4f, weighted F1 %.4f, ", float64(*r.PearsonR), float64(*r.F1Weighted))
	} else {
		fmt.Fprintf(out, "F1 %.4f, ", float64(*r.F1))
	}
	_, err := fmt.Fprintf(out, "accuracy %.4f, coverage %.4f, %.0f texts/s\n", float64(r.Accuracy), float64(r.Coverage), r.TextsPerSecond)
	return err
}
