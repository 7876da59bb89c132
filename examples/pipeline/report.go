package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/osusume/osusume/recommender/eval"
)

// A report is what a run found out. Everything but the seconds and the memory is
// the same for the same input, however often the run was interrupted.
type report struct {
	Input     string         `json:"input"`
	Dir       string         `json:"dir"`
	Stages    []stageReport  `json:"stages"`
	Data      dataReport     `json:"data"`
	Dedup     dedupReport    `json:"dedup"`
	Protocol  string         `json:"protocol"`
	TestUsers int            `json:"test_users"`
	Models    []modelReport  `json:"models"`
	Ceiling   *ceilingReport `json:"oracle,omitempty"`
	Notes     []string       `json:"notes,omitempty"`
	Champion  string         `json:"champion"`
	Users     []userReport   `json:"recommendations"`
	Stranger  *userReport    `json:"stranger,omitempty"`
	Cohorts   []cohortReport `json:"cohorts"`
	Tables    []tableReport  `json:"tables"`
	Seconds   float64        `json:"seconds"`
	PeakRSS   int64          `json:"peak_rss_bytes,omitempty"`
	Next      []string       `json:"next"`
}

type stageReport struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
	Result  string  `json:"result"`
}

type dataReport struct {
	Records      map[string]int `json:"records"` // by catalogue
	Items        int            `json:"items"`
	Users        int            `json:"users"`
	Interactions map[string]int `json:"interactions"` // by kind
	Replaced     int            `json:"replaced"`     // handed over by sources, but a later one of the same user, title and kind replaced it
	Bad          int            `json:"bad,omitempty"`
	BadSamples   []string       `json:"bad_samples,omitempty"`
}

type dedupReport struct {
	Records   int     `json:"records"`
	Canonical int     `json:"canonical"`
	Merged    int     `json:"merged"` // canonical items of more than one record
	Review    int     `json:"review"` // pairs left to a person
	Truth     bool    `json:"truth"`  // whether the three below were measured
	Precision float64 `json:"precision,omitempty"`
	Recall    float64 `json:"recall,omitempty"`
	F1        float64 `json:"f1,omitempty"`
}

type modelReport struct {
	Name     string                   `json:"name"`
	Version  string                   `json:"version"`
	Metrics  map[string]eval.Interval `json:"metrics"`
	Coverage float64                  `json:"coverage@10"`
	Cold     int                      `json:"cold_starts"` // test users for whom it knew nothing
	Liked    float64                  `json:"oracle_liked@10,omitempty"`
}

type ceilingReport struct {
	Metrics map[string]eval.Interval `json:"metrics"`         // ranking by the true chance of being in the log
	Liked   float64                  `json:"oracle_liked@10"` // ranking by the true chance of being liked
}

type cohortReport struct {
	Name    string  `json:"name"`
	Version string  `json:"version"`
	Share   float64 `json:"share"`
	Users   int     `json:"users"`
}

type userReport struct {
	User   string       `json:"user"`
	Who    string       `json:"who"`
	Liked  []string     `json:"liked,omitempty"`
	Model  string       `json:"model"`
	Ranked []itemReport `json:"recommended"`
}

type itemReport struct {
	Item    string   `json:"item"`
	Title   string   `json:"title"`
	Year    int      `json:"year,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	Score   float32  `json:"score"`
	Reasons []string `json:"reasons"`
}

type tableReport struct {
	Name  string `json:"name"`
	Rows  int64  `json:"rows"`
	Files int    `json:"files"`
	Bytes int64  `json:"bytes"`
}

func writeJSON(path string, rep *report) error {
	b, err := json.MarshalIndent(rep, "", "  ")
	if err != nil {
		return fmt.Errorf("-json: %w", err)
	}
	if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("-json: %w", err)
	}
	return nil
}
