package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The constants of vec.Sigmoid.
const (
	clip    = 87
	shifter = 3 << 22
)

var power = [...]float32{
	1, 0.6931470036506653, 0.24022242426872253, 0.05550733581185341, 0.009671512991189957, 0.001326472731307149,
}

// constants are where the numbers of the sigmoid lie.
type constants struct {
	least, most, log2e, shifter, one operand.Mem
	exponent                         operand.Mem // that of 1, in four lanes
	power                            [len(power)]operand.Mem
}

func newConstants(c *build.Context) constants {
	all := c.StaticGlobal("sigmoid")
	c.DataAttributes(attr.RODATA | attr.NOPTR)
	next := 0
	word := func(x float32) operand.Mem {
		here := all.Offset(next)
		c.AddDatum(next, operand.U32(math.Float32bits(x)))
		next += 4
		return here
	}
	var k constants
	k.exponent = word(1)
	for range 3 {
		word(1)
	}
	k.least, k.most, k.log2e, k.shifter, k.one = word(-clip), word(clip), word(math.Log2E), word(shifter), word(1)
	for i, x := range power {
		k.power[i] = word(x)
	}
	return k
}

// negated writes vec.Sigmoid(-x) in the lowest lane of x, operation by operation.
func (k constants) negated(c *build.Context, x reg.Register) reg.VecVirtual {
	clipped, shifted, n, scale := c.XMM(), c.XMM(), c.XMM(), c.XMM()
	// Where one of the two is no number the result is the second operand of the
	// instruction, the first of Go's assembler: x, as in Go.
	c.VMOVSS(k.least, clipped)
	c.VMAXSS(x, clipped, clipped)
	c.VMOVSS(k.most, n)
	c.VMINSS(clipped, n, clipped)
	f := c.XMM()
	c.VMULSS(k.log2e, clipped, f)
	c.VADDSS(k.shifter, f, shifted)
	c.VSUBSS(k.shifter, shifted, n)
	c.VSUBSS(n, f, f)
	c.VPSLLD(operand.U8(23), shifted, scale)
	c.VPADDD(k.exponent, scale, scale)
	line := func(base, slope operand.Mem) reg.VecVirtual { // base + slope*f
		l := c.XMM()
		c.VMULSS(slope, f, l)
		c.VADDSS(base, l, l)
		return l
	}
	squared := c.XMM()
	c.VMULSS(f, f, squared)
	high := line(k.power[4], k.power[5])
	c.VMULSS(high, squared, high)
	middle := line(k.power[2], k.power[3])
	c.VADDSS(high, middle, middle)
	c.VMULSS(middle, squared, middle)
	e := line(k.power[0], k.power[1])
	c.VADDSS(middle, e, e)
	c.VMULSS(e, scale, e)
	c.VADDSS(k.one, e, e)
	result := c.XMM()
	c.VMOVSS(k.one, result)
	c.VDIVSS(e, result, result)
	return result
}

// Places in a vec.Step, in bytes.
const (
	stepUser, stepPositive, stepNegative = 0, 4, 8
	stepGain, stepPull                   = 12, 16
	stepAhead, stepDiff, stepShare       = 20, 24, 28
	stepSize                             = 32
)

// walk is what the kernels over steps have in common.
type walk struct {
	c                              *build.Context
	size, users, items, bias, step reg.Register
	last                           operand.Mem // where the address of the last step is
}

// begin loads the parameters that the kernels over steps share, of which there
// must be one.
func begin(c *build.Context) walk {
	w := walk{c: c}
	w.size = c.Load(c.Param("size"), c.GP64())
	c.SHLQ(operand.U8(2), w.size)
	w.users = c.Load(c.Param("user").Base(), c.GP64())
	w.items = c.Load(c.Param("item").Base(), c.GP64())
	w.bias = c.Load(c.Param("bias").Base(), c.GP64())
	w.step = c.Load(c.Param("steps"), c.GP64())
	end := c.Load(c.Param("n"), c.GP64())
	c.DECQ(end)
	c.SHLQ(operand.U8(5), end)
	c.ADDQ(w.step, end)
	w.last = c.AllocLocal(8)
	c.MOVQ(end, w.last)
	return w
}

func (w walk) field(at int) operand.Mem { return operand.Mem{Base: w.step, Disp: at} }

// row is the address of the row that a number names.
func (w walk) row(of operand.Mem, base reg.Register) reg.Register {
	r := w.c.GP64()
	w.c.MOVLQSX(of, r)
	w.c.IMULQ(w.size, r)
	w.c.ADDQ(base, r)
	return r
}

// next goes on with the next step, if there is one.
func (w walk) next(label string) {
	at := w.c.GP64()
	w.c.MOVQ(w.step, at)
	w.c.ADDQ(operand.U8(stepSize), w.step)
	w.c.CMPQ(at, w.last)
	w.c.JNE(operand.LabelRef(label))
	w.c.VZEROUPPER()
	w.c.RET()
}

// stepsBPR writes the kernel of steps.
func stepsBPR(c *build.Context, s set, k constants) {
	name := "stepsBPR" + s.name()
	function(c, name, "func(size int, user, item, bias []float32, steps *byte, n int, l2 *byte)",
		name+" is stepsBPRGo. There must be a step.")
	w := begin(c)
	c.Label("step")
	p, i, j := w.row(w.field(stepUser), w.users), w.row(w.field(stepPositive), w.items), w.row(w.field(stepNegative), w.items)
	off := c.GP64()
	acc := s.zero()
	c.XORQ(off, off)
	c.Label("product")
	s.add(acc, s.mul(s.less(s.load(i, off), j, off), p, off))
	c.ADDQ(operand.U8(step), off)
	c.CMPQ(off, w.size)
	c.JNE(operand.LabelRef("product"))
	d := s.tree(acc)
	biasOf := func(field int) operand.Mem {
		at := c.GP64()
		c.MOVLQSX(w.field(field), at)
		return operand.Mem{Base: w.bias, Index: at, Scale: 4}
	}
	c.TESTQ(w.bias, w.bias)
	c.JZ(operand.LabelRef("sigmoid"))
	apart := c.XMM()
	c.VMOVSS(biasOf(stepPositive), apart)
	c.VSUBSS(biasOf(stepNegative), apart, apart)
	c.VADDSS(apart, d, d)
	c.Label("sigmoid")
	c.VMOVSS(d, w.field(stepDiff))
	share, least := k.negated(c, d), c.XMM()
	c.VMOVSS(w.field(stepShare), least)
	c.VMAXSS(share, least, share) // where share is no number it stays so
	c.VMOVSS(share, w.field(stepShare))
	g := c.XMM()
	c.VMULSS(w.field(stepGain), share, g)

	l2 := c.Load(c.Param("l2"), c.GP64())
	pull := c.XMM()
	c.VMOVSS(w.field(stepPull), pull)
	keep := func(side int) reg.VecVirtual {
		x, one := c.XMM(), c.XMM()
		c.VMULSS(operand.Mem{Base: l2, Disp: 4 * side}, pull, x)
		c.VMOVSS(k.one, one)
		c.VSUBSS(x, one, one)
		return one
	}
	c.TESTQ(w.bias, w.bias)
	c.JZ(operand.LabelRef("vectors"))
	kept := keep(3)
	for _, field := range []int{stepPositive, stepNegative} {
		x, place := c.XMM(), biasOf(field)
		c.VMULSS(place, kept, x)
		if field == stepPositive {
			c.VADDSS(g, x, x)
		} else {
			c.VSUBSS(g, x, x)
		}
		c.VMOVSS(x, place)
	}
	c.Label("vectors")
	keepP, keepI, keepJ := s.spreadLow(keep(0)), s.spreadLow(keep(1)), s.spreadLow(keep(2))
	gs := s.spreadLow(g)
	c.XORQ(off, off)
	c.Label("update")
	u, a, b := s.load(p, off), s.load(i, off), s.load(j, off)
	apartness := s.mulAll(s.sub(a, b), gs)
	gu := s.mulAll(u, gs)
	u, a, b = s.mulAll(u, keepP), s.mulAll(a, keepI), s.mulAll(b, keepJ)
	s.add(u, apartness)
	s.add(a, gu)
	s.store(u, p, off)
	s.store(a, i, off)
	s.store(s.sub(b, gu), j, off)
	c.ADDQ(operand.U8(step), off)
	c.CMPQ(off, w.size)
	c.JNE(operand.LabelRef("update"))
	w.next("step")
}

// hardest writes the kernel of the best candidates.
func hardest(c *build.Context, s set) {
	name := "hardest" + s.name()
	function(c, name, "func(size int, user, item, bias []float32, steps *byte, n int, candidates []int32)",
		name+" is hardestGo. There must be a step, and four candidates for each, or eight, or …")
	w := begin(c)
	all := c.Load(c.Param("candidates").Len(), reg.RAX)
	c.XORQ(reg.RDX, reg.RDX)
	n := c.AllocLocal(8)
	c.MOVQ(w.size, n) // the divisor must not be in RAX or RDX, and registers are few
	divisor := c.GP64()
	c.Load(c.Param("n"), divisor)
	c.DIVQ(divisor)
	c.MOVQ(all, n)
	candidate := c.Load(c.Param("candidates").Base(), c.GP64())
	left := c.GP64()
	c.Label("step")
	p := w.row(w.field(stepUser), w.users)
	c.MOVQ(n, left)
	top, winners, first := c.XMM(), c.XMM(), c.XMM()
	score := func(label string) reg.VecVirtual {
		var rows [4]reg.Register
		for r := range rows {
			rows[r] = w.row(operand.Mem{Base: candidate, Disp: 4 * r}, w.items)
		}
		sums := fours(c, s, label, p, rows, w.size, nil)
		c.TESTQ(w.bias, w.bias)
		c.JZ(operand.LabelRef(label + "scored"))
		biases, at := c.XMM(), c.GP64()
		for r := range rows {
			c.MOVLQSX(operand.Mem{Base: candidate, Disp: 4 * r}, at)
			place := operand.Mem{Base: w.bias, Index: at, Scale: 4}
			if r == 0 {
				c.VMOVSS(place, biases)
			} else {
				c.VINSERTPS(operand.U8(r<<4), place, biases, biases)
			}
		}
		c.VADDPS(biases, sums, sums)
		c.Label(label + "scored")
		return sums
	}
	c.VMOVAPS(score("first"), top)
	c.VMOVAPS(top, first)
	c.VMOVUPS(operand.Mem{Base: candidate}, winners)
	c.Label("more")
	c.ADDQ(operand.U8(4*4), candidate)
	c.SUBQ(operand.U8(4), left)
	c.JZ(operand.LabelRef("across"))
	sums := score("more")
	better, them := c.XMM(), c.XMM()
	c.VCMPPS(operand.U8(0x1e), top, sums, better) // greater, ordered, quiet
	c.VMOVUPS(operand.Mem{Base: candidate}, them)
	c.VBLENDVPS(better, sums, top, top)
	c.VBLENDVPS(better, them, winners, winners)
	c.JMP(operand.LabelRef("more"))
	c.Label("across")
	for _, order := range []uint8{0b11_11_01_01, 0b10_10_10_10} { // lane 1 to 0 and 3 to 2, then 2 to 0
		c.VPERMILPS(operand.U8(order), top, sums)
		c.VPERMILPS(operand.U8(order), winners, them)
		c.VCMPPS(operand.U8(0x1e), top, sums, better)
		c.VBLENDVPS(better, sums, top, top)
		c.VBLENDVPS(better, them, winners, winners)
	}
	c.VSUBSS(first, top, top)
	c.VMOVSS(top, w.field(stepAhead))
	c.VMOVSS(winners, w.field(stepNegative))
	w.next("step")
}

// prefetch writes the kernel that asks for memory ahead of its use.
func prefetch(c *build.Context) {
	function(c, "prefetchLines", "func(first *float32, lines int)", "prefetchLines asks for lines of 64 bytes.")
	first := c.Load(c.Param("first"), c.GP64())
	lines := c.Load(c.Param("lines"), c.GP64())
	c.Label("line")
	c.PREFETCHT0(operand.Mem{Base: first})
	c.ADDQ(operand.U8(64), first)
	c.DECQ(lines)
	c.JNZ(operand.LabelRef("line"))
	c.RET()
}
