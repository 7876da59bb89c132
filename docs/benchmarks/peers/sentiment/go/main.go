// Command score scores a JSON list of texts and prints the compounds and the
// processor seconds that one pass takes.
//
//	score ours|strict|govader texts.json
package main

import (
	"encoding/json"
	"log"
	"os"
	"syscall"

	"github.com/jonreiter/govader"

	"github.com/osusume/osusume/sentiment"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: score ours|strict|govader texts.json")
	}
	data, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var texts []string
	if err := json.Unmarshal(data, &texts); err != nil {
		log.Fatal(err)
	}
	score := scorer(os.Args[1])
	compounds := make([]float64, len(texts))
	pass := func() {
		for i, t := range texts {
			compounds[i] = score(t)
		}
	}
	pass() // what is made on first use is not counted
	start, passes := seconds(), 0
	for seconds()-start < 0.5 {
		pass()
		passes++
	}
	out := map[string]any{"compounds": compounds, "seconds": (seconds() - start) / float64(passes)}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		log.Fatal(err)
	}
}

func scorer(name string) func(string) float64 {
	if name == "govader" {
		a := govader.NewSentimentIntensityAnalyzer()
		return func(t string) float64 { return a.PolarityScores(t).Compound }
	}
	a, err := sentiment.New(sentiment.Options{Strict: name == "strict"})
	if err != nil {
		log.Fatal(err)
	}
	return func(t string) float64 { return a.Score(t).Compound }
}

// seconds is how long this process has had a processor.
func seconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
