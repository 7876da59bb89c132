package main

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"time"
)

type modelsResponse struct {
	Models []modelInfo `json:"models"`
}

type modelInfo struct {
	Version      string             `json:"version"`
	Type         string             `json:"type"`
	TrainingDate time.Time          `json:"training_date"`
	Cohorts      []string           `json:"cohorts"`
	Status       string             `json:"status"` // active or deprecated
	Metrics      map[string]float64 `json:"metrics"`
}

// models lists all versions, newest first.
func (s *server) models(*call) (reply, error) {
	now, err := s.reload.serving()
	if err != nil {
		return reply{}, err
	}
	active := now.active()
	out := modelsResponse{Models: []modelInfo{}}
	for _, v := range slices.Backward(now.versions) {
		status := "deprecated"
		if active[v.ID] {
			status = "active"
		}
		out.Models = append(out.Models, modelInfo{
			Version: v.ID, Type: v.Kind, TrainingDate: v.Created, Cohorts: now.cohortsOf(v.ID, s.split.Names()),
			Status: status, Metrics: finite(v.Metrics),
		})
	}
	return inJSON(http.StatusOK, out)
}

// active returns the versions that answer somebody or have an alias, with their
// parts and the popular versions that they fall back on.
func (s *serving) active() map[string]bool {
	active := map[string]bool{}
	for id := range s.models {
		active[id] = true
	}
	for _, id := range s.aliases {
		active[id] = true
		if v, known := s.version(id); known {
			for _, part := range v.Parts {
				active[part] = true
			}
		}
	}
	return active
}

// finite returns the metrics that JSON has a number for.
func finite(metrics map[string]float64) map[string]float64 {
	kept := maps.Clone(metrics)
	if kept == nil {
		kept = map[string]float64{}
	}
	maps.DeleteFunc(kept, func(_ string, x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
	return kept
}

type healthResponse struct {
	Status  string            `json:"status"` // ok; stale where the newest state cannot be loaded
	Commit  uint64            `json:"commit"`
	Loaded  time.Time         `json:"loaded_at"`
	Aliases map[string]string `json:"aliases"`
}

// health answers 200 where recommendations can be had.
func (s *server) health(*call) (reply, error) {
	now, err := s.reload.serving()
	if err != nil {
		return reply{}, err
	}
	out := healthResponse{Status: "ok", Commit: now.commit, Loaded: now.loaded, Aliases: now.aliases}
	if s.reload.failed.Load() != nil {
		out.Status = "stale"
	}
	return inJSON(http.StatusOK, out)
}
