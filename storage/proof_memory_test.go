package storage_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// TestProofMemory writes, compacts and loads many ratings, in a process of its
// own that may use 4 GB.
func TestProofMemory(t *testing.T) {
	rows := size(300_000, 100_000_000)
	if dir := os.Getenv(killDir); dir != "" {
		debug.SetMemoryLimit(3 << 30)
		w, err := storage.Open(dir, storage.Options{Grace: -1, KeepVersions: 1})
		check(t, err)
		start := time.Now()
		step := func(what string) {
			fmt.Printf("%s: %v, %s\n", what, time.Since(start).Round(time.Millisecond), peak(t))
			start = time.Now()
		}
		const page = 200_000
		log := make([]recommender.Interaction, 0, page)
		written := 0
		for user := 0; written < rows; user++ {
			id := recommender.UserID(fmt.Sprintf("user:%d", (user*7919)%1_000_003))
			for i := range 100 {
				item := (i*i*i + user%31*i) % 50_000
				log = append(log, recommender.Interaction{User: id, Item: recommender.ItemID("site:" + strconv.Itoa(item)), Kind: recommender.Click, Value: 1, Time: time.Unix(int64(1e9+user*50+i), 0)})
			}
			if len(log) == page {
				written += page
				check(t, w.Put(t.Context(), recommender.Page{Interactions: log, Next: recommender.Cursor(strconv.Itoa(written))}, "site"))
				log = log[:0]
			}
			if len(log) == 0 && written+page > rows {
				break
			}
		}
		log = nil
		step("write")
		check(t, w.Compact(t.Context()))
		step("compact")
		table, err := w.Table(t.Context(), recommender.Filter{})
		check(t, err)
		step("load")
		if table.Len() != written {
			t.Fatalf("got %d rows; want %d", table.Len(), written)
		}
		fmt.Printf("rows: %d\n", written)
		check(t, w.Close())
		return
	}
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestProofMemory$", "-test.timeout=60m")
	child.Env = append(os.Environ(), killDir+"="+dir)
	out, err := child.CombinedOutput()
	check(t, err)
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		t.Log(line)
	}
	if i := bytes.Index(out, []byte("load: ")); i >= 0 {
		var kB int
		if _, err := fmt.Sscanf(string(out[i+bytes.Index(out[i:], []byte("peak ")):]), "peak %d kB", &kB); err != nil {
			t.Skip("this system does not say how much memory it took")
		} else if kB > 4<<20 {
			t.Errorf("it took %d kB; want at most 4 GB", kB)
		}
	} else {
		t.Error("the child has not loaded anything")
	}
}

// peak is the most memory that this process has had, where the system says.
func peak(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "peak unknown"
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return "peak " + strings.TrimSpace(rest)
		}
	}
	return "peak unknown"
}
