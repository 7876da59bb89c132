package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
	"github.com/osusume/osusume/storage"
)

// filled is a warehouse with a small world in it, and who uses it.
func filled(t *testing.T) (dir string, p *public) {
	t.Helper()
	dir = t.TempDir()
	cfg := synthetic.Config{Seed: 3, Works: 60, Users: 80, Ratings: 600, Reviews: -1}
	world, err := synthetic.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(map[string]any{"world": cfg})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pipeline.json"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := storage.Open(dir, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, src := range append(world.Catalogues(), world.Ratings()) {
		if _, err := recommender.Ingest(t.Context(), src, w, recommender.IngestOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if p, err = openPublic(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	return dir, p
}

// A host is a server whose arm "good" recommends what the oracle says, and whose
// arm "bad" the opposite.
type host struct {
	p      *public
	answer func(user recommender.UserID, n int) (cohort, version string) // of the n-th request
	status int                                                           // of events

	mu     sync.Mutex
	asked  int
	events map[string]int
}

func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var body struct {
		User  recommender.UserID `json:"user_id"`
		Item  int64              `json:"anime_id"`
		Kind  string             `json:"kind"`
		Value float64            `json:"value"`
		N     int                `json:"n"`
	}
	switch r.URL.Path {
	case "/ab-test/status":
		fmt.Fprint(w, `{"cohorts": [{"name": "good", "share": 0.5}, {"name": "bad", "share": 0.5}], "verdict": "none"}`)
	case "/events":
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.Header.Get("Content-Type") != "application/json" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		h.events[fmt.Sprint(body.User, body.Item, body.Kind, body.Value)]++
		w.WriteHeader(h.status)
	default:
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		cohort, version := h.answer(body.User, h.asked)
		h.asked++
		type item struct {
			Number int64   `json:"anime_id"`
			Score  float64 `json:"score"`
		}
		var items []item
		for number := range h.p.record {
			like, err := h.p.like(body.User, number)
			if err != nil {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			if cohort == "bad" {
				like = -like
			}
			items = append(items, item{number, like})
		}
		slices.SortFunc(items, func(a, b item) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Number, b.Number)) })
		if err := json.NewEncoder(w).Encode(map[string]any{"recommendations": items[:body.N], "user_cohort": cohort, "model_version": version}); err != nil {
			panic(err)
		}
	}
}

func serve(t *testing.T, h *host) string {
	t.Helper()
	if h.status == 0 {
		h.status = http.StatusAccepted
	}
	h.events = map[string]int{}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// byParity puts users of odd numbers into the good arm.
func byParity(user recommender.UserID, _ int) (cohort, version string) {
	if user[len(user)-1]%2 == 1 {
		return "good", "v1"
	}
	return "bad", "v1"
}

func TestBetterListsAreClickedMore(t *testing.T) {
	dir, p := filled(t)
	var first string
	var events map[string]int
	for _, workers := range []string{"1", "7"} {
		h := &host{p: p, answer: byParity}
		var out, notes bytes.Buffer
		if code := run(t.Context(), []string{"-server", serve(t, h), "-dir", dir, "-sessions", "400", "-workers", workers}, &out, &notes); code != 0 {
			t.Fatalf("exit code %d: %s", code, notes.String())
		}
		if first == "" {
			first, events = out.String(), h.events
			continue
		}
		if out.String() != first || len(events) != len(h.events) {
			t.Errorf("7 workers: %d events and\n%s\n1 worker: %d and\n%s", len(h.events), out.String(), len(events), first)
		}
	}
	good, bad := row(t, first, "good"), row(t, first, "bad")
	const lists, ctr, liked = 3, 7, 11 // columns; the interval takes three
	if good[ctr] <= bad[ctr] || good[liked] <= bad[liked] || good[lists]+bad[lists] != 400 {
		t.Errorf("the good lists are not clicked more:\n%s", first)
	}
	if len(events) < 40 {
		t.Errorf("only %d kinds of event of 400 sessions", len(events))
	}
}

// row reads a cohort's line; what is no number becomes 0.
func row(t *testing.T, out, cohort string) []float64 {
	t.Helper()
	for line := range strings.Lines(out) {
		if fields := strings.Fields(line); len(fields) == 12 && fields[0] == cohort {
			values := make([]float64, len(fields))
			for i, f := range fields {
				values[i], _ = strconv.ParseFloat(f, 64) // the name and "to"
			}
			return values
		}
	}
	t.Fatalf("no line of %s in\n%s", cohort, out)
	return nil
}

func TestFaultsOfTheServerAreFound(t *testing.T) {
	dir, p := filled(t)
	restless := func(_ recommender.UserID, n int) (string, string) { return []string{"good", "bad"}[n%2], "v1" }
	for _, c := range []struct {
		name string
		host *host
		args []string
		want string
	}{
		{"events refused", &host{p: p, answer: byParity, status: 500}, []string{"-sessions", "50"}, "sessions failed"},
		{"users moved", &host{p: p, answer: restless}, []string{"-sessions", "300"}, "another cohort"},
		{"answers mixed", &host{p: p, answer: restless}, []string{"-rate", "5000", "-for", "100ms"}, "mixed"},
	} {
		var out, notes bytes.Buffer
		code := run(t.Context(), append([]string{"-server", serve(t, c.host), "-dir", dir}, c.args...), &out, &notes)
		if code != 1 || !strings.Contains(notes.String(), c.want) {
			t.Errorf("%s: exit code %d, %q; want %q", c.name, code, notes.String(), c.want)
		}
	}
}

func TestSteadyRateReportsVersionsAndLatencies(t *testing.T) {
	dir, p := filled(t)
	h := &host{p: p, answer: func(_ recommender.UserID, n int) (string, string) { return "good", []string{"v1", "v2"}[n/50] }}
	var out, notes bytes.Buffer
	if code := run(t.Context(), []string{"-server", serve(t, h), "-dir", dir, "-rate", "1000", "-for", "100ms"}, &out, &notes); code != 0 {
		t.Fatalf("exit code %d: %s", code, notes.String())
	}
	for _, want := range []string{"100 requests", "0 failed, 0 mixed", "p99", "50 from v1", "50 from v2"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestReportCountsFailures(t *testing.T) {
	l := newLoad()
	l.add("a", list{}, fmt.Errorf("the first"), 0)
	l.add("a", list{Version: "v1"}, nil, time.Second)
	var out bytes.Buffer
	if err := l.report(time.Second, &out); err == nil || !strings.Contains(err.Error(), "1 of 2 requests failed, the first: the first") {
		t.Errorf("error %v", err)
	}
}

func TestWrongCallsAreRefused(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-help"}, 0, "-sessions"},
		{[]string{"more"}, 2, `"more"`},
		{[]string{"-bogus"}, 2, "bogus"},
		{[]string{"-server", "http://192.0.2.1:80"}, 2, "not a loopback"},
		{[]string{"-server", "http://127.0.0.1.example.org"}, 2, "not a loopback"},
		{[]string{"-server", "https://127.0.0.1"}, 2, "of the form"},
		{[]string{"-sessions", "0", "-workers", "0", "-for", "0s"}, 2, "-workers 0 < 1"},
		{[]string{"-rate", "NaN"}, 2, "-rate NaN"},
		{[]string{"-dir", t.TempDir()}, 1, "go run ./examples/pipeline"},
	} {
		var out, notes bytes.Buffer
		if code := run(t.Context(), c.args, &out, &notes); code != c.code || !strings.Contains(notes.String(), c.want) {
			t.Errorf("audience %q: exit code %d, %q; want %d and %q", c.args, code, notes.String(), c.code, c.want)
		}
	}
}
