package sentiment

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/recommender"
)

// LexiconKind is the kind of lexicons' snapshots.
const LexiconKind = "sentiment-lexicon"

const lexiconVersion = 1

// WriteTo writes a snapshot that [OpenLexicon] reads. The same lexicon gives the
// same bytes.
func (l *Lexicon) WriteTo(w io.Writer) (int64, error) {
	s := snapshot.NewWriter(w, LexiconKind, lexiconVersion)
	tokens := make([]string, len(l.entries))
	var numbers []byte
	roles := make([]int32, len(l.entries))
	for i, e := range l.entries {
		tokens[i] = e.token
		numbers = binary.LittleEndian.AppendUint64(numbers, math.Float64bits(e.valence))
		numbers = binary.LittleEndian.AppendUint64(numbers, math.Float64bits(e.boost))
		roles[i] = int32(e.role) | int32(e.reach)<<16
	}
	s.Strings(tokens)
	s.Bytes(numbers)
	s.Int32s(roles)
	var first, second []int32
	var weights []byte
	for _, p := range l.pairs.list {
		first, second = append(first, p.first), append(second, p.second)
		weights = binary.LittleEndian.AppendUint64(weights, math.Float64bits(p.weight))
	}
	s.Int32s(first)
	s.Int32s(second)
	s.Bytes(weights)
	n, err := s.Close()
	if err != nil {
		return n, fmt.Errorf("sentiment: write lexicon: %w", err)
	}
	return n, nil
}

// OpenLexicon reads a snapshot of a Lexicon. It survives any bytes: the error
// wraps [recommender.ErrCorrupt] where they are damaged, [recommender.ErrInvalid]
// where they are of another kind or a newer version.
func OpenLexicon(r io.Reader) (*Lexicon, error) {
	l, err := openLexicon(r)
	if err != nil {
		return nil, fmt.Errorf("sentiment: open lexicon: %w", snapshot.Sentinel(err, recommender.ErrCorrupt, recommender.ErrInvalid))
	}
	return l, nil
}

func openLexicon(r io.Reader) (*Lexicon, error) {
	s, err := snapshot.NewReader(r, LexiconKind, lexiconVersion)
	if err != nil {
		return nil, err
	}
	tokens, numbers, roles := s.Strings(), s.Bytes(), s.Int32s()
	first, second, weights := s.Int32s(), s.Int32s(), s.Bytes()
	if err := s.Close(); err != nil {
		return nil, err
	}
	fail := func(format string, args ...any) (*Lexicon, error) {
		return nil, fmt.Errorf("%w: %s", recommender.ErrCorrupt, fmt.Sprintf(format, args...))
	}
	if len(numbers) != 16*len(tokens) || len(roles) != len(tokens) || len(second) != len(first) || len(weights) != 8*len(first) {
		return fail("%d tokens with %d bytes of numbers and %d roles; %d and %d places of pairs with %d bytes",
			len(tokens), len(numbers), len(roles), len(first), len(second), len(weights))
	}
	b := newBuilder(len(tokens))
	for i, token := range tokens {
		valence, boost := float64At(numbers, 2*i), float64At(numbers, 2*i+1)
		kind, reach := role(roles[i]), uint8(roles[i]>>16)
		if !(math.Abs(valence) <= MaxValence) || !(math.Abs(boost) <= MaxValence) || reach > window ||
			roles[i]>>24 != 0 || kind >= boosts<<1 || !wellFormed(token) || b.lex.add(token) != i {
			return fail("token %d, %q: valence %v, boost %v and roles %#x", i, token, valence, boost, roles[i])
		}
		e := &b.lex.entries[i]
		e.valence, e.boost, e.role, e.reach = valence, boost, kind, reach
		if boost != 0 {
			e.role |= boosts
		}
	}
	for i := range first {
		weight := float64At(weights, i)
		if !inList(first[i], tokens) || !inList(second[i], tokens) || !(math.Abs(weight) <= MaxValence) {
			return fail("pair %d of tokens %d and %d of weight %v", i, first[i], second[i], weight)
		}
		b.pairs[[2]string{tokens[first[i]], tokens[second[i]]}] = weight
	}
	return b.finish(), nil
}

func float64At(b []byte, i int) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
}

func inList(place int32, tokens []string) bool { return place >= 0 && int(place) < len(tokens) }
