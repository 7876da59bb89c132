package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/osusume/osusume/recommender"
)

func TestFaultsNameTheField(t *testing.T) {
	s := start(t, warehouse(t))
	h := s.handler()
	many := strings.TrimSuffix(strings.Repeat("1,", 101), ",")
	for _, c := range []struct {
		method, path, body string
		status             int
		field, detail      string
	}{
		{"GET", "/nowhere", "", 404, "", "/nowhere"},
		{"GET", "/analytics/none-1", "", 404, "model_version", `"none-1"`},
		{"GET", "/recommendations", "", 405, "", "GET"},
		{"POST", "/health", "{}", 405, "", "POST"},
		{"DELETE", "/", "", 405, "", "DELETE"},
		{"POST", "/recommendations", "[]", 400, "", "JSON object"},
		{"POST", "/recommendations", "null", 400, "", "JSON object"},
		{"POST", "/recommendations", `{"n": 3`, 400, "", "not valid JSON"},
		{"POST", "/recommendations", `{"n": 3} {}`, 400, "", "goes on"},
		{"POST", "/recommendations", "{\"user_id\": \"\xff\"}", 400, "", "UTF-8"},
		{"POST", "/recommendations", `{"m": 3}`, 400, "m", "no field"},
		{"POST", "/recommendations", `{"n": "3"}`, 400, "n", "whole number"},
		{"POST", "/recommendations", `{"n": 2.5}`, 400, "n", "whole number"},
		{"POST", "/recommendations", `{"anime_ids": 7}`, 400, "anime_ids", "list"},
		{"POST", "/recommendations", `{"anime_ids": [1, 2.5]}`, 400, "anime_ids[1]", "2.5"},
		{"POST", "/recommendations", `{"anime_ids": [null]}`, 400, "anime_ids[0]", "null"},
		{"POST", "/recommendations", `{"anime_ids": [1, 99999999]}`, 422, "anime_ids[1]", "99999999"},
		{"POST", "/recommendations", `{"anime_ids": ["mal:none"]}`, 422, "anime_ids[0]", `"mal:none"`},
		{"POST", "/recommendations", `{"anime_ids": [` + many + `]}`, 422, "anime_ids", "101"},
		{"POST", "/recommendations", `{"n": 0}`, 422, "n", "1 to 100"},
		{"POST", "/recommendations", `{"n": 101}`, 422, "n", "1 to 100"},
		{"POST", "/recommendations", `{"user_id": "` + strings.Repeat("u", 257) + `"}`, 422, "user_id", "257"},
		{"POST", "/recommendations", `{"user_id": "a\nb"}`, 422, "user_id", "control"},
		{"POST", "/recommendations", `{"user_id": "` + strings.Repeat("u", 70_000) + `"}`, 413, "", "65536"},
		{"POST", "/events", `{"anime_id": 1, "kind": "click"}`, 422, "user_id", "missing"},
		{"POST", "/events", `{"user_id": "u", "kind": "click"}`, 422, "anime_id", "missing"},
		{"POST", "/events", `{"user_id": "u", "anime_id": 99999999, "kind": "click"}`, 422, "anime_id", "99999999"},
		{"POST", "/events", `{"user_id": "u", "anime_id": 1}`, 422, "kind", "click, rating and dismiss"},
		{"POST", "/events", `{"user_id": "u", "anime_id": 1, "kind": "rating"}`, 422, "value", "stars"},
		{"POST", "/events", `{"user_id": "u", "anime_id": 1, "kind": "rating", "value": 5.5}`, 422, "value", "5.5"},
		{"POST", "/events", `{"user_id": "u", "anime_id": 1, "kind": "click", "value": 1}`, 422, "value", "click"},
		{"POST", "/events", `{"user_id": "u", "anime_id": 1, "kind": "click", "at": "now"}`, 422, "at", "RFC 3339"},
		{"POST", "/events", `{"user_id": "u", "anime_id": 1, "kind": "click", "at": "2999-01-01T00:00:00Z"}`, 422, "at", "future"},
	} {
		var got problem
		r := want(t, h, c.method, c.path, c.body, c.status, &got)
		if media := r.Header.Get("Content-Type"); media != "application/problem+json" {
			t.Errorf("%s %s: Content-Type %q", c.method, c.path, media)
		}
		if got.Status != c.status || got.Field != c.field || got.Type != "about:blank" || got.Title != http.StatusText(c.status) || !strings.Contains(got.Detail, c.detail) {
			t.Errorf("%s %s %.60s: %+v, want field %q and detail %q", c.method, c.path, c.body, got, c.field, c.detail)
		}
		if allow := r.Header.Get("Allow"); c.status == http.StatusMethodNotAllowed && allow == "" {
			t.Errorf("%s %s: no Allow", c.method, c.path)
		}
	}
	for e, err := range s.journal.Events(t.Context()) {
		t.Errorf("a refused event is in the journal: %+v, error %v", e, err)
	}
}

func TestBodiesMustBeJSONByTheirType(t *testing.T) {
	s := start(t, warehouse(t))
	for media, status := range map[string]int{
		"": 415, "text/plain": 415, "application/x-www-form-urlencoded": 415, "application/json; charset=latin1": 415,
		"application/json": 200, "Application/JSON; charset=UTF-8": 200,
	} {
		r := httptest.NewRequest("POST", "/recommendations", strings.NewReader("{}"))
		r.Header.Set("Content-Type", media)
		w := httptest.NewRecorder()
		s.handler().ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("Content-Type %q: status %d, want %d", media, w.Code, status)
		}
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	s := start(t, warehouse(t))
	r := ask(t, s.handler(), "HEAD", "/models", "")
	if b, err := io.ReadAll(r.Body); r.StatusCode != http.StatusOK || len(b) > 0 || err != nil {
		t.Errorf("status %d, %d bytes, error %v", r.StatusCode, len(b), err)
	}
}

func TestPanicsAndStrangeErrorsTellNothing(t *testing.T) {
	s := start(t, warehouse(t))
	for name, h := range map[string]handler{
		"panic": func(*call) (reply, error) { panic("the secret") },
		"error": func(*call) (reply, error) { return reply{}, errors.New("the secret") },
		"value": func(*call) (reply, error) { return inJSON(http.StatusOK, func() {}) },
	} {
		w := httptest.NewRecorder()
		s.serve(h).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, %s", name, w.Code, w.Body)
		}
	}
}

func TestListIsNotShownWhereItCannotBeJournalled(t *testing.T) {
	s := start(t, warehouse(t))
	if err := s.journal.Close(); err != nil {
		t.Fatal(err)
	}
	for path, body := range map[string]string{
		"/recommendations": `{"user_id": "u"}`,
		"/events":          `{"user_id": "u", "anime_id": 1, "kind": "click"}`,
	} {
		var got problem
		want(t, s.handler(), "POST", path, body, http.StatusServiceUnavailable, &got)
	}
	s.stop()
	s.polling.Wait()
	if err := s.reload.close(); err != nil {
		t.Error(err)
	}
	s.journal = nil
}

// FuzzRequests feeds bodies from outside: they are refused with a problem that
// is the caller's fault, or they mean something that can be asked.
func FuzzRequests(f *testing.F) {
	for _, seed := range []string{
		`{"anime_ids": [1, "mal:1"], "n": 10, "user_id": "u1"}`, `{"n": null}`, `{"anime_ids": [[]]}`, `{"user_id": "\ud800"}`,
		`{"user_id": "u", "anime_id": 1, "kind": "rating", "value": 4.5, "at": "2026-01-02T03:04:05Z"}`, "{", "",
	} {
		f.Add([]byte(seed))
	}
	one := &title{id: "mal:1", number: 1, name: "One"}
	titles := &catalogue{byNumber: map[int64]*title{1: one}}
	titles.byID = map[recommender.ItemID]*title{"mal:1": one}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body []byte) {
		mine := func(err error) {
			if p := (*problem)(nil); !errors.As(err, &p) || p.Status < 400 || p.Status > 499 || p.Detail == "" {
				t.Errorf("%q: error %v is not a problem of the caller's", body, err)
			}
		}
		var r recommendRequest
		if err := decodeObject(body, &r); err != nil {
			mine(err)
		} else if req, err := r.request(titles); err != nil {
			mine(err)
		} else if req.N < 1 || req.N > maxList || len(req.Seeds) > 1 || req.Check() != nil {
			t.Errorf("%q became %+v", body, req)
		}
		var e eventRequest
		if err := decodeObject(body, &e); err != nil {
			mine(err)
		} else if got, err := e.event(titles, now); err != nil {
			mine(err)
		} else if err := recommender.CheckEvent(got); err != nil {
			t.Errorf("%q became %+v: %v", body, got, err)
		}
	})
}
