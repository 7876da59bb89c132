package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
)

var errUsage = errors.New("wrong usage")

// newFlags returns the flags of a subcommand, whose help begins with text. Help
// that was asked for goes to out; complaints go to notes.
func newFlags(name, text string, out, notes io.Writer) *flagSet {
	f := &flagSet{FlagSet: flag.NewFlagSet("benchmark "+name, flag.ContinueOnError), out: out, notes: notes}
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.text = text
	return f
}

type flagSet struct {
	*flag.FlagSet
	text       string
	out, notes io.Writer
}

// parse reads the arguments; the flags named as required must be there.
func (f *flagSet) parse(args []string, required ...string) error {
	err := f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(f.out, f.text, "\nFlags:\n")
		f.SetOutput(f.out)
		f.PrintDefaults()
		return err
	}
	if err == nil && f.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q: every input is a flag", f.Arg(0))
	}
	for _, name := range required {
		if err == nil && f.Lookup(name).Value.String() == "" {
			err = fmt.Errorf("-%s is missing", name)
		}
	}
	if err != nil {
		fmt.Fprintf(f.notes, "%s: %v\n%s --help explains the flags\n", f.Name(), err, f.Name())
		return errUsage
	}
	return nil
}

// number is a flag that may be left out.
func (f *flagSet) number(name, help string) *optional {
	n := &optional{}
	f.Var(n, name, help)
	return n
}

type optional struct{ value *float64 }

func (o *optional) String() string {
	if o == nil || o.value == nil {
		return ""
	}
	return strconv.FormatFloat(*o.value, 'g', -1, 64)
}

func (o *optional) Set(s string) error {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != v {
		return fmt.Errorf("%q is not a number", s)
	}
	o.value = &v
	return nil
}

// ints reads "10,20".
func ints(s string) ([]int, error) {
	var list []int
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q in %q is not a positive whole number", part, s)
		}
		list = append(list, n)
	}
	return list, nil
}

// words reads "popular,bpr".
func words(s string) []string {
	var list []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// A named file is one of "mal=FILE,anilist=FILE".
type named struct{ name, path string }

func namedFiles(s string) ([]named, error) {
	var list []named
	seen := map[string]bool{}
	for _, part := range words(s) {
		name, path, ok := strings.Cut(part, "=")
		if !ok || name == "" || path == "" || strings.Contains(name, ":") {
			return nil, fmt.Errorf("%q is not NAME=FILE", part)
		}
		if seen[name] {
			return nil, fmt.Errorf("%q is there twice", name)
		}
		seen[name] = true
		list = append(list, named{name, path})
	}
	return list, nil
}
