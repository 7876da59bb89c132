package recommender

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// checkHybrid reports every fault of parts and options at once.
func checkHybrid(parts []Part, o HybridOptions) error {
	var faults []string
	names := map[string]bool{}
	scorers, total := 0, 0.0
	for i, p := range parts {
		if p.Name == "" || names[p.Name] {
			faults = append(faults, fmt.Sprintf("part %d: name %q is empty or taken", i, p.Name))
		}
		names[p.Name] = true
		if math.IsNaN(p.Weight) || math.IsInf(p.Weight, 0) || p.Weight < 0 {
			faults = append(faults, fmt.Sprintf("part %q: weight %v", p.Name, p.Weight))
		} else if p.Model != nil {
			total += p.Weight
		}
		faults = append(faults, checkInherit(p, parts)...)
		if _, ok := p.Model.(Scorer); ok {
			scorers++
		}
	}
	if scorers == 0 {
		faults = append(faults, "no part is a Scorer")
	}
	if !(total > 0 && total <= math.MaxFloat64) {
		faults = append(faults, "the weights of the parts that are present add up to "+strconv.FormatFloat(total, 'g', -1, 64))
	}
	if int(o.Normalization) >= len(normalizationNames) {
		faults = append(faults, "unknown "+o.Normalization.String())
	}
	for i, l := range o.Levels {
		if l.From < 0 || i > 0 && l.From <= o.Levels[i-1].From {
			faults = append(faults, fmt.Sprintf("level %d: From %d does not ascend", i, l.From))
		}
		total := 0.0
		for _, name := range slices.Sorted(maps.Keys(l.Weights)) {
			w := l.Weights[name]
			if !(w >= 0 && w <= math.MaxFloat64) || !names[name] {
				faults = append(faults, fmt.Sprintf("level %d: weight %v of part %q", i, w, name))
			}
			total += w
		}
		if !(total > 0 && total <= math.MaxFloat64) {
			faults = append(faults, fmt.Sprintf("level %d: the weights add up to %v", i, total))
		}
	}
	if o.ListDepth < 0 {
		faults = append(faults, fmt.Sprintf("ListDepth %d < 0", o.ListDepth))
	}
	if faults != nil {
		return fmt.Errorf("%w: hybrid: %s", ErrInvalid, strings.Join(faults, "; "))
	}
	return nil
}

func checkInherit(p Part, parts []Part) []string {
	if p.Inherit == "" {
		return nil
	}
	from := slices.IndexFunc(parts, func(o Part) bool { return o.Name == p.Inherit })
	if from < 0 || p.Inherit == p.Name {
		return []string{fmt.Sprintf("part %q: nothing to inherit from %q", p.Name, p.Inherit)}
	}
	if _, ok := p.Model.(Scorer); p.Model != nil && !ok {
		return []string{fmt.Sprintf("part %q only makes lists: it cannot inherit", p.Name)}
	}
	if m := parts[from].Model; m != nil {
		if _, ok := m.(Resembler); !ok {
			return []string{fmt.Sprintf("part %q: %q, to inherit from, finds no similar items", p.Name, p.Inherit)}
		}
	}
	return nil
}
