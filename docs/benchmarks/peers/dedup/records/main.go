// Command records writes the catalogues of the built-in world, a JSONL file each,
// and the truth about them, so that other programs resolve the same records.
//
//	go run ./docs/benchmarks/peers/dedup/records -works 37500 -out DIR
package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
)

// prefix keeps the names of the catalogues apart from those whose layout is known.
const prefix = "world-"

func main() {
	works := flag.Int("works", 37_500, "works of the world; some 2.7 records each")
	out := flag.String("out", "", "directory to write to")
	flag.Parse()
	if err := write(*works, *out); err != nil {
		fmt.Fprintln(os.Stderr, "records:", err)
		os.Exit(1)
	}
}

func write(works int, dir string) error {
	if dir == "" {
		return errors.New("-out is missing")
	}
	world, err := synthetic.New(synthetic.Config{Works: works, Users: 1, Ratings: 1})
	if err != nil {
		return err
	}
	for _, c := range world.Catalogues() {
		if err := writeCatalogue(c, filepath.Join(dir, prefix+c.Name()+".jsonl")); err != nil {
			return err
		}
	}
	return writeTruth(world, filepath.Join(dir, "truth.csv"))
}

// A record has the columns that both readers know. References are left out: the
// peer has no use for them.
type record struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Synonyms []string `json:"synonyms,omitempty"`
	Synopsis string   `json:"synopsis,omitempty"`
	Genres   []string `json:"genres,omitempty"`
	Year     int      `json:"year,omitempty"`
	Format   string   `json:"format,omitempty"`
	Episodes string   `json:"episodes,omitempty"`
	Duration string   `json:"duration,omitempty"`
	Studio   string   `json:"studio,omitempty"`
}

func writeCatalogue(c recommender.Source, path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	for page, err := range c.Pages(context.Background(), "") {
		if err != nil {
			return err
		}
		for _, it := range page.Items {
			_, id, _ := strings.Cut(string(it.ID), ":")
			err := enc.Encode(record{
				ID: id, Title: it.Title, Synonyms: it.Aliases, Synopsis: it.Text, Genres: it.Tags, Year: it.Year,
				Format: it.Attrs[recommender.AttrFormat], Episodes: it.Attrs[recommender.AttrEpisodes],
				Duration: it.Attrs[recommender.AttrDuration], Studio: it.Attrs[recommender.AttrStudio],
			})
			if err != nil {
				return err
			}
		}
	}
	return w.Flush()
}

func writeTruth(world *synthetic.World, path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	if err := w.Write([]string{"cluster", "source", "id"}); err != nil {
		return err
	}
	for id, work := range world.Truth() {
		source, native, _ := strings.Cut(string(id), ":")
		if err := w.Write([]string{work, prefix + source, native}); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
