// Command _gen writes the assembly of package vec for amd64 and its Go
// declarations: kernels_amd64, bpr_amd64 and tiles_amd64, .s and .go.
//
// Run it by "go generate" in package vec. The same generator gives the same
// bytes.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/buildtags"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("internal/vec/_gen: ")
	write("kernels_amd64", func(c *build.Context) {
		cpu(c)
		prefetch(c)
		for _, s := range []set{newAVX512(c), newAVX2(c)} {
			dot(c, s)
			dotRows(c, s)
			dotGather(c, s)
			axpy(c, s)
		}
	})
	write("bpr_amd64", func(c *build.Context) {
		constants := newConstants(c)
		for _, s := range []set{newAVX512(c), newAVX2(c)} {
			stepsBPR(c, s, constants)
			hardest(c, s)
		}
	})
	write("tiles_amd64", tiles)
}

// write writes an assembly file and its declarations.
func write(name string, functions func(c *build.Context)) {
	c := build.NewContext()
	c.Constraint(buildtags.Not("noasm"))
	functions(c)
	f, err := c.Result()
	if err != nil {
		log.Fatal(err)
	}
	if err := pass.Compile.Execute(f); err != nil {
		log.Fatal(err)
	}
	config := printer.Config{Name: "internal/vec/_gen", Pkg: "vec"}
	for end, p := range map[string]printer.Printer{".s": printer.NewGoAsm(config), ".go": printer.NewStubs(config)} {
		text, err := p.Print(f)
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("..", name+end), text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// lanes is vec.Lanes: a step of every kernel.
const (
	lanes = 16
	step  = 4 * lanes // bytes
)

// cpu writes what the detection of features needs.
func cpu(c *build.Context) {
	c.Function("cpuid")
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func(leaf, sub uint32) (eax, ebx, ecx, edx uint32)")
	c.Doc("cpuid returns what the instruction CPUID says.")
	c.Load(c.Param("leaf"), reg.EAX)
	c.Load(c.Param("sub"), reg.ECX)
	c.CPUID()
	c.Store(reg.EAX, c.Return("eax"))
	c.Store(reg.EBX, c.Return("ebx"))
	c.Store(reg.ECX, c.Return("ecx"))
	c.Store(reg.EDX, c.Return("edx"))
	c.RET()

	c.Function("xgetbv")
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func() uint32")
	c.Doc("xgetbv returns the low half of XCR0: the registers that the operating system saves.")
	c.XORL(reg.ECX, reg.ECX)
	c.XGETBV()
	c.Store(reg.EAX, c.ReturnIndex(0))
	c.RET()
}

// function begins a kernel that keeps no pointer.
func function(c *build.Context, name, signature, doc string) {
	c.Function(name)
	c.Attributes(attr.NOSPLIT)
	c.Pragma("noescape")
	c.SignatureExpr(signature)
	c.Doc(doc)
}

// parameter is where the caller put a number.
func parameter(c *build.Context, name string) operand.Mem {
	p, err := c.Param(name).Resolve()
	if err != nil {
		log.Fatal(err)
	}
	return p.Addr
}

// at is the memory off+by bytes after base.
func at(base, off reg.Register, by int) operand.Mem {
	return operand.Mem{Base: base, Index: off, Scale: 1, Disp: by}
}

// dot writes the kernel of a single product.
func dot(c *build.Context, s set) {
	name := "dot" + s.name()
	function(c, name, "func(a, b []float32) float32", name+" is dotGo. The lengths must be equal.")
	a := c.Load(c.Param("a").Base(), c.GP64())
	b := c.Load(c.Param("b").Base(), c.GP64())
	end, tail := s.split(c.Load(c.Param("a").Len(), c.GP64()))
	sum := product(c, s, a, b, end, tail)
	c.VZEROUPPER()
	c.Store(sum, c.ReturnIndex(0))
	c.RET()
}

// product writes the product of the vectors at a and b, of end bytes of whole
// steps and a tail.
//
// It fetches no later row ahead of its use: processors run on into the next rows
// out of order anyway. On Zen 4, PREFETCHT0 four rows ahead made dotGather over
// rows of the second cache up to 40 % slower, and dotRows no faster.
func product(c *build.Context, s set, a, b, end, tail reg.Register) reg.Register {
	acc := s.zero()
	off := c.GP64()
	c.XORQ(off, off)
	c.TESTQ(end, end)
	c.JZ(operand.LabelRef("tail"))
	c.Label("whole")
	s.add(acc, s.mul(s.load(a, off), b, off))
	c.ADDQ(operand.U8(step), off)
	c.CMPQ(off, end)
	c.JNE(operand.LabelRef("whole"))
	c.Label("tail")
	c.TESTQ(tail, tail)
	c.JZ(operand.LabelRef("tree"))
	s.add(acc, s.mulAll(s.loadTail(a, off), s.loadTail(b, off)))
	c.Label("tree")
	return s.tree(acc)
}

// fours writes the products of the vector at a with the four rows, of end
// bytes of whole steps and a tail, which may be nil, side by side: their partial sums do not wait for one another, and share the work of the tree.
func fours(c *build.Context, s set, label string, a reg.Register, rows [4]reg.Register, end, tail reg.Register) reg.VecVirtual {
	var acc [4]vector
	for r := range acc {
		acc[r] = s.zero()
	}
	off := c.GP64()
	c.XORQ(off, off)
	c.TESTQ(end, end)
	c.JZ(operand.LabelRef(label + "tail"))
	c.Label(label + "whole")
	x := s.load(a, off)
	for r, row := range rows {
		s.add(acc[r], s.times(x, row, off))
	}
	c.ADDQ(operand.U8(step), off)
	c.CMPQ(off, end)
	c.JNE(operand.LabelRef(label + "whole"))
	c.Label(label + "tail")
	if tail != nil {
		c.TESTQ(tail, tail)
		c.JZ(operand.LabelRef(label + "tree"))
		x = s.loadTail(a, off)
		for r, row := range rows {
			s.add(acc[r], s.mulAll(s.loadTail(row, off), x))
		}
	}
	c.Label(label + "tree")
	return s.trees(acc)
}

// dotRows writes the kernel of many products with rows that follow one another.
func dotRows(c *build.Context, s set) {
	name := "dotRows" + s.name()
	function(c, name, "func(dst, a, rows []float32, stride int)",
		name+" is dotRowsGo. The rows must be long enough.")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	left := c.Load(c.Param("dst").Len(), c.GP64())
	a := c.Load(c.Param("a").Base(), c.GP64())
	end, tail := s.split(c.Load(c.Param("a").Len(), c.GP64()))
	row := c.Load(c.Param("rows").Base(), c.GP64())
	stride := c.Load(c.Param("stride"), c.GP64())
	c.SHLQ(operand.U8(2), stride)
	c.SUBQ(operand.U8(4), left)
	c.JL(operand.LabelRef("few"))
	c.Label("four")
	rows := [4]reg.Register{row, c.GP64(), c.GP64(), c.GP64()}
	for r := range rows[1:] {
		c.MOVQ(rows[r], rows[r+1])
		c.ADDQ(stride, rows[r+1])
	}
	c.VMOVUPS(fours(c, s, "four", a, rows, end, tail), operand.Mem{Base: dst})
	c.ADDQ(operand.U8(4*4), dst)
	c.LEAQ(operand.Mem{Base: row, Index: stride, Scale: 4}, row)
	c.SUBQ(operand.U8(4), left)
	c.JGE(operand.LabelRef("four"))
	c.Label("few")
	c.ADDQ(operand.U8(4), left)
	c.JZ(operand.LabelRef("done"))
	c.Label("row")
	sum := product(c, s, a, row, end, tail)
	c.VMOVSS(sum, operand.Mem{Base: dst})
	c.ADDQ(operand.U8(4), dst)
	c.ADDQ(stride, row)
	c.DECQ(left)
	c.JNZ(operand.LabelRef("row"))
	c.Label("done")
	c.VZEROUPPER()
	c.RET()
}

// dotGather writes the kernel of many products with rows by their numbers.
func dotGather(c *build.Context, s set) {
	name := "dotGather" + s.name()
	function(c, name, "func(dst, a, rows []float32, stride int, idx []int32)",
		name+" is dotGatherGo. The rows must be long enough, and dst as long as idx.")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	idx := c.Load(c.Param("idx").Base(), c.GP64())
	left := c.Load(c.Param("idx").Len(), c.GP64())
	a := c.Load(c.Param("a").Base(), c.GP64())
	end, tail := s.split(c.Load(c.Param("a").Len(), c.GP64()))
	base := c.Load(c.Param("rows").Base(), c.GP64())
	stride := c.Load(c.Param("stride"), c.GP64())
	c.SHLQ(operand.U8(2), stride)
	named := func(k int) reg.Register {
		row := c.GP64()
		c.MOVLQSX(operand.Mem{Base: idx, Disp: 4 * k}, row)
		c.IMULQ(stride, row)
		c.ADDQ(base, row)
		return row
	}
	c.SUBQ(operand.U8(4), left)
	c.JL(operand.LabelRef("few"))
	c.Label("four")
	c.VMOVUPS(fours(c, s, "four", a, [4]reg.Register{named(0), named(1), named(2), named(3)}, end, tail), operand.Mem{Base: dst})
	c.ADDQ(operand.U8(4*4), dst)
	c.ADDQ(operand.U8(4*4), idx)
	c.SUBQ(operand.U8(4), left)
	c.JGE(operand.LabelRef("four"))
	c.Label("few")
	c.ADDQ(operand.U8(4), left)
	c.JZ(operand.LabelRef("done"))
	c.Label("row")
	sum := product(c, s, a, named(0), end, tail)
	c.VMOVSS(sum, operand.Mem{Base: dst})
	c.ADDQ(operand.U8(4), dst)
	c.ADDQ(operand.U8(4), idx)
	c.DECQ(left)
	c.JNZ(operand.LabelRef("row"))
	c.Label("done")
	c.VZEROUPPER()
	c.RET()
}

// axpy writes the kernel of the sum of a vector and a scaled one.
func axpy(c *build.Context, s set) {
	name := "axpy" + s.name()
	function(c, name, "func(dst []float32, alpha float32, x []float32)", name+" is axpyGo. The lengths must be equal.")
	dst := c.Load(c.Param("dst").Base(), c.GP64())
	x := c.Load(c.Param("x").Base(), c.GP64())
	alpha := s.spread(parameter(c, "alpha"))
	end, tail := s.split(c.Load(c.Param("dst").Len(), c.GP64()))
	places(c, s, end, tail, func(off reg.Register, load loader, store storer) {
		sum := load(dst, off)
		s.add(sum, s.mulAll(load(x, off), alpha))
		store(sum, dst, off)
	})
}

type (
	loader func(base, off reg.Register) vector
	storer func(v vector, base, off reg.Register)
)

// places writes a kernel that does the same at every place, and its end.
func places(c *build.Context, s set, end, tail reg.Register, body func(off reg.Register, load loader, store storer)) {
	off := c.GP64()
	c.XORQ(off, off)
	c.TESTQ(end, end)
	c.JZ(operand.LabelRef("tail"))
	c.Label("whole")
	body(off, s.load, s.store)
	c.ADDQ(operand.U8(step), off)
	c.CMPQ(off, end)
	c.JNE(operand.LabelRef("whole"))
	c.Label("tail")
	c.TESTQ(tail, tail)
	c.JZ(operand.LabelRef("done"))
	body(off, s.loadTail, s.storeTail)
	c.Label("done")
	c.VZEROUPPER()
	c.RET()
}
