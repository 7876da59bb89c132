package process

import "testing"

func TestPeakOfReadsTheKernelsText(t *testing.T) {
	for text, want := range map[string]int64{
		"Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t    123 kB\nVmRSS:\t 7 kB\n": 123 * 1024,
		"VmRSS:\t 7 kB\n": 0, "VmHWM:\tmuch kB\n": 0, "": 0,
	} {
		if got := peakOf([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
