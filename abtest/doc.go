// Package abtest says which users see which model.
//
// Use a [Splitter] where several models serve at once and their effect on users
// is to be compared: it gives every user one arm, the same in every process and
// after every restart, by a salted hash and nothing else.
//
//	split, err := abtest.NewSplitter("blend-2026", []abtest.Arm{
//		{Name: "control", Weight: 50},
//		{Name: "treatment_a", Weight: 25},
//		{Name: "treatment_b", Weight: 25},
//	})
//	if err != nil {
//		return err
//	}
//	arm := split.Arm(user)
//
// # Basics
//
//   - The experiment's name is the salt: two experiments that run at once split
//     users independently of each other.
//   - Users hash to one of 10,000 slots, and a table says whose the slot is.
//     [Splitter.Reweigh] moves as few slots as the new weights demand.
//
// # Caveats
//
// Changing the name of an experiment deals all users anew. Safe for concurrent
// use; a Splitter does not change.
package abtest
