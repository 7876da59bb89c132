// Package snapshot is the container that models are saved in: one stream with a
// header, checksummed sections and an end mark, little-endian throughout.
//
//	"OSUM" | format uint16 | kind: len uint16, bytes | version uint16 | CRC-32C of all before
//	section*: length uint64 | bytes | CRC-32C of the bytes
//	end: length 2⁶⁴−1 | number of sections uint64 | CRC-32C of that number
//
// A Reader survives any bytes: it allocates as it reads, never what a damaged
// length promises, and whatever does not check is ErrCorrupt.
package snapshot

import (
	"errors"
	"hash/crc32"
	"math"
)

// Sentinels that callers turn into their own.
var (
	ErrCorrupt = errors.New("snapshot is damaged")
	ErrKind    = errors.New("snapshot is of another kind")
	ErrNewer   = errors.New("snapshot was written by a newer version")
)

const (
	magic  = "OSUM"
	format = 1
	end    = math.MaxUint64
	chunk  = 1 << 20 // bytes allocated at a time while reading
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)
