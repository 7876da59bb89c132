package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const judgedTexts = "label,mean_valence,text\n1,2,I watched Bad Zorbo yesterday.\n0,-2,It was flub.\n0,-1,not great\n"

func TestSentimentMasksNames(t *testing.T) {
	texts := write(t, "texts.csv", judgedTexts)
	for name, content := range map[string]string{
		"names.txt":   "Other\nBad Zorbo\n",
		"items.csv":   "id,title\n1,Bad Zorbo\n2,Other\n",
		"items.jsonl": `{"id":1,"title":"Zorbo warui","synonyms":["Bad Zorbo"]}` + "\n",
	} {
		plain := objects(t, do(t, "sentiment", "-texts", texts, "-label", "label", "-json"))[0]
		masked := objects(t, do(t, "sentiment", "-texts", texts, "-label", "label", "-json", "-mask", write(t, name, content)))[0]
		if plain["accuracy"].(float64) >= masked["accuracy"].(float64) {
			t.Errorf("%s: accuracy %v, without a mask %v", name, masked["accuracy"], plain["accuracy"])
		}
	}
}

func TestSentimentReadsAndLearnsLexicons(t *testing.T) {
	texts := write(t, "texts.csv", judgedTexts)
	lexicon := write(t, "own.txt", "word\tflub\t-3\nnegation\tnot\nword\tgreat\t3\n")
	for _, args := range [][]string{{"-lexicon", lexicon}, {"-learn", texts, "-lexicon", "fiction"}} {
		args = append([]string{"sentiment", "-texts", texts, "-label", "label", "-json"}, args...)
		if o := objects(t, do(t, args...))[0]; o["accuracy"] != 1.0 {
			t.Errorf("%q: accuracy %v, want 1", args, o["accuracy"])
		}
	}
	out := filepath.Join(t.TempDir(), "compounds.txt")
	do(t, "sentiment", "-texts", texts, "-strict", "-out", out)
	data, err := os.ReadFile(out)
	if want := "-0.5423\n0\n-0.5096\n"; err != nil || string(data) != want {
		t.Errorf("compounds %q, error %v; want %q", data, err, want)
	}
}

func TestSentimentSaysWhatIsWrong(t *testing.T) {
	texts := write(t, "texts.csv", judgedTexts)
	for want, args := range map[string][]string{
		"-strict excludes": {"-strict", "-lexicon", "fiction"},
		"line 1":           {"-lexicon", write(t, "bad.txt", "wrod\tx\t1\n")},
		"no names":         {"-mask", write(t, "empty.csv", "id,title\n")},
	} {
		var out, notes bytes.Buffer
		code := run(t.Context(), append([]string{"sentiment", "-texts", texts}, args...), &out, &notes)
		if code != 1 || !strings.Contains(notes.String(), want) {
			t.Errorf("%q: exit code %d, %q; want 1 and %q", args, code, notes.String(), want)
		}
	}
}
