package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/osusume/osusume/recommender"
)

// ask sends a request; a body makes it JSON.
func ask(t *testing.T, h http.Handler, method, path, body string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// want asks, checks the status and decodes the answer into v, which must have
// all the fields that come.
func want(t *testing.T, h http.Handler, method, path, body string, status int, v any) *http.Response {
	t.Helper()
	r := ask(t, h, method, path, body)
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != status {
		t.Fatalf("%s %s %s: status %d, want %d: %s", method, path, body, r.StatusCode, status, b)
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, b)
	}
	return r
}

func TestRecommendationsHaveTheirShape(t *testing.T) {
	s := start(t, warehouse(t))
	h := s.handler()
	for _, body := range []string{
		`{"user_id": "user-000001"}`, `{"user_id": "user-000002", "n": 3}`, `{"anime_ids": [1, 2], "n": 10, "user_id": "u1"}`,
		`{"anime_ids": [1]}`, `{}`,
	} {
		var got recommendResponse
		r := want(t, h, "POST", "/recommendations", body, http.StatusOK, &got)
		if media := r.Header.Get("Content-Type"); media != "application/json" {
			t.Errorf("%s: Content-Type %q", body, media)
		}
		n := 10
		if strings.Contains(body, `"n": 3`) {
			n = 3
		}
		if len(got.Recommendations) != n || got.ModelVersion == "" || got.UserCohort == "" || time.Since(got.GeneratedAt) > time.Minute {
			t.Fatalf("%s: %d recommendations, version %q, cohort %q at %v", body, len(got.Recommendations), got.ModelVersion, got.UserCohort, got.GeneratedAt)
		}
		seen := map[int64]bool{}
		for i, x := range got.Recommendations {
			if x.AnimeID < 1 || x.Title == "" || x.Source == "" || x.Tags == "" || x.Explanation == "" || x.SimilarityScore != x.Score || seen[x.AnimeID] {
				t.Errorf("%s: recommendation %d is %+v", body, i, x)
			}
			seen[x.AnimeID] = true
			if i > 0 && x.Score > got.Recommendations[i-1].Score {
				t.Errorf("%s: score %v stands after %v", body, x.Score, got.Recommendations[i-1].Score)
			}
			if !strings.HasPrefix(x.Explanation, x.Why) || strings.Contains(body, "anime_ids") && x.Why == "" {
				t.Errorf("%s: recommendation %d: why %q, explanation %q", body, i, x.Why, x.Explanation)
			}
			sum := float32(0)
			for _, r := range x.Reasons {
				sum += r.Part
			}
			if d := sum - x.Score; d > 1e-4*x.Score+1e-5 || -d > 1e-4*x.Score+1e-5 {
				t.Errorf("%s: the reasons of %q add up to %v, its score is %v", body, x.Title, sum, x.Score)
			}
		}
		if strings.Contains(body, "anime_ids") && (seen[1] || strings.Contains(body, "2]") && seen[2]) {
			t.Errorf("%s: a seed is recommended: %v", body, seen)
		}
	}
}

func TestSeedsMayBeNumbersOrIDsOfRecordsAndTitles(t *testing.T) {
	s := start(t, warehouse(t))
	h := s.handler()
	now, err := s.reload.serving()
	if err != nil {
		t.Fatal(err)
	}
	for record, x := range now.titles.byID {
		if record == x.id {
			continue
		}
		var first string
		for _, seed := range []any{x.number, x.id, record} {
			body, err := json.Marshal(map[string]any{"anime_ids": []any{seed}})
			if err != nil {
				t.Fatal(err)
			}
			var got recommendResponse
			want(t, h, "POST", "/recommendations", string(body), http.StatusOK, &got)
			names := ""
			for _, item := range got.Recommendations {
				names += item.Title + "\n"
			}
			if first == "" {
				first = names
			} else if names != first {
				t.Errorf("seed %v gives\n%swant\n%s", seed, names, first)
			}
		}
		return
	}
	t.Fatal("no record was merged")
}

func TestStrangersGetThePopularModelOfTheSameData(t *testing.T) {
	s := start(t, warehouse(t))
	for _, body := range []string{`{"user_id": "a stranger"}`, `{}`} {
		var got recommendResponse
		want(t, s.handler(), "POST", "/recommendations", body, http.StatusOK, &got)
		if !strings.HasPrefix(got.ModelVersion, "popular-") || got.Recommendations[0].Why != "many people have it" {
			t.Errorf("%s: version %q, %q", body, got.ModelVersion, got.Recommendations[0].Why)
		}
		if body != "{}" && got.UserCohort != s.split.Arm("a stranger") {
			t.Errorf("%s: cohort %q", body, got.UserCohort)
		}
	}
}

func TestModelsAndAnalyticsTellTheVersions(t *testing.T) {
	s := start(t, warehouse(t))
	h := s.handler()
	var list modelsResponse
	want(t, h, "GET", "/models", "", http.StatusOK, &list)
	if len(list.Models) != 6 {
		t.Fatalf("%d models, want 6", len(list.Models))
	}
	cohorts := 0
	for _, m := range list.Models {
		if m.Status != "active" || m.TrainingDate.IsZero() || m.Metrics["ndcg@10"] != 0.3 {
			t.Errorf("model %+v", m)
		}
		cohorts += len(m.Cohorts)
		var a analyticsResponse
		want(t, h, "GET", "/analytics/"+m.Version, "", http.StatusOK, &a)
		n := a.Metrics["ndcg_at_10"]
		if a.ModelVersion != m.Version || n.Mean != 0.3 || *n.Lo != 0.25 || *n.Hi != 0.35 || a.Protocol == "" {
			t.Errorf("analytics %+v", a)
		}
		if c := a.Metrics["coverage"]; c.Mean != 0.5 || c.Lo != nil || len(a.Metrics) != 3 {
			t.Errorf("coverage %+v among %d metrics, want one without an interval among 3", c, len(a.Metrics))
		}
	}
	if cohorts != 3 {
		t.Errorf("%d cohorts have a model, want 3", cohorts)
	}
}

func TestEventsAndExposuresAreCounted(t *testing.T) {
	dir := warehouse(t)
	s := start(t, dir)
	h := s.handler()
	var shown recommendResponse
	want(t, h, "POST", "/recommendations", `{"user_id": "user-000007"}`, http.StatusOK, &shown)
	for _, body := range []string{
		`{"user_id": "user-000007", "anime_id": %, "kind": "click"}`,
		`{"user_id": "user-000007", "anime_id": %, "kind": "rating", "value": 4.5}`,
		`{"user_id": "user-000007", "anime_id": %, "kind": "dismiss", "at": "` + time.Now().Format(time.RFC3339) + `"}`,
	} {
		id, err := json.Marshal(shown.Recommendations[0].AnimeID)
		if err != nil {
			t.Fatal(err)
		}
		var got eventResponse
		want(t, h, "POST", "/events", strings.ReplaceAll(body, "%", string(id)), http.StatusAccepted, &got)
		if got.UserCohort != shown.UserCohort || got.ModelVersion != shown.ModelVersion {
			t.Errorf("event under %q of %q, the list was of %q and %q", got.UserCohort, got.ModelVersion, shown.UserCohort, shown.ModelVersion)
		}
	}
	check := func(s *server) {
		t.Helper()
		var got statusResponse
		want(t, s.handler(), "GET", "/ab-test/status", "", http.StatusOK, &got)
		if got.Experiment != experiment || len(got.Cohorts) != 3 || len(got.Significance) != 2 || !got.SampleRatio.OK || got.Verdict == "" {
			t.Fatalf("status %+v", got)
		}
		for _, c := range got.Cohorts {
			hits := 0
			if c.Name == shown.UserCohort {
				hits = 1
			}
			if c.Users != hits || c.Exposures != hits || c.Clicked != hits || c.Clicks != hits || c.CTR.Mean != float64(hits) {
				t.Errorf("cohort %+v, want %d of each", c, hits)
			}
		}
	}
	check(s)
	var kinds []string
	for e, err := range s.journal.Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, e.Kind.String())
	}
	if got := strings.Join(kinds, " "); got != "click rating dismiss" {
		t.Errorf("journal has %q", got)
	}
	stop(t, s)
	again := start(t, dir)
	check(again)
	if got := again.served.get("user-000007"); got != shown.ModelVersion {
		t.Errorf("after a restart, %q is remembered to have served, want %q", got, shown.ModelVersion)
	}
}

func TestRestartKeepsCohorts(t *testing.T) {
	dir := warehouse(t)
	cohort := map[string]string{}
	for range 2 {
		s := start(t, dir)
		for _, user := range []string{"user-000001", "user-000002", "user-000003", "user-000004", "somebody", "else"} {
			var got recommendResponse
			want(t, s.handler(), "POST", "/recommendations", `{"user_id": "`+user+`"}`, http.StatusOK, &got)
			if before := cohort[user]; before != "" && got.UserCohort != before {
				t.Errorf("%s moved from %s to %s", user, before, got.UserCohort)
			}
			cohort[user] = got.UserCohort
		}
		stop(t, s)
	}
	arms := map[string]bool{}
	for _, arm := range cohort {
		arms[arm] = true
	}
	if len(arms) < 2 {
		t.Errorf("all users are in one cohort: %v", cohort)
	}
}

func TestAnonymousListsAreNotJournalled(t *testing.T) {
	s := start(t, warehouse(t))
	var got recommendResponse
	want(t, s.handler(), "POST", "/recommendations", `{"anime_ids": [1]}`, http.StatusOK, &got)
	for x, err := range s.journal.Exposures(t.Context()) {
		t.Errorf("exposure %+v, error %v", x, err)
	}
}

func TestPageListsEveryRoute(t *testing.T) {
	s := start(t, warehouse(t))
	r := ask(t, s.handler(), "GET", "/", "")
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("status %d, Content-Type %q", r.StatusCode, r.Header.Get("Content-Type"))
	}
	for _, route := range s.routes() {
		m, known := manuals[route.Path]
		if !known || m.About == "" || m.Answer == "" {
			t.Errorf("%s is not explained", route.Path)
		}
		if path := strings.TrimSuffix(route.Path, "{$}"); !strings.Contains(string(b), route.Method+" "+path+"<") {
			t.Errorf("the page lacks %s %s", route.Method, path)
		}
		if m.Request != "" && !json.Valid([]byte(m.Request)) {
			t.Errorf("%s: the example %s is not JSON", route.Path, m.Request)
		}
		if m.Answer != "HTML" && !json.Valid([]byte(m.Answer)) {
			t.Errorf("%s: the example %s is not JSON", route.Path, m.Answer)
		}
	}
}

func TestItemsThatLeftTheCatalogueAreNotRecommended(t *testing.T) {
	dir := warehouse(t)
	s := start(t, dir)
	var before, after recommendResponse
	want(t, s.handler(), "POST", "/recommendations", `{"user_id": "user-000001"}`, http.StatusOK, &before)
	now, err := s.reload.serving()
	if err != nil {
		t.Fatal(err)
	}
	first := now.titles.byNumber[before.Recommendations[0].AnimeID]
	w := writer(t, dir)
	var gone []recommender.ItemID
	for id, x := range now.titles.byID {
		if x == first {
			gone = append(gone, id)
		}
	}
	if err := w.Delete(t.Context(), gone, nil); err != nil {
		t.Fatal(err)
	}
	s.reload.poll(t.Context())
	want(t, s.handler(), "POST", "/recommendations", `{"user_id": "user-000001"}`, http.StatusOK, &after)
	if len(after.Recommendations) != 10 || after.Recommendations[0].AnimeID != before.Recommendations[1].AnimeID {
		t.Errorf("after %q left, the list is %+v", first.name, after.Recommendations)
	}
}
