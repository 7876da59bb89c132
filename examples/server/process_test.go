package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// A childProcess is this test's binary as a server.
type childProcess struct {
	*exec.Cmd
	url string
}

func launch(t *testing.T, dir string) childProcess {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-dir", dir, "-addr", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), "OSUSUME_TEST_SERVER=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // it may have ended
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server says nothing: %v", err)
	}
	_, url, found := strings.Cut(strings.TrimSpace(line), " at ")
	if !found {
		t.Fatalf("the server says %q", line)
	}
	return childProcess{cmd, strings.TrimSuffix(url, "/")}
}

// What a server has acknowledged is there after it was killed in the middle of
// its work; and a server that is asked to end finishes.
func TestKillLosesNothingThatWasAcknowledged(t *testing.T) {
	dir := warehouse(t)
	p := launch(t, dir)
	const enough = 200
	var (
		mu     sync.Mutex
		events = map[recommender.UserID]bool{}
		lists  = map[recommender.UserID]bool{}
		full   = make(chan struct{})
		load   sync.WaitGroup
	)
	for worker := range 8 {
		load.Go(func() {
			for i := 0; ; i++ {
				user := fmt.Sprintf("w%d-%d", worker, i)
				if !accepted(p.url+"/recommendations", `{"user_id": "`+user+`"}`, http.StatusOK) {
					return
				}
				mu.Lock()
				lists[recommender.UserID(user)] = true
				mu.Unlock()
				if !accepted(p.url+"/events", `{"user_id": "`+user+`", "anime_id": 1, "kind": "click"}`, http.StatusAccepted) {
					return
				}
				mu.Lock()
				if events[recommender.UserID(user)] = true; len(events) == enough {
					close(full)
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-full:
	case <-t.Context().Done():
	}
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	load.Wait()
	_ = p.Wait() // it was killed

	p = launch(t, dir)
	if !accepted(p.url+"/events", `{"user_id": "last", "anime_id": 1, "kind": "click"}`, http.StatusAccepted) {
		t.Error("the server does not go on after it was killed")
	}
	events["last"] = true
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("the server was interrupted and ends with: %v", err)
	}

	j, err := storage.OpenJournal(filepath.Join(dir, "journal"), storage.JournalOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}()
	if len(events) <= enough {
		t.Errorf("%d events were acknowledged, want more than %d", len(events), enough)
	}
	for e, err := range j.Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		delete(events, e.User)
	}
	for x, err := range j.Exposures(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		delete(lists, x.User)
	}
	if len(events) > 0 || len(lists) > 0 {
		t.Errorf("%d acknowledged events and %d answered lists are lost", len(events), len(lists))
	}
}

// accepted reports whether the request came to an answer with the status.
func accepted(url, body string, status int) bool {
	r, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return false
	}
	return r.Body.Close() == nil && r.StatusCode == status
}

func TestRunRefusesWrongCalls(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-help"}, 0, "go run ./examples/pipeline"},
		{[]string{"more"}, 2, `"more"`},
		{[]string{"-bogus"}, 2, "bogus"},
		{[]string{"-dir", ""}, 2, "-dir"},
		{[]string{"-poll", "0s"}, 2, "-poll"},
		{[]string{"-status-age", "-1s"}, 2, "-status-age"},
		{[]string{"-dir", t.TempDir(), "-addr", "nonsense"}, 1, "nonsense"},
	} {
		var out, notes bytes.Buffer
		if code := run(t.Context(), c.args, &out, &notes); code != c.code || !strings.Contains(notes.String(), c.want) {
			t.Errorf("server %q: exit code %d, %q; want %d and %q", c.args, code, notes.String(), c.code, c.want)
		}
	}
}

func TestSecondServerOnOneJournalIsRefused(t *testing.T) {
	dir := warehouse(t)
	start(t, dir)
	var out, notes bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if code := run(ctx, []string{"-dir", dir, "-addr", "127.0.0.1:0"}, &out, &notes); code != 1 || !strings.Contains(notes.String(), "lock") {
		t.Errorf("exit code %d, %q", code, notes.String())
	}
}
