package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/osusume/osusume/recommender"
)

// recommendRequest is the body of POST /recommendations.
type recommendRequest struct {
	AnimeIDs []json.RawMessage `json:"anime_ids"` // seeds: catalogue numbers or item IDs
	N        *int              `json:"n"`
	UserID   string            `json:"user_id"`
}

type recommendResponse struct {
	Recommendations []recommendation `json:"recommendations"`
	ModelVersion    string           `json:"model_version"`
	UserCohort      string           `json:"user_cohort"`
	GeneratedAt     time.Time        `json:"generated_at"`
}

type recommendation struct {
	AnimeID         int64    `json:"anime_id"`
	Title           string   `json:"title"`
	Score           float32  `json:"score"`
	SimilarityScore float32  `json:"similarity_score"` // the same, for callers that know it by this name
	Source          string   `json:"source"`
	Tags            string   `json:"tags"`
	Why             string   `json:"why"`         // a sentence; "" where there is nothing to name
	Explanation     string   `json:"explanation"` // the same, with the shares of a blend's parts
	Reasons         []reason `json:"reasons"`
}

func (s *server) recommend(c *call) (reply, error) {
	var body recommendRequest
	if err := decode(c.w, c.Request, &body); err != nil {
		return reply{}, err
	}
	now, err := s.reload.serving()
	if err != nil {
		return reply{}, err
	}
	c.user = body.UserID
	req, err := body.request(now.titles)
	if err != nil {
		return reply{}, err
	}
	ranking, err := now.router.Recommend(c.Context(), req)
	if errors.Is(err, recommender.ErrColdStart) {
		return reply{}, fault(http.StatusUnprocessableEntity, "", "nothing is known about this request, and no popular model of the same data is published to fall back on").because(err)
	}
	if err != nil {
		return reply{}, err
	}
	c.cohort, c.version = ranking.Arm, ranking.Model
	at := s.now()
	out := recommendResponse{
		Recommendations: make([]recommendation, len(ranking.Items)),
		ModelVersion:    ranking.Model, UserCohort: ranking.Arm, GeneratedAt: at,
	}
	for i, item := range ranking.Items {
		out.Recommendations[i] = now.titles.describe(item)
	}
	if err := s.expose(c, req.User, ranking, at); err != nil {
		return reply{}, err
	}
	return inJSON(http.StatusOK, out)
}

// request checks the body and puts it into the library's words. The request has
// no time: an answer depends on its version alone, and can be made again.
func (b recommendRequest) request(titles *catalogue) (recommender.Request, error) {
	req := recommender.Request{User: recommender.UserID(b.UserID), N: recommender.DefaultN, Explain: true}
	if err := checkUserID(b.UserID); err != nil {
		return req, err
	}
	if b.N != nil {
		req.N = *b.N
	}
	if req.N < 1 || req.N > maxList {
		return req, fault(http.StatusUnprocessableEntity, "n", "it is %d; 1 to %d are possible", req.N, maxList)
	}
	if len(b.AnimeIDs) > maxSeeds {
		return req, fault(http.StatusUnprocessableEntity, "anime_ids", "there are %d; %d are allowed", len(b.AnimeIDs), maxSeeds)
	}
	for i, raw := range b.AnimeIDs {
		t, err := titles.find(indexed("anime_ids", i), raw)
		if err != nil {
			return req, err
		}
		if !slices.Contains(req.Seeds, t.id) {
			req.Seeds = append(req.Seeds, t.id)
		}
	}
	return req, nil
}

// describe puts an item of a ranking into the words of the answer.
func (c *catalogue) describe(item recommender.Scored) recommendation {
	t := c.byID[item.Item]
	why := recommender.Sentence(item.Why, c.title)
	return recommendation{
		AnimeID: t.number, Title: t.name, Score: item.Score, SimilarityScore: item.Score,
		Source: t.source, Tags: t.tags, Why: why, Explanation: explain(why, item.Why), Reasons: c.reasons(item.Why),
	}
}

// expose journals what a user is about to see. A list that cannot be journalled
// is not shown: the experiment would count its clicks and not the list.
func (s *server) expose(c *call, user recommender.UserID, r recommender.Ranking, at time.Time) error {
	if user == "" {
		return nil
	}
	shown := make([]recommender.ItemID, len(r.Items))
	for i, item := range r.Items {
		shown[i] = item.Item
	}
	err := s.journal.Append(c.Context(), []recommender.Exposure{{
		ID: rand.Text(), User: user, Experiment: s.split.Experiment(), Arm: r.Arm, Model: r.Model, Items: shown, Time: at,
	}}, nil)
	if err != nil {
		return unjournalled(err)
	}
	s.served.put(user, r.Model)
	return nil
}

// unjournalled is what is answered where the journal does not take an entry.
func unjournalled(err error) *problem {
	return fault(http.StatusServiceUnavailable, "", "the journal does not take entries at the moment").
		with("Retry-After", "1").because(err)
}
