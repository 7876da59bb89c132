// Package abtest says which users see which model, and which model won.
//
// Use it where several models serve at once and their effect on users is to be
// compared: a [Splitter] gives every user one arm, the same in every process and
// after every restart, by a salted hash and nothing else; a [Router] is the Model
// that serves by it; [Tally] and [Analyse] read from a journal what came of it.
//
//	split, err := abtest.NewSplitter("blend-2026", []abtest.Arm{
//		{Name: "control", Weight: 50},
//		{Name: "treatment_a", Weight: 25},
//		{Name: "treatment_b", Weight: 25},
//	})
//	if err != nil {
//		return err
//	}
//	router, err := abtest.NewRouter(split, map[string]recommender.Model{
//		"control": old, "treatment_a": newer, "treatment_b": newest,
//	}, abtest.RouterOptions{})
//	if err != nil {
//		return err
//	}
//	ranking, err := router.Recommend(ctx, req) // the caller logs what it shows, with ranking.Arm
//	...
//	counts, err := abtest.Tally(ctx, journal, split.Experiment(), split.Names())
//	if err != nil {
//		return err
//	}
//	result, err := abtest.Analyse(counts, split, "control", abtest.AnalyseOptions{})
//	if err != nil {
//		return err
//	}
//	fmt.Println(result.Verdict)
//
// # Basics
//
//   - The experiment's name is the salt: two experiments that run at once split
//     users independently of each other.
//   - Users hash to one of 10,000 slots, and a table says whose the slot is.
//     [Splitter.Reweigh] moves as few slots as the new weights demand.
//   - A Router only names the arm; whoever shows the list logs the exposure, so
//     evaluation creates none. A request without a user is answered, not counted.
//   - The click-through rate is lists with a click ÷ lists shown. The verdict
//     compares it with users as the units ([CompareRatios]), since users, not
//     lists, were dealt at random; the plain z-test ([TwoProportions]) stands
//     beside it.
//   - First of all [SampleRatio]: where users did not reach the arms as they were
//     dealt, nothing else is concluded.
//   - No figure of a result is NaN or infinite, however little was logged.
//
// # Caveats
//
// Changing the name of an experiment deals all users anew. A user who was shown
// lists of several arms, after a Reweigh or a mix-up, is left out of all of them
// (Counts.Crossed). Analyse holds the users seen in the whole journal against the
// present shares, so an experiment whose weights were changed shows a mismatch:
// give it a new name.
//
// The p-values are good for one look at an end that was fixed before. Who looks
// every day and stops at the first p below 0.05 finds differences that are not
// there.
//
// A fallback belongs inside an arm, not around the Router: a list that another
// model fills in outside of it has no arm, and the arm that needs it most loses
// the users for whom it failed.
//
// Safe for concurrent use; Splitter and Router do not change.
package abtest
