package sentiment

import "testing"

// What the first call of English costs, after which it is kept.
func BenchmarkEnglish(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		embedded(vaderText, englishText)
	}
}
