package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/osusume/osusume/sentiment"
)

// A Client asks a model behind HTTP how good texts sound. Safe for concurrent use.
type Client struct {
	URL   string
	Token string       // sent as a bearer token; "": none
	HTTP  *http.Client // nil means http.DefaultClient; its Timeout holds for one try
	// Labels says how good a label is, in [-1, 1]. nil means [Labels].
	Labels map[string]float64
	Tries  int           // how often a busy server is asked; 0 means 4
	Wait   time.Duration // before the second try, doubled after each; 0 means a second
}

var _ sentiment.Scorer = (*Client)(nil)

// Labels are what usual models call their classes, in lower case.
var Labels = map[string]float64{
	"positive": 1, "neutral": 0, "negative": -1, "pos": 1, "neu": 0, "neg": -1,
	"1 star": -1, "2 stars": -0.5, "3 stars": 0, "4 stars": 0.5, "5 stars": 1,
}

// A class is one label of an answer and its probability.
type class struct {
	Label string  `json:"label"`
	Score float64 `json:"score"`
}

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 16 << 20

// ScoreTexts asks once for all texts. The compound is the expectation of what the
// labels say. An answer that does not fit is an error that says how; so is a label
// that Labels does not have.
func (c *Client) ScoreTexts(ctx context.Context, texts []string, dst []sentiment.Score) error {
	if len(texts) != len(dst) {
		return fmt.Errorf("textclass: %d places for %d texts", len(dst), len(texts))
	}
	body, err := json.Marshal(map[string]any{"inputs": texts, "parameters": map[string]any{"truncation": true}})
	if err != nil {
		return fmt.Errorf("textclass: %w", err)
	}
	answer, err := c.ask(ctx, body)
	if err != nil {
		return fmt.Errorf("textclass: ask %s: %w", c.URL, err)
	}
	var items []json.RawMessage
	if err := json.Unmarshal(answer, &items); err != nil {
		return fmt.Errorf("textclass: answer of %s is no list: %w", c.URL, err)
	}
	if len(items) != len(texts) {
		return fmt.Errorf("textclass: %s answered %d texts of %d", c.URL, len(items), len(texts))
	}
	for i, item := range items {
		if dst[i], err = c.score(item); err != nil {
			return fmt.Errorf("textclass: answer of %s to text %d: %w", c.URL, i, err)
		}
	}
	return nil
}

// ask posts body until the server is not too busy.
func (c *Client) ask(ctx context.Context, body []byte) ([]byte, error) {
	tries, wait := c.Tries, c.Wait
	if tries <= 0 {
		tries = 4
	}
	if wait <= 0 {
		wait = time.Second
	}
	for try := 1; ; try++ {
		answer, retry, err := c.post(ctx, body)
		if err == nil || retry < 0 || try >= tries {
			return answer, err
		}
		timer := time.NewTimer(max(wait, retry))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, errors.Join(ctx.Err(), err)
		case <-timer.C:
		}
		wait *= 2
	}
}

// post asks once. retry is how long the server wants to be left alone, or -1
// where asking again would not help.
func (c *Client) post(ctx context.Context, body []byte) (answer []byte, retry time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return nil, -1, err
	}
	req.Header.Set("Content-Type", "application/json")
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, -1, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, -1, err
	case len(answer) > maxAnswer:
		return nil, -1, fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	case resp.StatusCode == http.StatusOK:
		return answer, 0, nil
	}
	err = fmt.Errorf("%s: %.200s", resp.Status, answer)
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After")) // 0 where there is none
		return nil, min(time.Duration(max(seconds, 0))*time.Second, time.Minute), err
	}
	return nil, -1, err
}

// score reads the classes of one text.
func (c *Client) score(item json.RawMessage) (sentiment.Score, error) {
	var classes []class
	if err := json.Unmarshal(item, &classes); err != nil {
		classes = make([]class, 1)
		if err := json.Unmarshal(item, &classes[0]); err != nil {
			return sentiment.Score{}, err
		}
	}
	labels := c.Labels
	if labels == nil {
		labels = Labels
	}
	s := sentiment.Score{Tokens: 1, Known: 1}
	total := 0.0
	for _, k := range classes {
		value, ok := labels[strings.ToLower(k.Label)]
		if !ok || !(k.Score >= 0 && k.Score <= 1) {
			return sentiment.Score{}, fmt.Errorf("label %q with score %v is not understood", k.Label, k.Score)
		}
		total += k.Score
		s.Compound += value * k.Score
		switch {
		case value > 0:
			s.Positive += k.Score
		case value < 0:
			s.Negative += k.Score
		}
	}
	if total == 0 {
		return sentiment.Score{}, errors.New("no label has a score")
	}
	if total > 1 { // rounding, or labels that do not exclude each other
		s.Compound, s.Positive, s.Negative = s.Compound/total, s.Positive/total, s.Negative/total
	}
	s.Neutral = max(0, 1-s.Positive-s.Negative)
	return s, nil
}
