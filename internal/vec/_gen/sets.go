package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A vector is sixteen lanes: one register of AVX-512, two of AVX2.
type vector []reg.VecVirtual

// A set is an instruction set: it writes the instructions for sixteen lanes.
// Multiplication and addition stay apart: no fused multiply-add.
type set interface {
	name() string
	// split turns a length into the bytes of whole steps, and the number of
	// places after them, for which it readies the masks of loadTail and storeTail.
	split(n reg.Register) (end, tail reg.Register)
	zero() vector
	spread(x operand.Mem) vector     // x in every lane
	spreadLow(x reg.Register) vector // the lowest lane of x in every lane
	load(base, off reg.Register) vector
	loadTail(base, off reg.Register) vector // zeros beyond the tail
	store(v vector, base, off reg.Register)
	storeTail(v vector, base, off reg.Register)
	mul(v vector, base, off reg.Register) vector   // overwrites v
	times(v vector, base, off reg.Register) vector // leaves v
	mulAll(v, w vector) vector
	add(to, v vector)
	sub(v, w vector) vector
	less(v vector, base, off reg.Register) vector // what is there taken from v; overwrites v
	tree(v vector) reg.VecVirtual                 // lanes i and i+8, then i and i+4, i+2, i+1; overwrites v
	trees(v [4]vector) reg.VecVirtual             // of four vectors, in four lanes; overwrites v
}

// common is what both sets do alike.
type common struct{ c *build.Context }

func (s common) halves(n reg.Register) (end, tail reg.Register) {
	end, tail = s.c.GP64(), n
	s.c.MOVQ(n, end)
	s.c.ANDQ(operand.I8(-lanes), end)
	s.c.SHLQ(operand.U8(2), end)
	s.c.ANDQ(operand.U8(lanes-1), tail)
	return end, tail
}

// quarter adds the eight lanes of y as a tree.
func (s common) quarter(y reg.VecVirtual) reg.VecVirtual {
	x, high := y.AsX().(reg.VecVirtual), s.c.XMM()
	s.c.VEXTRACTF128(operand.U8(1), y.AsY(), high)
	s.c.VADDPS(high, x, x)
	s.c.VMOVHLPS(x, x, high)
	s.c.VADDPS(high, x, x)
	s.c.VMOVSHDUP(x, high)
	s.c.VADDSS(high, x, x)
	return x
}

// quarters adds the eight lanes of each of four registers as a tree.
func (s common) quarters(y [4]reg.VecVirtual) reg.VecVirtual {
	pair := func(a, b reg.Register, low, high uint8, shuffle func(ops ...operand.Op)) reg.VecVirtual {
		x, z := s.c.YMM(), s.c.YMM()
		shuffle(operand.U8(low), b, a, x)
		shuffle(operand.U8(high), b, a, z)
		s.c.VADDPS(z, x, x)
		return x
	}
	halves := func(ops ...operand.Op) { s.c.VPERM2F128(ops[0], ops[1], ops[2], ops[3]) }
	lanes := func(ops ...operand.Op) { s.c.VSHUFPS(ops[0], ops[1], ops[2], ops[3]) }
	even := pair(y[0].AsY(), y[1].AsY(), 0x20, 0x31, halves) // four lanes of the first, four of the second
	odd := pair(y[2].AsY(), y[3].AsY(), 0x20, 0x31, halves)
	all := pair(even, odd, 0x44, 0xee, lanes) // 0 0 2 2, 1 1 3 3: two lanes of each
	swapped := s.c.YMM()
	s.c.VPERMILPS(operand.U8(0xb1), all, swapped)
	s.c.VADDPS(swapped, all, all)
	high := s.c.XMM()
	s.c.VEXTRACTF128(operand.U8(1), all, high)
	s.c.VBLENDPS(operand.U8(0b1010), high, all.AsX(), high)
	return high
}

type avx512 struct {
	common
	mask *reg.OpmaskVirtual
}

func newAVX512(c *build.Context) set { return avx512{common{c}, new(reg.OpmaskVirtual)} }

func (s avx512) name() string { return "AVX512" }

func (s avx512) split(n reg.Register) (end, tail reg.Register) {
	end, tail = s.halves(n)
	bits := s.c.GP32()
	*s.mask = s.c.K()
	s.c.MOVQ(tail, reg.RCX)
	s.c.MOVL(operand.U32(1), bits)
	s.c.SHLL(reg.CL, bits)
	s.c.DECL(bits)
	s.c.KMOVW(bits, *s.mask)
	return end, tail
}

func (s avx512) zero() vector {
	z := s.c.ZMM()
	s.c.VPXORD(z, z, z)
	return vector{z}
}

func (s avx512) spread(x operand.Mem) vector {
	z := s.c.ZMM()
	s.c.VBROADCASTSS(x, z)
	return vector{z}
}

func (s avx512) spreadLow(x reg.Register) vector {
	z := s.c.ZMM()
	s.c.VBROADCASTSS(x, z)
	return vector{z}
}

func (s avx512) load(base, off reg.Register) vector {
	z := s.c.ZMM()
	s.c.VMOVUPS(at(base, off, 0), z)
	return vector{z}
}

func (s avx512) loadTail(base, off reg.Register) vector {
	z := s.c.ZMM()
	s.c.VMOVUPS_Z(at(base, off, 0), *s.mask, z)
	return vector{z}
}

func (s avx512) store(v vector, base, off reg.Register) { s.c.VMOVUPS(v[0], at(base, off, 0)) }

func (s avx512) storeTail(v vector, base, off reg.Register) {
	s.c.VMOVUPS(v[0], *s.mask, at(base, off, 0))
}

func (s avx512) mul(v vector, base, off reg.Register) vector {
	s.c.VMULPS(at(base, off, 0), v[0], v[0])
	return v
}

func (s avx512) times(v vector, base, off reg.Register) vector {
	z := s.c.ZMM()
	s.c.VMULPS(at(base, off, 0), v[0], z)
	return vector{z}
}

func (s avx512) mulAll(v, w vector) vector {
	z := s.c.ZMM()
	s.c.VMULPS(w[0], v[0], z)
	return vector{z}
}

func (s avx512) add(to, v vector) { s.c.VADDPS(v[0], to[0], to[0]) }

func (s avx512) sub(v, w vector) vector {
	z := s.c.ZMM()
	s.c.VSUBPS(w[0], v[0], z)
	return vector{z}
}

func (s avx512) less(v vector, base, off reg.Register) vector {
	s.c.VSUBPS(at(base, off, 0), v[0], v[0])
	return v
}

func (s avx512) tree(v vector) reg.VecVirtual {
	high := s.c.YMM()
	s.c.VEXTRACTF64X4(operand.U8(1), v[0], high)
	s.c.VADDPS(high, v[0].AsY(), v[0].AsY())
	return s.quarter(v[0])
}

func (s avx512) trees(v [4]vector) reg.VecVirtual {
	var y [4]reg.VecVirtual
	for r := range y {
		y[r] = v[r][0]
		high := s.c.YMM()
		s.c.VEXTRACTF64X4(operand.U8(1), y[r], high)
		s.c.VADDPS(high, y[r].AsY(), y[r].AsY())
	}
	return s.quarters(y)
}

type avx2 struct {
	common
	table operand.Mem // sixteen words of ones, then sixteen of zeros
	masks *[2]reg.VecVirtual
}

func newAVX2(c *build.Context) set {
	table := c.StaticGlobal("masks")
	c.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range lanes {
		c.AddDatum(4*i, operand.U32(0xffffffff))
	}
	for i := range lanes {
		c.AddDatum(4*(lanes+i), operand.U32(0))
	}
	return avx2{common{c}, table, new([2]reg.VecVirtual)}
}

func (s avx2) name() string { return "AVX2" }

func (s avx2) split(n reg.Register) (end, tail reg.Register) {
	end, tail = s.halves(n)
	from := s.c.GP64()
	s.c.LEAQ(s.table.Offset(4*lanes), from)
	back := s.c.GP64()
	s.c.MOVQ(tail, back)
	s.c.SHLQ(operand.U8(2), back)
	s.c.SUBQ(back, from)
	for h := range 2 {
		s.masks[h] = s.c.YMM()
		s.c.VMOVUPS(operand.Mem{Base: from, Disp: h * step / 2}, s.masks[h])
	}
	return end, tail
}

// each returns what do makes of either half.
func (s avx2) each(do func(h int, y reg.VecVirtual)) vector {
	v := vector{s.c.YMM(), s.c.YMM()}
	for h, y := range v {
		do(h, y)
	}
	return v
}

func (s avx2) zero() vector {
	return s.each(func(_ int, y reg.VecVirtual) { s.c.VXORPS(y, y, y) })
}

func (s avx2) spread(x operand.Mem) vector {
	y := s.c.YMM()
	s.c.VBROADCASTSS(x, y)
	return vector{y, y}
}

func (s avx2) spreadLow(x reg.Register) vector {
	y := s.c.YMM()
	s.c.VBROADCASTSS(x, y)
	return vector{y, y}
}

func (s avx2) load(base, off reg.Register) vector {
	return s.each(func(h int, y reg.VecVirtual) { s.c.VMOVUPS(at(base, off, h*step/2), y) })
}

func (s avx2) loadTail(base, off reg.Register) vector {
	return s.each(func(h int, y reg.VecVirtual) { s.c.VMASKMOVPS(at(base, off, h*step/2), s.masks[h], y) })
}

func (s avx2) store(v vector, base, off reg.Register) {
	for h, y := range v {
		s.c.VMOVUPS(y, at(base, off, h*step/2))
	}
}

func (s avx2) storeTail(v vector, base, off reg.Register) {
	for h, y := range v {
		s.c.VMASKMOVPS(y, s.masks[h], at(base, off, h*step/2))
	}
}

func (s avx2) mul(v vector, base, off reg.Register) vector {
	for h, y := range v {
		s.c.VMULPS(at(base, off, h*step/2), y, y)
	}
	return v
}

func (s avx2) times(v vector, base, off reg.Register) vector {
	return s.each(func(h int, y reg.VecVirtual) { s.c.VMULPS(at(base, off, h*step/2), v[h], y) })
}

func (s avx2) mulAll(v, w vector) vector {
	return s.each(func(h int, y reg.VecVirtual) { s.c.VMULPS(w[h], v[h], y) })
}

func (s avx2) add(to, v vector) {
	for h, y := range to {
		s.c.VADDPS(v[h], y, y)
	}
}

func (s avx2) sub(v, w vector) vector {
	return s.each(func(h int, y reg.VecVirtual) { s.c.VSUBPS(w[h], v[h], y) })
}

func (s avx2) less(v vector, base, off reg.Register) vector {
	for h, y := range v {
		s.c.VSUBPS(at(base, off, h*step/2), y, y)
	}
	return v
}

func (s avx2) tree(v vector) reg.VecVirtual {
	s.c.VADDPS(v[1], v[0], v[0])
	return s.quarter(v[0])
}

func (s avx2) trees(v [4]vector) reg.VecVirtual {
	var y [4]reg.VecVirtual
	for r := range y {
		y[r] = v[r][0]
		s.c.VADDPS(v[r][1], y[r], y[r])
	}
	return s.quarters(y)
}
