// Package itemitem is the shared half of models that score an item by what each
// of the user's own items says about it: score(u, j) = scale(j) · Σ weight(i, j)
// over the items i of u.
//
// It holds what a user has, which of it counts, the request's own items, the
// ranking, the explanation, and those parts of a snapshot. What differs from
// model to model are the [Weights].
//
//	m, err := itemitem.New("mf/ease", taste, table.Items, recommender.NewHistories(table), positives)
//	m.Weights, m.Scale = weights, scale
//
// # Basics
//
//   - Own items are the request's seeds; else the positives of the user in
//     training together with those of Request.History, as if the history had been
//     rows of training: a Dislike in it takes an item back.
//   - Items that nobody has positively score NaN. Items of which the own items
//     say nothing score 0.
//   - Explanations are exact: a part is scale(j) · weight(i, j).
//
// # Caveats
//
// Whoever makes a Model sets its Weights before it is used and changes nothing
// afterwards; then it is safe for concurrent use.
package itemitem
