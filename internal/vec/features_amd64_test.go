//go:build !noasm

package vec

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The generator writes above each kernel which features its instructions need.
// SSE is of every amd64.
func TestKernelsNeedOnlyWhatIsDetected(t *testing.T) {
	for file, want := range map[string]int{"kernels_amd64.s": 8, "bpr_amd64.s": 4} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		kernels := regexp.MustCompile(`// Requires: (.*)\nTEXT ·(\w+)`).FindAllStringSubmatch(string(text), -1)
		count := 0
		for _, k := range kernels {
			allowed := []string{"SSE", "AVX", "AVX2"}
			switch {
			case strings.HasSuffix(k[2], "AVX512"):
				allowed = append(allowed, "AVX512F")
			case !strings.HasSuffix(k[2], "AVX2"):
				continue // what every amd64 has, and the detection itself
			}
			count++
			for _, feature := range strings.Split(k[1], ", ") {
				if !slices.Contains(allowed, feature) {
					t.Errorf("%s needs %s, which is not tested for", k[2], feature)
				}
			}
		}
		if count != want {
			t.Errorf("%s: found %d kernels, want %d", file, count, want)
		}
	}
}

func TestNoKernelFuses(t *testing.T) {
	files, err := filepath.Glob("*_amd64.s")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %v: %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`VFN?M\w+`).Find(text); found != nil {
			t.Errorf("%s: %s rounds once where the reference rounds twice", file, found)
		}
	}
}
