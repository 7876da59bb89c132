package sentiment

// A role is what a token does besides saying something itself.
type role uint16

const (
	negator  role = 1 << iota // turns a following word round, within its reach
	stresser                  // "never so good": no negation but praise
	no                        // bad by itself, a negation before a word that says something
	joint                     // "or": carries a "no" to the next word
	contrast                  // "but": what follows it weighs more
	emoticon                  // a face; words before it do not change it
	home                      // a common word that shows the lexicon's language
	foreign                   // a common word that shows another language
	learned                   // its valence came from ratings and leaves its other roles as they are
	given                     // its valence was told, be it 0
	boosts                    // its boost was told, be it 0
)

// An entry is one word, phrase, emoticon or emoji. What is zero does not apply.
type entry struct {
	token   string  // folded; the words of a phrase are parted by one space
	valence float64 // in [-MaxValence, MaxValence]
	boost   float64 // added to the strength of a word that follows
	hash    uint32  // of token
	place   int32   // in the Lexicon, for pairs
	tails   int32   // 1 + the place in Lexicon.tails of the phrases that end in this word; 0: none
	role    role
	reach   uint8 // how many tokens ahead a negator works
}

// A table finds entries by their tokens: open addressing, at most half full.
// The zero table is empty.
type table struct {
	entries []entry
	slots   []slot
}

// A slot is 0 if it is free, else a hash and 1 + the place of
// its entry.
type slot uint64

func (s slot) place() int { return int(uint32(s)) - 1 }

func slotOf(hash uint32, place int) slot { return slot(hash)<<32 | slot(uint32(place+1)) }

// FNV-1a, one byte at a time, so that reading a word hashes it on the way.
const (
	hashStart = 2166136261
	hashPrime = 16777619
)

func hashOf[T string | []byte](token T) uint32 {
	h := uint32(hashStart)
	for i := range len(token) {
		h = (h ^ uint32(token[i])) * hashPrime
	}
	return h
}

func newTable(size int) table {
	slots := 16
	for slots < 2*size {
		slots *= 2
	}
	return table{entries: make([]entry, 0, size), slots: make([]slot, slots)}
}

// A pair is what two tokens say beyond what each says, where the second follows
// the first.
type pair struct {
	first, second int32 // places
	weight        float64
}

// pairs finds them by their places: open addressing, at most half full. The
// zero value is empty.
type pairs struct {
	list  []pair
	slots []int32 // 1 + the place of a pair; 0: free
}

func newPairs(list []pair) pairs {
	if len(list) == 0 {
		return pairs{}
	}
	size := 16
	for size < 2*len(list) {
		size *= 2
	}
	p := pairs{list: list, slots: make([]int32, size)}
	for i, x := range list {
		at := hashPair(x.first, x.second) & uint32(size-1)
		for p.slots[at] != 0 {
			at = (at + 1) & uint32(size-1)
		}
		p.slots[at] = int32(i + 1)
	}
	return p
}

// weight is 0 where the two are no pair.
func (p *pairs) weight(first, second int32) float64 {
	if at := p.place(first, second); at >= 0 {
		return p.list[at].weight
	}
	return 0
}

// place returns where a pair stands in the list; -1: it is not there.
func (p *pairs) place(first, second int32) int {
	if len(p.slots) == 0 {
		return -1
	}
	mask := uint32(len(p.slots) - 1)
	for at := hashPair(first, second) & mask; p.slots[at] != 0; at = (at + 1) & mask {
		if x := &p.list[p.slots[at]-1]; x.first == first && x.second == second {
			return int(p.slots[at] - 1)
		}
	}
	return -1
}

func hashPair(first, second int32) uint32 {
	h := uint64(uint32(first))<<32 | uint64(uint32(second))
	h *= 0x9e3779b97f4a7c15
	return uint32(h >> 32)
}

// find returns the entry of a token with this hash; nil: there is none.
func (t *table) find(token []byte, hash uint32) *entry {
	if len(t.slots) == 0 {
		return nil
	}
	mask := uint32(len(t.slots) - 1)
	for at := (hash ^ hash>>15) & mask; ; at = (at + 1) & mask {
		x := t.slots[at]
		if x == 0 {
			return nil
		}
		if uint32(x>>32) == hash {
			if e := &t.entries[x.place()]; e.token == string(token) {
				return e
			}
		}
	}
}

// add returns the place of a token's entry, made where it is missing. Pointers
// to entries that find returned before are invalid after it.
func (t *table) add(token string) int {
	if 2*(len(t.entries)+1) > len(t.slots) {
		t.grow()
	}
	hash := hashOf(token)
	mask := uint32(len(t.slots) - 1)
	at := (hash ^ hash>>15) & mask
	for ; t.slots[at] != 0; at = (at + 1) & mask {
		if x := t.slots[at]; uint32(x>>32) == hash && t.entries[x.place()].token == token {
			return x.place()
		}
	}
	place := len(t.entries)
	t.entries = append(t.entries, entry{token: token, hash: hash, place: int32(place)})
	t.slots[at] = slotOf(hash, place)
	return place
}

func (t *table) grow() {
	bigger := newTable(max(2*len(t.entries), 16))
	mask := uint32(len(bigger.slots) - 1)
	for i, e := range t.entries {
		at := (e.hash ^ e.hash>>15) & mask
		for bigger.slots[at] != 0 {
			at = (at + 1) & mask
		}
		bigger.slots[at] = slotOf(e.hash, i)
	}
	t.slots = bigger.slots
}
