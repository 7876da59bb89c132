package main

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/osusume/osusume/recommender"
)

// eventRequest is the body of POST /events.
type eventRequest struct {
	UserID  string          `json:"user_id"`
	AnimeID json.RawMessage `json:"anime_id"` // a catalogue number or an item ID
	Kind    string          `json:"kind"`
	Value   *float32        `json:"value"` // of a rating
	At      string          `json:"at"`    // RFC 3339; "": now
}

type eventResponse struct {
	Status       string `json:"status"`
	UserCohort   string `json:"user_cohort"`
	ModelVersion string `json:"model_version,omitempty"` // that last served the user
}

// skew is how far ahead of ours a caller's clock may be.
const skew = time.Minute

// event journals what a user did, under the user's cohort and the version that
// last served them. It answers 202 when the event is durable: after one or two
// fsyncs, and never later than requestTime.
func (s *server) event(c *call) (reply, error) {
	var body eventRequest
	if err := decode(c.w, c.Request, &body); err != nil {
		return reply{}, err
	}
	now, err := s.reload.serving()
	if err != nil {
		return reply{}, err
	}
	c.user = body.UserID
	e, err := body.event(now.titles, s.now())
	if err != nil {
		return reply{}, err
	}
	e.Experiment, e.Arm, e.Model = s.split.Experiment(), s.split.Arm(e.User), s.served.get(e.User)
	c.cohort, c.version = e.Arm, e.Model
	if err := s.journal.Append(c.Context(), nil, []recommender.Event{e}); err != nil {
		return reply{}, unjournalled(err)
	}
	return inJSON(http.StatusAccepted, eventResponse{"accepted", e.Arm, e.Model})
}

// event checks the body and puts it into the library's words.
func (b eventRequest) event(titles *catalogue, now time.Time) (recommender.Event, error) {
	e := recommender.Event{User: recommender.UserID(b.UserID), Time: now}
	refuse := func(field, format string, args ...any) (recommender.Event, error) {
		return e, fault(http.StatusUnprocessableEntity, field, format, args...)
	}
	if b.UserID == "" {
		return refuse("user_id", "it is missing")
	}
	if err := checkUserID(b.UserID); err != nil {
		return e, err
	}
	if b.AnimeID == nil {
		return refuse("anime_id", "it is missing")
	}
	t, err := titles.find("anime_id", b.AnimeID)
	if err != nil {
		return e, err
	}
	e.Item = t.id
	if e.Kind, err = recommender.ParseEventKind(b.Kind); err != nil {
		return refuse("kind", "%q is none of click, rating and dismiss", b.Kind)
	}
	switch {
	case e.Kind != recommender.EventRating && b.Value != nil:
		return refuse("value", "a %v has none", e.Kind)
	case e.Kind != recommender.EventRating:
	case b.Value == nil:
		return refuse("value", "a rating needs one, in stars")
	case !(*b.Value >= 0 && *b.Value <= recommender.MaxStars):
		return refuse("value", "%v is outside [0, %v] stars", *b.Value, recommender.MaxStars)
	default:
		e.Value = *b.Value
	}
	if b.At == "" {
		return e, nil
	}
	if e.Time, err = time.Parse(time.RFC3339, b.At); err != nil {
		return refuse("at", "%q is no time as RFC 3339 writes it, such as %s", b.At, now.Format(time.RFC3339))
	}
	if e.Time.After(now.Add(skew)) || e.Time.Year() < 1970 {
		return refuse("at", "%s is in the future or before 1970", b.At)
	}
	if e.Time.Nanosecond() == 0 {
		// Whoever writes whole seconds must not click before they were shown the list.
		e.Time = e.Time.Add(time.Second - time.Microsecond)
	}
	return e, nil
}
