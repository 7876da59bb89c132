package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tiles writes the kernels of whole steps only: those of many products at once.
func tiles(c *build.Context) {
	dotPacked(c, "AVX512", 4, func() reg.VecVirtual { return c.ZMM() })
	dotPacked(c, "AVX2", 2, func() reg.VecVirtual { return c.YMM() })
	for _, s := range []set{newAVX512(c), newAVX2(c)} {
		axpyGather(c, s)
		above(c, s)
	}
}

// dotPacked writes the products of four vectors with packed rows. The lanes of a
// register are rows; what Dot adds in lane j is added in one accumulator after
// another, and these are added as the tree that Dot makes of its lanes.
//
// users is how many vectors share a load of a row: as many as there are
// registers for the five accumulators that the tree needs of each.
func dotPacked(c *build.Context, name string, users int, register func() reg.VecVirtual) {
	name = "dotPacked" + name
	function(c, name, "func(dst []float32, width int, a []float32, n int, packed []float32)",
		name+" is dotPackedGo. n is a positive multiple of 16, and all is long enough.")
	width := int(register().Size()) // bytes: whole steps, or halves of them
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	row := c.Load(c.Param("width"), c.GP64())
	c.SHLQ(operand.U8(2), row)
	a := c.Load(c.Param("a").Base(), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	c.SHLQ(operand.U8(2), n)
	tile := c.Load(c.Param("packed").Base(), c.GP64())
	end := c.Load(c.Param("packed").Len(), c.GP64())
	c.SHLQ(operand.U8(2), end)
	c.ADDQ(tile, end)

	vectors := make([]reg.Register, 4)
	vectors[0] = a
	for u := 1; u < 4; u++ {
		vectors[u] = c.GP64()
		c.MOVQ(vectors[u-1], vectors[u])
		c.ADDQ(n, vectors[u])
	}
	zeros := register()
	if width == step {
		c.VPXORD(zeros, zeros, zeros)
	} else {
		c.VXORPS(zeros, zeros, zeros)
	}
	off, off16 := c.GP64(), c.GP64()
	c.Label("tile")
	for first := 0; first < 4; first += users {
		for part := 0; part < step; part += width {
			var node func(j, w int) []reg.VecVirtual
			node = func(j, w int) []reg.VecVirtual {
				if w < lanes {
					left := node(j, 2*w)
					for u, right := range node(j+w, 2*w) {
						c.VADDPS(right, left[u], left[u])
					}
					return left
				}
				sums := make([]reg.VecVirtual, users)
				add := func(into func(u int, product reg.VecVirtual)) {
					rows := register()
					c.VMOVUPS(at(tile, off16, j*step+part), rows)
					for u := range sums {
						product := register()
						x := at(vectors[first+u], off, 4*j)
						if width == step {
							c.VMULPS_BCST(x, rows, product)
						} else {
							c.VBROADCASTSS(x, product)
							c.VMULPS(rows, product, product)
						}
						into(u, product)
					}
					c.ADDQ(operand.I32(lanes*step), off16)
					c.ADDQ(operand.U8(step), off)
					c.CMPQ(off, n)
				}
				again, done := labelled("again", first, part, j), labelled("done", first, part, j)
				c.XORQ(off, off)
				c.XORQ(off16, off16)
				add(func(u int, product reg.VecVirtual) {
					sums[u] = register()
					c.VADDPS(product, zeros, sums[u]) // as Dot: 0 + -0 is 0
				})
				c.JE(operand.LabelRef(done))
				c.Label(again)
				add(func(u int, product reg.VecVirtual) { c.VADDPS(product, sums[u], sums[u]) })
				c.JNE(operand.LabelRef(again))
				c.Label(done)
				return sums
			}
			to := c.GP64()
			for u, sum := range node(0, 1) {
				if u == 0 {
					c.MOVQ(dst, to)
					for range first {
						c.ADDQ(row, to)
					}
				} else {
					c.ADDQ(row, to)
				}
				c.VMOVUPS(sum, operand.Mem{Base: to, Disp: part})
			}
		}
	}
	c.ADDQ(operand.U8(step), dst)
	for range lanes {
		c.ADDQ(n, tile)
	}
	c.CMPQ(tile, end)
	c.JNE(operand.LabelRef("tile"))
	c.VZEROUPPER()
	c.RET()
}

func labelled(name string, numbers ...int) string {
	for _, n := range numbers {
		name += "_" + string(rune('a'+n/26)) + string(rune('a'+n%26))
	}
	return name
}

// axpyGather writes the kernel of the sum of a vector and many scaled ones: four
// steps of the sum stay in registers while the rows pass by.
func axpyGather(c *build.Context, s set) {
	name := "axpyGather" + s.name()
	function(c, name, "func(dst []float32, w []float32, rows []float32, stride int, idx []int32)",
		name+" is axpyGatherGo. dst is whole steps, idx not empty, and the rows are long enough.")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	left := c.Load(c.Param("dst").Len(), c.GP64())
	w := c.Load(c.Param("w").Base(), c.GP64())
	rows := c.Load(c.Param("rows").Base(), c.GP64())
	stride := c.Load(c.Param("stride"), c.GP64())
	c.SHLQ(operand.U8(2), stride)
	idx := c.Load(c.Param("idx").Base(), c.GP64())
	n := c.Load(c.Param("idx").Len(), c.GP64())
	k, row, zero := c.GP64(), c.GP64(), c.GP64()
	c.XORQ(zero, zero)
	for _, steps := range []int{4, 1} {
		many := labelled("columns", steps)
		c.Label(many)
		c.CMPQ(left, operand.U8(steps*lanes))
		c.JLT(operand.LabelRef(labelled("fewer", steps)))
		sums := make([]vector, steps)
		for t := range sums {
			sums[t] = s.load(dst, zero)
			c.ADDQ(operand.U8(step), zero)
		}
		c.XORQ(zero, zero)
		c.XORQ(k, k)
		c.Label(labelled("row", steps))
		c.MOVLQSX(operand.Mem{Base: idx, Index: k, Scale: 4}, row)
		c.IMULQ(stride, row)
		c.ADDQ(rows, row)
		scale := s.spread(operand.Mem{Base: w, Index: k, Scale: 4})
		for t := range sums {
			s.add(sums[t], s.mulAll(s.load(row, zero), scale))
			c.ADDQ(operand.U8(step), row)
		}
		c.INCQ(k)
		c.CMPQ(k, n)
		c.JNE(operand.LabelRef(labelled("row", steps)))
		for t := range sums {
			s.store(sums[t], dst, zero)
			c.ADDQ(operand.U8(step), dst)
		}
		c.ADDQ(operand.I32(steps*step), rows)
		c.SUBQ(operand.U8(steps*lanes), left)
		c.JMP(operand.LabelRef(many))
		c.Label(labelled("fewer", steps))
	}
	c.VZEROUPPER()
	c.RET()
}

// above writes the search for places that beat a bar.
func above(c *build.Context, s set) {
	name := "above" + s.name()
	function(c, name, "func(dst []int32, scores []float32, bar float32) int",
		name+" is aboveGo. scores are whole steps, at least one, and dst has room for all.")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	scores := c.Load(c.Param("scores").Base(), c.GP64())
	n := c.Load(c.Param("scores").Len(), c.GP64())
	bar := s.spread(parameter(c, "bar"))
	from, place, found, zero := c.GP64(), c.GP64(), c.GP64(), c.GP64()
	c.XORQ(from, from)
	c.XORQ(found, found)
	c.XORQ(zero, zero)
	c.Label("step")
	bits := c.GP32()
	const greater = operand.U8(0x1e) // ordered, without an exception
	switch s := s.(type) {
	case avx512:
		k := c.K()
		c.VCMPPS(greater, bar[0], s.load(scores, zero)[0], k)
		c.KMOVW(k, bits)
	case avx2:
		x, high := s.load(scores, zero), c.GP32()
		for h := range x {
			c.VCMPPS(greater, bar[h], x[h], x[h])
		}
		c.VMOVMSKPS(x[0], bits)
		c.VMOVMSKPS(x[1], high)
		c.SHLL(operand.U8(8), high)
		c.ORL(high, bits)
	}
	c.TESTL(bits, bits)
	c.JZ(operand.LabelRef("next"))
	c.Label("bit")
	low := c.GP32()
	c.BSFL(bits, low)
	c.MOVL(low, place.(reg.GPVirtual).As32())
	c.ADDQ(from, place)
	c.MOVL(place.(reg.GPVirtual).As32(), operand.Mem{Base: dst, Index: found, Scale: 4})
	c.INCQ(found)
	c.LEAL(operand.Mem{Base: bits.As64(), Disp: -1}, low)
	c.ANDL(low, bits)
	c.JNZ(operand.LabelRef("bit"))
	c.Label("next")
	c.ADDQ(operand.U8(step), scores)
	c.ADDQ(operand.U8(lanes), from)
	c.CMPQ(from, n)
	c.JLT(operand.LabelRef("step"))
	c.VZEROUPPER()
	c.Store(found, c.ReturnIndex(0))
	c.RET()
}
