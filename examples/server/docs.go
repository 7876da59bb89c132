package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// A manual is what the page says about a route.
type manual struct {
	Method, Path string
	About        string
	Request      string // a body; "" for none
	Answer       string
}

// docs is the page that explains the service.
func (s *server) docs(c *call) (reply, error) {
	host := c.Host
	if host == "" {
		host = "127.0.0.1:8080"
	}
	var list []manual
	for _, r := range s.routes() {
		m := manuals[r.Path]
		m.Method, m.Path = r.Method, strings.ReplaceAll(r.Path, "{$}", "")
		list = append(list, m)
	}
	var b bytes.Buffer
	err := page.Execute(&b, map[string]any{
		"Base": "http://" + host, "Routes": list, "Arms": s.split.Arms(),
		"MaxBody": maxBody >> 10, "MaxSeeds": maxSeeds, "MaxList": maxList,
	})
	return reply{status: http.StatusOK, media: "text/html; charset=utf-8", body: b.Bytes()}, err
}

// manuals is by the path of the route.
var manuals = map[string]manual{
	"/{$}":    {About: "This page.", Answer: "HTML"},
	"/health": {About: "200 where recommendations can be had; status is stale where a newer state cannot be loaded. 503 where nothing is published.", Answer: `{"status": "ok", "commit": 42, "loaded_at": "2026-01-02T03:04:05Z", "aliases": {"control": "tfidf-…"}}`},
	"/recommendations": {
		About:   "The best items for a user (user_id), for one who likes some items (anime_ids), for both, or for a stranger (neither). anime_ids are catalogue numbers, or item IDs as strings. n is 1 to 100; without it, 10. reasons are the shares of the score; why puts those that count most into a sentence. With a user_id the list is journalled before it is answered.",
		Request: `{"anime_ids": [1, 2], "n": 10, "user_id": "u1"}`,
		Answer: `{"recommendations": [{"anime_id": 17, "title": "…", "score": 0.92, "similarity_score": 0.92,
  "source": "anilist", "tags": "action|adventure",
  "why": "because you liked …; many people have it", "explanation": "because you liked …; many people have it; content 0.51 + popular 0.41",
  "reasons": [{"kind": "liked", "title": "…", "part": 0.4}]}],
 "model_version": "…", "user_cohort": "treatment_a", "generated_at": "2026-01-02T03:04:05Z"}`},
	"/models":                    {About: "All published versions, newest first. Active ones have an alias, are part of one that has, or answer strangers.", Answer: `{"models": [{"version": "…", "type": "hybrid", "training_date": "…", "cohorts": ["treatment_a"], "status": "active", "metrics": {"ndcg@10": 0.31}}]}`},
	"/analytics/{model_version}": {About: "How a version did in evaluation, with 95 % intervals.", Answer: `{"model_version": "…", "metrics": {"precision_at_10": {"mean": 0.2, "lo": 0.19, "hi": 0.21}, "recall_at_10": {}, "ndcg_at_10": {}, "coverage": {"mean": 0.4}}, "protocol": "…"}`},
	"/ab-test/status": {About: "How the experiment stands. ctr is clicked lists ÷ lists; p has users as its units and is corrected for two comparisons. An answer is up to a few seconds old (counted_at).", Answer: `{"experiment": "blend", "cohorts": [{"name": "control", "share": 0.5, "users": 500, "exposures": 900, "clicked": 350, "clicks": 420, "ctr": {"mean": 0.39, "lo": 0.36, "hi": 0.42}}],
 "sample_ratio": {"p": 0.7, "ok": true},
 "significance": [{"cohort": "treatment_a", "against": "control", "lift": {"mean": 0.1, "lo": 0.02, "hi": 0.18}, "p": 0.01, "outcome": "better"}],
 "verdict": "…"}`},
	"/events": {
		About:   "What a user did with an item: click, rating (value: stars, 0 to 5) or dismiss. at is the time, as RFC 3339 writes it; without it, now. 202 when the event is durable.",
		Request: `{"user_id": "u1", "anime_id": 17, "kind": "click"}`,
		Answer:  `{"status": "accepted", "user_cohort": "treatment_a", "model_version": "…"}`},
}
