package faultfs_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/faultfs"
)

func write(t *testing.T, f faultfs.FS, name, text string, sync bool) {
	t.Helper()
	file, err := f.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, text); err != nil {
		t.Fatal(err)
	}
	if sync {
		if err := file.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestMemAndOSAgree(t *testing.T) {
	for name, f := range map[string]faultfs.FS{"os": faultfs.OS{}, "mem": faultfs.NewMem()} {
		t.Run(name, func(t *testing.T) {
			dir := path.Join(t.TempDir(), "d")
			if err := f.MkdirAll(dir); err != nil {
				t.Fatal(err)
			}
			write(t, f, dir+"/b", "text of b", true)
			write(t, f, dir+"/a", "a", true)
			if _, err := f.Create(dir + "/a"); !errors.Is(err, fs.ErrExist) {
				t.Errorf("Create of a file that is there: got %v; want ErrExist", err)
			}
			if err := f.RenameNew(dir+"/a", dir+"/b"); !errors.Is(err, fs.ErrExist) {
				t.Errorf("RenameNew onto a file: got %v; want ErrExist", err)
			}
			if err := f.RenameNew(dir+"/b", dir+"/c"); err != nil {
				t.Errorf("RenameNew: %v", err)
			}
			if err := f.Remove(dir + "/a"); err != nil {
				t.Errorf("Remove: %v", err)
			}
			if err := f.SyncDir(dir); err != nil {
				t.Errorf("SyncDir: %v", err)
			}
			names, err := f.ReadDir(dir)
			if err != nil || !slices.Equal(names, []string{"c"}) {
				t.Errorf("ReadDir: got %v, %v; want c", names, err)
			}
			if _, err := f.Open(dir + "/b"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Open of a file that is gone: got %v; want ErrNotExist", err)
			}
			r, err := f.Open(dir + "/c")
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(io.NewSectionReader(r, 0, r.Size()))
			if err = errors.Join(err, r.Close()); err != nil || string(got) != "text of b" {
				t.Errorf("got %q, %v; want what was written", got, err)
			}
			lock, err := f.Lock(dir+"/LOCK", "me")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Lock(dir+"/LOCK", "you"); !errors.Is(err, faultfs.ErrLocked) || err.Error() != "locked by another process: me" {
				t.Errorf("a second Lock: got %v; want ErrLocked that names the owner", err)
			}
			if err := lock.Close(); err != nil {
				t.Fatal(err)
			}
			again, err := f.Lock(dir+"/LOCK", "you")
			if err != nil {
				t.Fatalf("Lock after it was released: %v", err)
			}
			if err := again.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestACrashKeepsWhatWasSynced(t *testing.T) {
	m := faultfs.NewMem()
	write(t, m, "d/safe", "safe", true)
	write(t, m, "d/bytes", "unsynced", false)
	if err := m.SyncDir("d"); err != nil {
		t.Fatal(err)
	}
	write(t, m, "d/name", "no name", true)
	for loss, want := range map[faultfs.Loss]map[string][]byte{
		faultfs.LoseAll:   {"d/safe": []byte("safe"), "d/bytes": {}},
		faultfs.LoseBytes: {"d/safe": []byte("safe"), "d/bytes": {}, "d/name": []byte("no name")},
		faultfs.LoseHalf:  {"d/safe": []byte("safe"), "d/bytes": []byte("unsy"), "d/name": []byte("no name")},
		faultfs.LoseNone:  {"d/safe": []byte("safe"), "d/bytes": []byte("unsynced"), "d/name": []byte("no name")},
	} {
		if diff := cmp.Diff(want, m.Crash(loss).Files()); diff != "" {
			t.Errorf("losing %v (-want +got):\n%s", loss, diff)
		}
	}
}

func TestAFailedOperationDoesNothingAndAFailedWriteHalf(t *testing.T) {
	boom := errors.New("boom")
	for kind, do := range map[string]func(m *faultfs.Mem, open faultfs.File) error{
		"create":  func(m *faultfs.Mem, _ faultfs.File) error { _, err := m.Create("d/b"); return err },
		"rename":  func(m *faultfs.Mem, _ faultfs.File) error { return m.RenameNew("d/a", "d/b") },
		"remove":  func(m *faultfs.Mem, _ faultfs.File) error { return m.Remove("d/a") },
		"syncdir": func(m *faultfs.Mem, _ faultfs.File) error { return m.SyncDir("d") },
		"sync":    func(_ *faultfs.Mem, open faultfs.File) error { return open.Sync() },
		"write":   func(_ *faultfs.Mem, open faultfs.File) error { _, err := io.WriteString(open, "12345678"); return err },
	} {
		m := faultfs.NewMem()
		write(t, m, "d/a", "synced", true)
		open, err := m.Create("d/open")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(open, "text"); err != nil {
			t.Fatal(err)
		}
		state := func() (all []map[string][]byte) {
			for _, loss := range faultfs.Losses {
				all = append(all, m.Crash(loss).Files())
			}
			return append(all, m.Files())
		}
		want := state()
		if kind == "write" {
			want[2]["d/open"], want[3]["d/open"], want[4]["d/open"] = []byte("text"), []byte("text1234"), []byte("text1234")
		}
		m.Before = func(op faultfs.Op) error {
			if op.Kind != kind {
				t.Errorf("%s: got operation %v", kind, op)
			}
			return boom
		}
		if err := do(m, open); !errors.Is(err, boom) {
			t.Errorf("%s: got error %v; want the one it was given", kind, err)
		}
		if diff := cmp.Diff(want, state()); diff != "" {
			t.Errorf("%s: what each loss leaves, and the files now (-want +got):\n%s", kind, diff)
		}
	}
}

// A crash may keep any of the names, and of a file any prefix, with any sectors
// of what was not synced as zeros; never less than what was synced.
func TestACrashMayKeepAnyPartOfWhatWasNotSynced(t *testing.T) {
	m := faultfs.NewMem()
	write(t, m, "d/old", "old", true)
	if err := m.SyncDir("d"); err != nil {
		t.Fatal(err)
	}
	f, err := m.Create("d/f")
	if err != nil {
		t.Fatal(err)
	}
	synced, rest := strings.Repeat("s", 700), strings.Repeat("r", 1500)
	for _, part := range []string{synced, rest} {
		if part == rest {
			if err := errors.Join(f.Sync(), m.SyncDir("d")); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := io.WriteString(f, part); err != nil {
			t.Fatal(err)
		}
	}
	write(t, m, "d/new", "new", true)
	if err := m.Remove("d/old"); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	found := map[string]bool{}
	for range 300 {
		files := m.CrashSome(r.IntN).Files()
		got := string(files["d/f"])
		if !strings.HasPrefix(got, synced) || len(got) > 2200 || strings.Trim(got[700:], "r\x00") != "" {
			t.Fatalf("got a file %q; want what was synced, then a part of the rest", got)
		}
		found["a prefix"] = found["a prefix"] || len(got) < 2200 && len(got) > 700
		found["a hole"] = found["a hole"] || strings.Contains(got, "\x00r")
		for _, name := range []string{"d/old", "d/new"} {
			_, ok := files[name]
			found[fmt.Sprint(name, ok)] = true
		}
	}
	want := map[string]bool{"a prefix": true, "a hole": true, "d/oldtrue": true, "d/oldfalse": true, "d/newtrue": true, "d/newfalse": true}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("what 300 crashes kept (-want +got):\n%s", diff)
	}
	if _, err := io.WriteString(f, "more"); err != nil || len(m.Files()["d/f"]) != 2204 {
		t.Errorf("the file system that crashed goes on: %d bytes, error %v; want 2204", len(m.Files()["d/f"]), err)
	}
}

func TestHandlesAreCountedAndEndWithClose(t *testing.T) {
	m := faultfs.NewMem()
	f, err := m.Create("d/f")
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Open("d/f")
	if err != nil {
		t.Fatal(err)
	}
	l, err := m.Lock("d/LOCK", "me")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"d/LOCK", "d/f", "d/f"}, m.OpenHandles()); diff != "" {
		t.Errorf("open handles (-want +got):\n%s", diff)
	}
	for name, c := range map[string]io.Closer{"writer": f, "reader": r, "lock": l} {
		if err := c.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := c.Close(); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s: closing it again: got error %v; want ErrClosed", name, err)
		}
	}
	if got := m.OpenHandles(); got != nil {
		t.Errorf("open handles after closing all: got %v; want none", got)
	}
	_, written := f.Write([]byte("x"))
	_, read := r.ReadAt(make([]byte, 1), 0)
	for name, err := range map[string]error{"Write": written, "Sync": f.Sync(), "ReadAt": read} {
		if !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s after Close: got error %v; want ErrClosed", name, err)
		}
	}
}
