package recommender

import "context"

// scorerWithHistory is what recommend needs of a model.
type scorerWithHistory interface {
	Scorer
	Historian
}

// recommend answers req with a Scorer's scores: the Recommend of the models here.
func recommend(ctx context.Context, m scorerWithHistory, r *Ranker, req Request) (Ranking, error) {
	scores := make([]float32, len(r.Catalog()))
	if err := m.ScoreAll(ctx, req, scores); err != nil {
		return Ranking{}, err
	}
	out := r.Rank(req, scores, m.Seen(req.User))
	if e, ok := m.(Explainer); ok && req.Explain {
		for i := range out.Items {
			why, err := e.Explain(ctx, req, out.Items[i].Item)
			if err != nil {
				return Ranking{}, err
			}
			out.Items[i].Why = why
		}
	}
	return out, nil
}
