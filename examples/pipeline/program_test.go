package main

import "testing"

func TestVersionsNameWhatModelsDependOn(t *testing.T) {
	id := func(code, data string, seed uint64, name string) string {
		return (&modeller{walker: &walker{cfg: config{seed: seed}}, code: code, data: data}).versionID(name)
	}
	base := id("program", "data", 1, bprName)
	if again := id("program", "data", 1, bprName); again != base {
		t.Errorf("the same model is %s, then %s", base, again)
	}
	for what, other := range map[string]string{
		"program": id("another", "data", 1, bprName), "data": id("program", "more", 1, bprName),
		"seed": id("program", "data", 2, bprName), "model": id("program", "data", 1, hybridA),
	} {
		if other == base {
			t.Errorf("another %s gives the same version %s", what, base)
		}
	}
}

func TestProgramHashIsOfThisProgram(t *testing.T) {
	a, err := programHash()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := programHash(); err != nil || a != b || len(a) != 64 {
		t.Errorf("%q, then %q, %v", a, b, err)
	}
}
