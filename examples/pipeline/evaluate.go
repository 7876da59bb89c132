package main

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

// listed is the length of the lists that are measured.
const listed = 10

// evaluateAll measures every model on the held-out interactions, or reads what
// an earlier run measured.
func (m *modeller) evaluateAll(ctx context.Context, s *stage) error {
	done := m.done()
	var oracle *oracleModel
	if m.in.world != nil {
		var err error
		if oracle, err = newOracleModel(m.in.world, m.links, m.train); err != nil {
			return err
		}
	}
	m.measured = map[string]map[string]float64{}
	for i, name := range m.names() {
		s.say(name)
		s.at(int64(i), int64(len(m.names())+1))
		if done {
			m.measured[name] = m.published[m.versionID(name)].Metrics
		} else {
			metrics, err := m.measure(ctx, m.trained[name], oracle)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			m.measured[name] = metrics
		}
		m.rep.Models = append(m.rep.Models, modelReportOf(name, m.versionID(name), m.measured[name]))
	}
	m.rep.TestUsers = int(m.measured[popularName]["users"])
	if oracle != nil {
		s.say("oracle")
		if err := m.ceiling(ctx, oracle); err != nil {
			return fmt.Errorf("oracle: %w", err)
		}
	}
	best := m.rep.Models[0]
	for _, r := range m.rep.Models {
		if r.Metrics["ndcg@10"].Mean > best.Metrics["ndcg@10"].Mean {
			best = r
		}
	}
	m.rep.Champion = best.Name
	how := "measured"
	if done {
		how = "read what an earlier run measured"
	}
	s.done("%s: NDCG@10 of %s %.3f, of popular %.3f, over %s users", how,
		best.Name, best.Metrics["ndcg@10"].Mean, m.measured[popularName]["ndcg@10"], count(m.rep.TestUsers))
	return nil
}

// measure evaluates a model and flattens what came out, intervals as three values.
func (m *modeller) measure(ctx context.Context, model recommender.Model, oracle *oracleModel) (map[string]float64, error) {
	r, err := eval.Evaluate(ctx, model, m.train, m.test, eval.Options{K: []int{listed}, Seed: m.cfg.seed, Workers: m.cfg.workers})
	if err != nil {
		return nil, err
	}
	f := map[string]float64{"users": float64(r.Users), "cold_starts": float64(r.ColdStarts)}
	for name, in := range r.Metrics {
		f[name] = in.Mean
		if !math.IsNaN(in.Lo) {
			f[name+".lo"], f[name+".hi"] = in.Lo, in.Hi
		}
	}
	if oracle != nil {
		if f["oracle_liked@10"], err = oracle.liked(ctx, model, m.train.Users, m.test, m.cfg.workers); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func modelReportOf(name, version string, f map[string]float64) modelReport {
	r := modelReport{Name: name, Version: version, Metrics: map[string]eval.Interval{}, Coverage: f["coverage@10"],
		Cold: int(f["cold_starts"]), Liked: f["oracle_liked@10"]}
	for key, mean := range f {
		if lo, ok := f[key+".lo"]; ok && strings.Contains(key, "@") {
			r.Metrics[key] = eval.Interval{Mean: mean, Lo: lo, Hi: f[key+".hi"]}
		}
	}
	return r
}

// ceiling measures what a ranker would reach that knew the truth: by the chance
// of an item to be in the log, and by the chance to be liked.
func (m *modeller) ceiling(ctx context.Context, oracle *oracleModel) error {
	byLog, err := m.measure(ctx, oracle.by(byWatch), nil)
	if err != nil {
		return err
	}
	liked, err := oracle.liked(ctx, oracle.by(byLike), m.train.Users, m.test, m.cfg.workers)
	if err != nil {
		return err
	}
	r := modelReportOf("oracle", "", byLog)
	m.rep.Ceiling = &ceilingReport{Metrics: r.Metrics, Liked: liked}
	return nil
}
