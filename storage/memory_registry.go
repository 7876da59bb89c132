package storage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// models are the versions of a Memory, in the order of publishing.
type models struct {
	versions []recommender.Version
	bytes    [][]byte
	alias    map[string]string
}

// Publish implements [recommender.Registry].
func (m *Memory) Publish(ctx context.Context, v recommender.Version, model io.WriterTo) error {
	if err := checkVersionID(v.ID); err != nil {
		return err
	}
	var b bytes.Buffer
	if _, err := model.WriteTo(&b); err != nil {
		return fmt.Errorf("storage: publish %s: %w", v.ID, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(ctx); err != nil {
		return err
	}
	if findVersion(m.models.versions, v.ID) >= 0 {
		return errPublished(v.ID)
	}
	m.models.versions = append(m.models.versions, keepVersion(v))
	m.models.bytes = append(m.models.bytes, b.Bytes())
	return nil
}

// Versions implements [recommender.Registry], in the order of publishing.
func (m *Memory) Versions(ctx context.Context) ([]recommender.Version, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.check(ctx); err != nil {
		return nil, err
	}
	list := make([]recommender.Version, len(m.models.versions))
	for i, v := range m.models.versions {
		list[i] = keepVersion(v)
	}
	return list, nil
}

// Open implements [recommender.Registry].
func (m *Memory) Open(ctx context.Context, id string) (recommender.Version, io.ReadCloser, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.check(ctx); err != nil {
		return recommender.Version{}, nil, err
	}
	i := findVersion(m.models.versions, id)
	if i < 0 {
		return recommender.Version{}, nil, errNoVersion(id)
	}
	return keepVersion(m.models.versions[i]), io.NopCloser(bytes.NewReader(m.models.bytes[i])), nil
}

// Alias implements [recommender.Registry].
func (m *Memory) Alias(ctx context.Context, name, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(ctx); err != nil {
		return err
	}
	if name == "" {
		return errNoAliasName()
	}
	if id == "" {
		delete(m.models.alias, name)
		return nil
	}
	if findVersion(m.models.versions, id) < 0 {
		return errNoVersion(id)
	}
	m.models.alias[name] = id
	return nil
}

// Aliases implements [recommender.Registry].
func (m *Memory) Aliases(ctx context.Context) (map[string]string, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return maps.Clone(m.models.alias), m.check(ctx)
}

func findVersion(list []recommender.Version, id string) int {
	return slices.IndexFunc(list, func(v recommender.Version) bool { return v.ID == id })
}

func keepVersion(v recommender.Version) recommender.Version {
	v.Metrics, v.Config, v.Parts = maps.Clone(v.Metrics), maps.Clone(v.Config), slices.Clone(v.Parts)
	return v
}

// checkVersionID keeps IDs usable as parts of file names and addresses.
func checkVersionID(id string) error {
	odd := func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letter && r != '.' && r != '_' && r != '-'
	}
	if id == "" || strings.ContainsFunc(id, odd) {
		return fmt.Errorf("storage: publish: %w: version ID %q is not made of letters, digits, '.', '_' and '-'", recommender.ErrInvalid, id)
	}
	return nil
}

func errPublished(id string) error {
	return fmt.Errorf("storage: publish %s: %w: there is such a version, and versions do not change", id, recommender.ErrInvalid)
}

func errNoVersion(id string) error {
	return fmt.Errorf("storage: model version %q: %w", id, recommender.ErrNotFound)
}

func errNoAliasName() error {
	return fmt.Errorf("storage: alias: %w: empty name", recommender.ErrInvalid)
}
