package main

import (
	"context"
	"io"

	"github.com/osusume/osusume/recommender"
)

// An openModel is a decoded version.
type openModel struct {
	recommender.Model
	version recommender.Version
}

// A modelSet holds decoded versions by ID. Versions do not change, so one that
// is decoded serves every state and every hybrid that names it.
type modelSet map[string]openModel

// An opener opens versions, each once. It is a Registry to
// [recommender.OpenModel], so that it sees the parts of hybrids too.
type opener struct {
	recommender.Registry
	before   modelSet
	used     modelSet // what this opener was asked for
	decoders map[string]recommender.Decoder
}

var _ recommender.Registry = (*opener)(nil)

func newOpener(reg recommender.Registry, before modelSet) *opener {
	o := &opener{Registry: reg, before: before, used: modelSet{}, decoders: map[string]recommender.Decoder{}}
	for kind, decode := range decoders {
		o.decoders[kind] = o.once(decode)
	}
	return o
}

// open returns a version's model.
func (o *opener) open(ctx context.Context, id string) (openModel, error) {
	if m, ok := o.known(id); ok {
		return m, nil
	}
	m, v, err := recommender.OpenModel(ctx, o, id, o.decoders)
	if err != nil {
		return openModel{}, err
	}
	o.used[id] = openModel{m, v}
	return o.used[id], nil
}

// known finds a decoded version, and keeps it and its parts for the next opener.
func (o *opener) known(id string) (openModel, bool) {
	m, ok := o.used[id]
	if !ok {
		if m, ok = o.before[id]; ok {
			o.used[id] = m
			for _, part := range m.version.Parts {
				o.known(part)
			}
		}
	}
	return m, ok
}

// An opened version tells its decoder which one it is.
type opened struct {
	io.ReadCloser
	version recommender.Version
}

// Open implements [recommender.Registry].
func (o *opener) Open(ctx context.Context, id string) (recommender.Version, io.ReadCloser, error) {
	v, r, err := o.Registry.Open(ctx, id)
	if err != nil {
		return v, nil, err
	}
	return v, &opened{r, v}, nil
}

// once is decode, but for versions that have been decoded already.
func (o *opener) once(decode recommender.Decoder) recommender.Decoder {
	return func(r io.Reader) (recommender.Model, error) {
		src, ok := r.(*opened)
		if !ok {
			return decode(r)
		}
		if m, ok := o.known(src.version.ID); ok {
			return m.Model, nil
		}
		m, err := decode(r)
		if err == nil {
			o.used[src.version.ID] = openModel{m, src.version}
		}
		return m, err
	}
}
