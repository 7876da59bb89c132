// Package rng makes independent streams of random numbers from a seed and the
// numbers that name a piece of work, so that results do not depend on the order
// in which the pieces run.
package rng

import (
	"math/bits"
	"math/rand/v2"
)

// New returns the stream that seed and path name. Streams of different paths
// are independent for practical purposes (PCG seeded by SplitMix64 of the path).
func New(seed uint64, path ...uint64) *rand.Rand {
	a, b := Seeds(seed, path...)
	return rand.New(rand.NewPCG(a, b))
}

// Seeds returns the two words that New seeds PCG with.
func Seeds(seed uint64, path ...uint64) (uint64, uint64) {
	h := mix(seed + 0x9e3779b97f4a7c15)
	for _, p := range path {
		// Rotating makes the order of the path count; another constant keeps a
		// path equal to the seed from cancelling it.
		h = mix(bits.RotateLeft64(h, 23) ^ mix(p+0x6a09e667f3bcc909))
	}
	return h, mix(h + 0x9e3779b97f4a7c15)
}

// Hash returns the hash of s that a salt names: FNV-1a, then a finaliser, so
// that all bits are usable. It is the same in every process and version.
func Hash(salt uint64, s string) uint64 {
	h := uint64(14695981039346656037) ^ mix(salt)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable
// Pseudorandom Number Generators, OOPSLA 2014).
func mix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}
