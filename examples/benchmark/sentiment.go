package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/osusume/osusume/sentiment"
)

const sentimentHelp = `benchmark sentiment scores texts and compares them with what people said.

  benchmark sentiment -texts amazon.csv -score mean_valence
  benchmark sentiment -texts reviews.csv -text review -label rating -positive 7

With -score, a number centred at zero: Pearson's r with the compound, and three
classes on each one's own scale (positive from 0.05 on, negative from −0.05
down, else neutral), F1 weighted by their support. With -label, 0 or 1, or a
rating that is positive from -positive on: accuracy, and F1 of the positives,
where a compound of 0 or more is positive.

Output: a line, or with -json an object with the fields texts, pearson_r,
f1_weighted, accuracy, texts_per_second and coverage (share of texts with a
word that is known); with -label f1 in the place of pearson_r and f1_weighted.
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
	asJSON := f.Bool("json", false, "print JSON")
	if err := f.parse(args, "texts"); err != nil {
		return err
	}
	switch {
	case *mask != "":
		return errors.New("-mask is not there yet: names are scored like other words")
	case *score != "" && *label != "":
		return errors.New("-score and -label exclude each other")
	case *score == "" && *label == "":
		*score = "mean_valence"
	}
	var texts []string
	var judgements []float64
	err := column(*file, []string{*text, *score + *label}, func(v []string) error {
		x, err := strconv.ParseFloat(v[1], 64)
		if err != nil || x != x {
			return fmt.Errorf("%q is not a number", v[1])
		}
		texts, judgements = append(texts, v[0]), append(judgements, x)
		return nil
	})
	if err != nil {
		return err
	}
	result, err := scoreTexts(ctx, texts, judgements, *label != "", *positive)
	if err != nil {
		return err
	}
	if *asJSON {
		return writeJSON(out, result)
	}
	return result.line(out)
}

func scoreTexts(ctx context.Context, texts []string, judgements []float64, labels bool, positive float64) (*sentimentResult, error) {
	analyzer, err := sentiment.New(sentiment.Options{})
	if err != nil {
		return nil, err
	}
	scores := make([]sentiment.Score, len(texts))
	start := time.Now()
	for i, t := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		scores[i] = analyzer.Score(t)
	}
	speed := float64(len(texts)) / max(time.Since(start).Seconds(), 1e-9)
	if !labels {
		a, err := sentiment.Agree(scores, judgements)
		if err != nil {
			return nil, err
		}
		r, f1 := finite(a.PearsonR), finite(a.F1Weighted)
		return &sentimentResult{
			Texts: a.Texts, PearsonR: &r, F1Weighted: &f1,
			Accuracy: finite(a.Accuracy), TextsPerSecond: speed, Coverage: finite(a.Coverage),
		}, nil
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
	return &sentimentResult{Texts: a.Texts, F1: &f1, Accuracy: finite(a.Accuracy), TextsPerSecond: speed, Coverage: finite(a.Coverage)}, nil
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
