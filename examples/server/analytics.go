package main

import (
	"net/http"
	"strings"
)

type analyticsResponse struct {
	ModelVersion string             `json:"model_version"`
	Metrics      map[string]measure `json:"metrics"`
	Protocol     string             `json:"protocol"`
}

// A measure is a metric with its 95 % interval; coverage has none.
type measure struct {
	Mean float64  `json:"mean"`
	Lo   *float64 `json:"lo,omitempty"`
	Hi   *float64 `json:"hi,omitempty"`
}

// pipelineProtocol is how examples/pipeline measures what it publishes. A
// version whose Config has a "protocol" speaks for itself.
const pipelineProtocol = "offline, before publishing: a random fifth of each user's items held out, all items ranked, " +
	"every interaction counts; 95 % intervals by bootstrap over users. What serves was then trained on all interactions."

// analytics tells how well a version did in evaluation.
func (s *server) analytics(c *call) (reply, error) {
	now, err := s.reload.serving()
	if err != nil {
		return reply{}, err
	}
	id := c.PathValue("model_version")
	v, known := now.version(id)
	if !known {
		return reply{}, fault(http.StatusNotFound, "model_version", "there is no version %q; GET /models lists what there is", id)
	}
	out := analyticsResponse{ModelVersion: id, Metrics: measures(finite(v.Metrics)), Protocol: pipelineProtocol}
	if p := v.Config["protocol"]; p != "" {
		out.Protocol = p
	}
	return inJSON(http.StatusOK, out)
}

// measures puts "ndcg@10", "ndcg@10.lo" and "ndcg@10.hi" together as ndcg_at_10.
func measures(metrics map[string]float64) map[string]measure {
	out := map[string]measure{}
	for key, mean := range metrics {
		if !strings.Contains(key, "@") || strings.HasSuffix(key, ".lo") || strings.HasSuffix(key, ".hi") {
			continue
		}
		name := strings.ReplaceAll(key, "@", "_at_")
		if key == "coverage@10" {
			name = "coverage"
		}
		m := measure{Mean: mean}
		lo, hasLo := metrics[key+".lo"]
		hi, hasHi := metrics[key+".hi"]
		if hasLo && hasHi {
			m.Lo, m.Hi = &lo, &hi
		}
		out[name] = m
	}
	return out
}
