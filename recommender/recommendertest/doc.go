// Package recommendertest holds the contracts of package recommender as test
// suites: whoever implements one of its interfaces runs the suite of that name,
// as testing/fstest does it for file systems.
//
// # A complete use
//
//	func TestPopularKeepsTheContract(t *testing.T) {
//		recommendertest.TestTrainer(t, recommender.Popular{}, nil, recommendertest.TrainerOptions{UserIndependent: true})
//	}
//
// # Basics
//
//   - Every rule of a contract is one subtest, named for the rule.
//   - The data is generated ([SmallWorld]); nothing is read or downloaded.
//   - Property tests draw from a fixed seed: a failure repeats.
//
// # Caveats
//
// The suites check what the interfaces promise, not how good a model is: for
// that see package recommender/eval.
package recommendertest
