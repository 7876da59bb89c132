package fellegi

import (
	"fmt"
	"math"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Options say how parameters are learnt. The zero value is the documented defaults.
type Options struct {
	// Rounds is the most that EM takes; 0 means 1000, which is far beyond what
	// usual data need and costs milliseconds, because EM runs over patterns.
	Rounds int
	// Tolerance ends EM when no parameter moved by more; 0 means 1e-6.
	Tolerance float64
	// Smoothing is how many pairs every level is taken to have been seen in
	// besides what was counted, in proportion to u for m; 0 means 0.01, which
	// keeps a level that was never seen from deciding alone and moves nothing else.
	Smoothing float64
	// Lambda is where EM starts; 0 means 0.1. Where MaxLambda is 0, it is not
	// bounded above; else EM keeps λ at or below it: a pair of tables of n and m
	// records that are each free of duplicates has at most min(n, m) matches.
	Lambda, MaxLambda float64
	// U, where given, is not learnt: by field and level less 1, as [SampleU] returns.
	U [][]float64
	// M, where given, is where EM starts. Otherwise a match is taken to agree at
	// the best levels: the probability doubles from each level to the next.
	M [][]float64
}

const (
	defaultRounds    = 1000
	defaultTolerance = 1e-6
	defaultSmoothing = 0.01
	defaultLambda    = 0.1
)

// withDefaults fills in what is 0, or reports every fault together.
func (o Options) withDefaults(fields []Field) (Options, error) {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if o.Rounds < 0 {
		fault("Rounds %d < 0", o.Rounds)
	}
	for _, v := range []struct {
		name  string
		value float64
		most  float64
	}{
		{"Tolerance", o.Tolerance, 1}, {"Smoothing", o.Smoothing, math.MaxFloat64},
		{"Lambda", o.Lambda, 1}, {"MaxLambda", o.MaxLambda, 1},
	} {
		if !(v.value >= 0) || v.value >= v.most {
			fault("%s %v is not in [0, %v)", v.name, v.value, v.most)
		}
	}
	for _, p := range []struct {
		name  string
		table [][]float64
	}{{"U", o.U}, {"M", o.M}} {
		if p.table != nil {
			faults = append(faults, faultsOf(p.name, p.table, fields)...)
		}
	}
	if faults != nil {
		return o, fmt.Errorf("fellegi: %w: options: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	if o.Rounds == 0 {
		o.Rounds = defaultRounds
	}
	if o.Tolerance == 0 {
		o.Tolerance = defaultTolerance
	}
	if o.Smoothing == 0 {
		o.Smoothing = defaultSmoothing
	}
	if o.Lambda == 0 {
		o.Lambda = defaultLambda
	}
	if o.MaxLambda == 0 {
		o.MaxLambda = 1 - 1e-9
	}
	o.Lambda = min(o.Lambda, o.MaxLambda)
	return o, nil
}

// faultsOf checks a table of probabilities.
func faultsOf(name string, table [][]float64, fields []Field) []string {
	if len(table) != len(fields) {
		return []string{fmt.Sprintf("%s has %d fields, want %d", name, len(table), len(fields))}
	}
	var faults []string
	for f, row := range table {
		if len(row) != fields[f].Levels {
			faults = append(faults, fmt.Sprintf("%s of field %q has %d levels, want %d", name, fields[f].Name, len(row), fields[f].Levels))
			continue
		}
		sum, bad := 0.0, false
		for _, p := range row {
			bad = bad || !(p > 0) || p > 1
			sum += p
		}
		if bad || math.Abs(sum-1) > 1e-6 {
			faults = append(faults, fmt.Sprintf("%s of field %q is no distribution over (0, 1]: %v", name, fields[f].Name, row))
		}
	}
	return faults
}
