// Package strsim measures how far two texts are apart.
//
// Use it where package dedup or match compares names: they share one distance.
//
//	d := strsim.Distance("glass orchard", "galss orchard") // 1
//
// # Basics
//
// [Distance] is that of optimal string alignment: characters put in, taken out or
// replaced, and neighbours swapped, cost 1 each.
//
// # Caveats
//
// Where both texts are longer than 64 characters the cost is the product of their
// lengths: callers clip them.
package strsim
