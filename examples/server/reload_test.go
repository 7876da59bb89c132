package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

// An answer is a list as a caller got it.
type answer struct {
	user    string
	version string
	ids     []int64
	scores  []float32
}

func TestAnswersComeWholeFromTheVersionTheyName(t *testing.T) {
	dir := warehouse(t)
	s := start(t, dir)
	w := writer(t, dir)
	web := httptest.NewServer(s.handler())
	defer web.Close()

	var (
		done    atomic.Bool
		mu      sync.Mutex
		answers []answer
		asking  sync.WaitGroup
	)
	for worker := range 4 {
		asking.Go(func() {
			for i := 0; !done.Load(); i++ {
				user := fmt.Sprintf("user-%06d", 1+(7*i+worker)%90)
				a, err := post(web, user)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				answers = append(answers, a)
				mu.Unlock()
			}
		})
	}
	for seed := range uint64(3) {
		if err := publish(t.Context(), w, 2+seed); err != nil {
			t.Fatal(err)
		}
		s.reload.poll(t.Context())
	}
	done.Store(true)
	asking.Wait()

	versions := map[string]bool{}
	ranked := map[string]answer{}
	for _, a := range answers {
		versions[a.version] = true
		key := a.user + " " + a.version
		if _, known := ranked[key]; !known {
			ranked[key] = recompute(t, s, w, a.user, a.version)
		}
		if diff := cmp.Diff(a, ranked[key], cmp.AllowUnexported(answer{})); diff != "" {
			t.Fatalf("the answer differs from what %s says (-answer +version):\n%s", a.version, diff)
		}
	}
	if len(versions) < 4 {
		t.Errorf("%d answers came from the versions %v only", len(answers), versions)
	}
}

// post asks for a user's list over a socket.
func post(web *httptest.Server, user string) (answer, error) {
	r, err := http.Post(web.URL+"/recommendations", "application/json", strings.NewReader(`{"user_id": "`+user+`", "n": 5}`))
	if err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		return answer{}, fmt.Errorf("status %d, error %w: %s", r.StatusCode, err, body)
	}
	var got recommendResponse
	if err := json.Unmarshal(body, &got); err != nil {
		return answer{}, err
	}
	a := answer{user: user, version: got.ModelVersion}
	for _, x := range got.Recommendations {
		a.ids, a.scores = append(a.ids, x.AnimeID), append(a.scores, x.Score)
	}
	return a, r.Body.Close()
}

// recompute asks the version itself.
func recompute(t *testing.T, s *server, reg recommender.Registry, user, version string) answer {
	t.Helper()
	m, _, err := recommender.OpenModel(t.Context(), reg, version, decoders)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Recommend(t.Context(), recommender.Request{User: recommender.UserID(user), N: 5})
	if err != nil {
		t.Fatal(err)
	}
	now, err := s.reload.serving()
	if err != nil {
		t.Fatal(err)
	}
	a := answer{user: user, version: version}
	for _, x := range r.Items {
		a.ids, a.scores = append(a.ids, now.titles.byID[x.Item].number), append(a.scores, x.Score)
	}
	return a
}

func TestServerWaitsForThePipeline(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := start(t, dir)
	for _, path := range []string{"/health", "/models", "/analytics/x"} {
		var got problem
		want(t, s.handler(), "GET", path, "", http.StatusServiceUnavailable, &got)
		if !strings.Contains(got.Detail, "go run ./examples/pipeline -dir "+dir) {
			t.Errorf("%s: %q does not say how to publish", path, got.Detail)
		}
	}
	var got problem
	want(t, s.handler(), "POST", "/recommendations", "{}", http.StatusServiceUnavailable, &got)
	want(t, s.handler(), "POST", "/events", `{"user_id": "u", "anime_id": 1, "kind": "click"}`, http.StatusServiceUnavailable, &got)

	if err := os.CopyFS(dir, os.DirFS(warehouse(t))); err != nil {
		t.Fatal(err)
	}
	s.reload.poll(t.Context())
	var list recommendResponse
	want(t, s.handler(), "POST", "/recommendations", "{}", http.StatusOK, &list)
}

func TestMissingAliasIsNamed(t *testing.T) {
	dir := warehouse(t)
	if err := writer(t, dir).Alias(t.Context(), "treatment_b", ""); err != nil {
		t.Fatal(err)
	}
	s := start(t, dir)
	if failed := s.reload.failed.Load(); failed == nil || !strings.Contains((*failed).Error(), "treatment_b") {
		t.Errorf("failure %v does not name treatment_b", failed)
	}
}

func TestVersionThatCannotBeLoadedLeavesTheOldOneServing(t *testing.T) {
	dir := warehouse(t)
	s := start(t, dir)
	var before, after healthResponse
	want(t, s.handler(), "GET", "/health", "", http.StatusOK, &before)
	w := writer(t, dir)
	if err := w.Publish(t.Context(), recommender.Version{ID: "broken-1", Kind: "bpr"}, bytes.NewBufferString("no model")); err != nil {
		t.Fatal(err)
	}
	if err := w.Alias(t.Context(), "treatment_a", "broken-1"); err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	s.reload.log = slog.New(slog.NewTextHandler(&lines, nil))
	for range 3 {
		s.reload.poll(t.Context())
	}
	if n := strings.Count(lines.String(), "broken-1"); n != 1 {
		t.Errorf("the failure is logged %d times, want once: %s", n, lines.String())
	}
	want(t, s.handler(), "GET", "/health", "", http.StatusOK, &after)
	if before.Status != "ok" || after.Status != "stale" || after.Commit != before.Commit {
		t.Errorf("health was %+v and is %+v", before, after)
	}
	if err := publish(t.Context(), w, 9); err != nil {
		t.Fatal(err)
	}
	s.reload.poll(t.Context())
	want(t, s.handler(), "GET", "/health", "", http.StatusOK, &after)
	if after.Status != "ok" || after.Commit == before.Commit {
		t.Errorf("health was %+v and is %+v", before, after)
	}
	var list modelsResponse
	want(t, s.handler(), "GET", "/models", "", http.StatusOK, &list)
	var status []string
	for _, m := range list.Models {
		status = append(status, m.Status)
	}
	if got := strings.Join(status, " "); got != strings.Repeat("active ", 6)+strings.TrimSpace(strings.Repeat("deprecated ", 7)) {
		t.Errorf("statuses are %s", got)
	}
}

func TestPartsAreDecodedOnceAndKept(t *testing.T) {
	dir := warehouse(t)
	s := start(t, dir)
	first, err := s.reload.serving()
	if err != nil {
		t.Fatal(err)
	}
	// popular, tfidf, bpr, sentiment and two hybrids
	if len(first.models) != 6 {
		t.Errorf("%d models are open, want 6", len(first.models))
	}
	w := writer(t, dir)
	if err := w.Alias(t.Context(), "champion", first.aliases["treatment_b"]); err != nil {
		t.Fatal(err)
	}
	s.reload.poll(t.Context())
	second, err := s.reload.serving()
	if err != nil {
		t.Fatal(err)
	}
	if second == first || len(second.models) != 6 {
		t.Fatalf("no new state, or %d models in it", len(second.models))
	}
	for id, m := range second.models {
		if m.Model != first.models[id].Model {
			t.Errorf("%s was decoded again", id)
		}
	}
	if err := publish(t.Context(), w, 5); err != nil {
		t.Fatal(err)
	}
	s.reload.poll(t.Context())
	third, err := s.reload.serving()
	if err != nil {
		t.Fatal(err)
	}
	for id := range third.models {
		if _, old := first.models[id]; old {
			t.Errorf("%s is no longer served, but kept", id)
		}
	}
}

func TestPollingFindsWhatIsPublished(t *testing.T) {
	dir := warehouse(t)
	s := start(t, dir)
	before := s.reload.current.Load()
	w := writer(t, dir)
	if err := publish(t.Context(), w, 7); err != nil {
		t.Fatal(err)
	}
	tick := make(chan time.Time)
	s.polling.Go(func() { s.reload.run(t.Context(), tick) })
	tick <- time.Time{}
	tick <- time.Time{} // taken when the first poll is over
	aliases, err := w.Aliases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.reload.current.Load().aliases, aliases); diff != "" || cmp.Equal(before.aliases, aliases) {
		t.Errorf("aliases (-served +published):\n%s\nbefore: %v", diff, before.aliases)
	}
}
