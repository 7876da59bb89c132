// Package arch_test holds the architecture: who may import whom.
package arch_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/osusume/osusume"

// rooms are the rooms in the middle; none may import another.
var rooms = []string{"tfidf", "mf", "sentiment", "dedup", "sources", "storage", "abtest"}

// third lists the modules that packages of the root module may import.
var third = []string{
	"gonum.org/v1/gonum", "github.com/hbollon/go-edlib", "golang.org/x/time", "golang.org/x/text",
	"golang.org/x/sync", "github.com/parquet-go/parquet-go",
	"github.com/klauspost/compress", // docs/adr/0002-zstd.md
}

// A file is a Go file by its path from the root, with slashes, and what it imports.
type file struct {
	path    string
	imports []string
}

// violations returns a line for every import that the architecture forbids.
func violations(files []file) []string {
	var bad []string
	for _, f := range files {
		if strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		for _, imp := range f.imports {
			if why := forbidden(f.path, imp); why != "" {
				bad = append(bad, fmt.Sprintf("%s imports %s: %s", f.path, imp, why))
			}
		}
	}
	slices.Sort(bad)
	return bad
}

func forbidden(file, imp string) string {
	dir := path.Dir(file)
	from := strings.SplitN(dir, "/", 2)[0]
	nested := from == "examples" || strings.Contains("/"+dir+"/", "/_gen/") || strings.HasPrefix(dir, "docs/")
	if strings.HasPrefix(dir, "recommender/recommendertest") && strings.HasPrefix(imp, "github.com/google/go-cmp/") {
		return "" // a package for tests
	}
	if !nested && from != "recommender" && from != "internal" && !slices.Contains(rooms, from) {
		return "there is no room " + strconv.Quote(from) + "; a new one needs an ADR, and its place among the rooms of this test"
	}
	to, ours := strings.CutPrefix(imp, module+"/")
	if !ours {
		if imp == module || nested || standard(imp) || slices.ContainsFunc(third, func(m string) bool { return imp == m || strings.HasPrefix(imp, m+"/") }) {
			return ""
		}
		return "this module is not among the allowed ones; a new one needs an ADR"
	}
	room := strings.SplitN(to, "/", 2)[0]
	switch {
	case nested && room == "internal":
		return "examples and generators use the public API only"
	case nested:
		return ""
	case room == "examples":
		return "nobody imports examples"
	case from == "internal" && room != "internal":
		return "internal is at the bottom"
	case from == "recommender" && room != "recommender" && room != "internal":
		return "recommender imports the standard library and internal only"
	case slices.Contains(rooms, from) && slices.Contains(rooms, room) && from != room:
		return "rooms in the middle do not import each other"
	}
	return ""
}

// standard reports whether imp is of the standard library: its first element has no dot.
func standard(imp string) bool { return !strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") }

func TestImportsFollowTheArchitecture(t *testing.T) {
	files := parse(t, os.DirFS(filepath.Join("..", "..")))
	if len(files) < 40 {
		t.Fatalf("only %d Go files found: the walk is broken", len(files))
	}
	for _, line := range violations(files) {
		t.Error(line)
	}
}

func parse(t *testing.T, root fs.FS) []file {
	t.Helper()
	var files []file
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		f := file{path: name}
		for _, spec := range parsed.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, imp)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestForbiddenImportsAreFound(t *testing.T) {
	for _, c := range []struct {
		file, imp string
		ok        bool
	}{
		{"mf/model.go", module + "/recommender", true},
		{"mf/model.go", module + "/internal/vec", true},
		{"mf/model.go", module + "/tfidf", false},
		{"mf/model_test.go", module + "/tfidf", true},
		{"sources/synthetic.go", module + "/sources/synthetic", true},
		{"recommender/eval/eval.go", module + "/recommender", true},
		{"recommender/item.go", module + "/mf", false},
		{"internal/vec/vec.go", module + "/recommender", false},
		{"internal/vec/vec.go", module + "/internal/par", true},
		{"examples/pipeline/main.go", module + "/storage", true},
		{"examples/pipeline/main.go", module + "/internal/vec", false},
		{"mf/model.go", module + "/examples/pipeline", false},
		{"util/strings.go", "strings", false},
		{"main.go", "fmt", false},
		{"mf/model.go", "github.com/some/module", false},
		{"examples/pipeline/main.go", "github.com/some/module", true},
		{"mf/model.go", "math/rand/v2", true},
		{"storage/commit.go", "github.com/parquet-go/parquet-go/compress/zstd", true},
	} {
		got := violations([]file{{c.file, []string{c.imp}}})
		if ok := got == nil; ok != c.ok {
			t.Errorf("%s importing %s: allowed %t, want %t (%v)", c.file, c.imp, ok, c.ok, got)
		}
	}
}
