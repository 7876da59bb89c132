package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/osusume/osusume/recommender"
)

// listed is the length of the lists that are asked for.
const listed = 10

// A client speaks to one server.
type client struct {
	base string
	http *http.Client
}

func newClient(base string, workers int) *client {
	return &client{base: strings.TrimSuffix(base, "/"), http: &http.Client{
		Timeout:       20 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: workers}, // no proxy: the address is a loopback one
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// A list is an answer of /recommendations.
type list struct {
	Items []struct {
		Number int64   `json:"anime_id"`
		Score  float64 `json:"score"`
	} `json:"recommendations"`
	Version string `json:"model_version"`
	Cohort  string `json:"user_cohort"`
}

func (c *client) recommend(ctx context.Context, user recommender.UserID) (list, error) {
	var l list
	err := c.call(ctx, http.MethodPost, "/recommendations", map[string]any{"user_id": user, "n": listed}, http.StatusOK, &l)
	return l, err
}

func (c *client) click(ctx context.Context, user recommender.UserID, number int64) error {
	return c.call(ctx, http.MethodPost, "/events", map[string]any{"user_id": user, "anime_id": number, "kind": "click"}, http.StatusAccepted, nil)
}

func (c *client) rate(ctx context.Context, user recommender.UserID, number int64, stars float64) error {
	return c.call(ctx, http.MethodPost, "/events", map[string]any{"user_id": user, "anime_id": number, "kind": "rating", "value": stars}, http.StatusAccepted, nil)
}

// standing is what /ab-test/status says, as far as it is wanted here.
type standing struct {
	Cohorts []struct {
		Name  string  `json:"name"`
		Share float64 `json:"share"`
	} `json:"cohorts"`
	Verdict string `json:"verdict"`
}

func (c *client) status(ctx context.Context) (standing, error) {
	var s standing
	err := c.call(ctx, http.MethodGet, "/ab-test/status", nil, http.StatusOK, &s)
	return s, err
}

// call sends a request and reads its answer into v, if v is not nil.
func (c *client) call(ctx context.Context, method, path string, body any, status int, v any) error {
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, sent)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	r, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = r.Body.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	switch {
	case err != nil:
		return fmt.Errorf("%s %s: %w", method, path, err)
	case r.StatusCode != status:
		return fmt.Errorf("%s %s: status %d: %.200s", method, path, r.StatusCode, b)
	case v == nil:
		return nil
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}
