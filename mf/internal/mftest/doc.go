// Package mftest has what the tests of package mf and of the models beside it
// share: small data, and the promises that models of items keep alike.
//
//	mftest.Suite{Kind: ease.Kind, Trainer: trainer, Read: read}.Run(t)
//
// # Basics
//
// A [Suite] holds a model of items (mf/internal/itemitem) to what its scores,
// reasons and snapshots are. What differs from model to model is tested beside it.
//
// # Caveats
//
// It is imported by tests only.
package mftest
