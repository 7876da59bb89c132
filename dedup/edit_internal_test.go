package dedup

import "testing"

func TestEditSimilarityOfEmptyAndLongTexts(t *testing.T) {
	long := ""
	for range 300 {
		long += "long"
	}
	for _, test := range []struct {
		a, b string
		want float64
	}{
		{"", "", 1}, {"", "a", 0}, {"K", "X", 0}, {"K", "K", 1}, {"ab", "ba", 0.5}, {long, long + "x", 1}, {long, "x", 0},
	} {
		if got := editSimilarity(test.a, test.b); got != test.want {
			t.Errorf("editSimilarity(%.10q, %.10q) = %v, want %v", test.a, test.b, got, test.want)
		}
	}
}
