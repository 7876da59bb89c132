package mf

import (
	"context"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/vec"
)

// packed are the vectors and biases of a model in the order of an epoch, so that
// the rows that a cell works on lie side by side. That costs a copy of the model,
// and saves most of the waiting for memory.
type packed struct {
	m     *Model
	order *schedule
	user  []float32 // by position
	item  []float32
	bias  []float32 // nil: zeros that stay
	pace  []pace    // of users, by position; nil: 1 and 1

	paces []pace // of users, by number
}

// A pace is what Rate and L2 are multiplied with in the steps of a user.
type pace struct{ gain, pull float32 }

func newPacked(m *Model, order *schedule, paces []pace, biased bool) *packed {
	p := &packed{m: m, order: order, paces: paces, user: make([]float32, m.stride*len(order.users)), item: make([]float32, m.stride*len(order.items))}
	if paces != nil {
		p.pace = make([]pace, len(order.users))
	}
	if biased {
		p.bias = make([]float32, len(order.items))
	}
	return p
}

// load takes the rows over from the model.
func (p *packed) load(ctx context.Context, workers int) error {
	for at := range p.pace {
		p.pace[at] = p.paces[p.order.users[at]]
	}
	return p.each(ctx, workers, func(packed, own []float32) { copy(packed, own) })
}

// store gives them back.
func (p *packed) store(workers int) {
	err := p.each(context.Background(), workers, func(packed, own []float32) { copy(own, packed) })
	if err != nil {
		panic("mf: " + err.Error()) // the context does not end
	}
}

// each does something for every packed row and the model's own.
func (p *packed) each(ctx context.Context, workers int, do func(packed, own []float32)) error {
	n := p.m.stride
	return par.Do(ctx, workers, p.order.blocks, func(b int) error {
		from, to := p.order.bounds(len(p.order.users), b)
		for at := from; at < to; at++ {
			do(p.user[at*n:][:n], p.m.userRow(int(p.order.users[at])))
		}
		from, to = p.order.bounds(len(p.order.items), b)
		for at := from; at < to; at++ {
			i := int(p.order.items[at])
			do(p.item[at*n:][:n], p.m.itemRow(i))
			if p.bias != nil {
				do(p.bias[at:at+1], p.m.bias[i:i+1])
			}
		}
		return nil
	})
}

// cell are the rows of the users and items of a cell, and the paces of the users.
func (p *packed) cell(row, col int) (vec.Factors, []pace) {
	n := p.m.stride
	f := vec.Factors{Size: n}
	from, to := p.order.bounds(len(p.order.users), row)
	f.User = p.user[from*n : to*n]
	var paces []pace
	if p.pace != nil {
		paces = p.pace[from:to]
	}
	from, to = p.order.bounds(len(p.order.items), col)
	f.Item = p.item[from*n : to*n]
	if p.bias != nil {
		f.Bias = p.bias[from:to]
	}
	return f, paces
}
