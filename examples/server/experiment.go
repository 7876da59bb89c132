package main

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/recommender"
)

// experiment is the name, and so the salt, of the split of users; controlArm is
// what the others are compared with. Both are those of examples/pipeline.
const (
	experiment = "blend"
	controlArm = "control"
)

func newSplit() (*abtest.Splitter, error) {
	return abtest.NewSplitter(experiment, []abtest.Arm{
		{Name: controlArm, Weight: 50}, {Name: "treatment_a", Weight: 25}, {Name: "treatment_b", Weight: 25}})
}

type statusResponse struct {
	Experiment   string       `json:"experiment"`
	Cohorts      []cohort     `json:"cohorts"`
	SampleRatio  sampleRatio  `json:"sample_ratio"`
	Significance []comparison `json:"significance"`
	Verdict      string       `json:"verdict"`
	CountedAt    time.Time    `json:"counted_at"`
}

type cohort struct {
	Name      string   `json:"name"`
	Share     float64  `json:"share"` // of the users that it is to get
	Users     int      `json:"users"`
	Exposures int      `json:"exposures"` // lists shown
	Clicked   int      `json:"clicked"`   // lists with a click
	Clicks    int      `json:"clicks"`    // all clicks on them
	CTR       interval `json:"ctr"`       // clicked ÷ exposures
}

type interval struct {
	Mean float64 `json:"mean"`
	Lo   float64 `json:"lo"`
	Hi   float64 `json:"hi"`
}

type sampleRatio struct {
	P  float64 `json:"p"`
	OK bool    `json:"ok"`
}

type bounds struct {
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

type comparison struct {
	Cohort   string  `json:"cohort"`
	Against  string  `json:"against"`
	Lift     float64 `json:"lift"`          // of the CTR, relative
	Interval bounds  `json:"lift_interval"` // of the lift, 95 %
	P        float64 `json:"p"`             // users as units, corrected for several cohorts
	Outcome  string  `json:"outcome"`
}

// status says how the experiment stands.
func (s *server) status(c *call) (reply, error) {
	out, err := s.standing.get(c.Context())
	if err != nil {
		return reply{}, err
	}
	return inJSON(http.StatusOK, out)
}

// A standing is the experiment's outcome so far. Counting walks the whole
// journal, so an outcome is kept for as long as makes counting take at most
// a twentieth of one processor, and at least for fresh.
type standing struct {
	journal recommender.Journal
	split   *abtest.Splitter
	now     func() time.Time
	fresh   time.Duration

	mu    sync.Mutex // one walk at a time; the others wait for it and share it
	last  statusResponse
	until time.Time
}

func (s *standing) get(ctx context.Context) (statusResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	began := s.now()
	if began.Before(s.until) {
		return s.last, nil
	}
	out, err := s.count(ctx)
	if err != nil {
		return statusResponse{}, err
	}
	out.CountedAt = began
	s.last, s.until = out, began.Add(max(s.fresh, 20*s.now().Sub(began)))
	return out, nil
}

func (s *standing) count(ctx context.Context) (statusResponse, error) {
	counts, err := abtest.Tally(ctx, s.journal, s.split.Experiment(), s.split.Names())
	if err != nil {
		return statusResponse{}, err
	}
	r, err := abtest.Analyse(counts, s.split, controlArm, abtest.AnalyseOptions{})
	if err != nil {
		return statusResponse{}, err
	}
	out := statusResponse{
		Experiment: r.Experiment, Cohorts: []cohort{}, Significance: []comparison{}, Verdict: r.Verdict,
		SampleRatio: sampleRatio{P: r.SampleRatio.P, OK: r.SampleRatio.OK},
	}
	for _, a := range r.Cohorts {
		out.Cohorts = append(out.Cohorts, cohort{
			Name: a.Name, Share: a.Share, Users: a.Users, Exposures: a.Exposures, Clicked: a.Clicked, Clicks: a.Clicks,
			CTR: interval{a.Rate, a.Interval.Low, a.Interval.High},
		})
	}
	for _, t := range r.Treatments {
		lift := t.ByUser.LiftInterval
		out.Significance = append(out.Significance, comparison{
			Cohort: t.Name, Against: r.Control, Lift: t.ByUser.Lift, Interval: bounds{lift.Low, lift.High},
			P: t.Adjusted, Outcome: t.Outcome.String(),
		})
	}
	return out, nil
}
