package storage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"path"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Format is the version of the directory's layout that this code writes, and
// the newest that it reads. It reads every older one: the first commit of a
// writer is a manifest of this format, which may name files of older ones.
const Format = 3

// The tables. docs/formats.md describes their columns.
const (
	tableItem   = "dim_item"
	tableTag    = "bridge_item_tag"
	tableLink   = "bridge_item_source"
	tableRating = "fact_rating"
	tableSource = "dim_source"
	tableModel  = "dim_model"
	tableAlias  = "dim_model_alias"
	tableBlob   = "model" // not a table: one file a model

	tableUser       = "dim_user"
	tableSimilarity = "fact_similarity"
	tableScore      = "fact_collaborative_score"
	tableSentiment  = "fact_sentiment"
)

// parquetTables are the tables of a warehouse; a journal has two more.
var parquetTables = []string{
	tableItem, tableTag, tableLink, tableRating, tableSource, tableModel, tableAlias,
	tableUser, tableSimilarity, tableScore, tableSentiment,
}

// The parts of dim_item and bridge_item_tag, which change at different times.
const (
	partRecord    = "record"
	partCanonical = "canonical"
)

// A manifest names the files that are one state of a warehouse.
type manifest struct {
	Number   uint64     `json:"number"`
	Time     int64      `json:"time,omitempty"` // of the commit: nanoseconds since 1970; 0 in format 1
	Oldest   uint64     `json:"oldest"`         // manifests before it may hold what was deleted: they are not kept
	NextItem int64      `json:"next_item"`      // the catalogue number of the next new item
	Files    []fileInfo `json:"files"`          // of each table the oldest first
}

// A fileInfo names one immutable file and says how to know it again.
type fileInfo struct {
	Table string `json:"table"`
	Part  string `json:"part,omitempty"`
	Name  string `json:"name"`
	Level int    `json:"level,omitempty"` // how often its rows have been merged
	Run   uint64 `json:"run,omitempty"`   // files of one run follow each other in the table's order; 0: a run of its own
	Rows  int64  `json:"rows"`
	Size  int64  `json:"size"` // bytes
	CRC   string `json:"crc32c"`
	// Blocks are the checksums of every 64 KiB of the file (base64 of little
	// endian CRC-32C), so that reading a part checks that part; "" in format 1.
	Blocks string `json:"blocks,omitempty"`
	// First and Last are the bounds of user_id; "" where they are not known.
	First string `json:"first,omitempty"`
	Last  string `json:"last,omitempty"`
}

// envelope is what stands in a manifest file; CRC is that of the compact form of Manifest.
type envelope struct {
	Format   int             `json:"format"`
	CRC      string          `json:"crc32c"`
	Manifest json.RawMessage `json:"manifest"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func crcText(sum uint32) string { return fmt.Sprintf("%08x", sum) }

// names are those of the files.
func (m *manifest) names() map[string]bool {
	set := make(map[string]bool, len(m.Files))
	for _, f := range m.Files {
		set[f.Name] = true
	}
	return set
}

// table returns the files of a table's part, oldest first.
func (m *manifest) table(name, part string) []fileInfo {
	var files []fileInfo
	for _, f := range m.Files {
		if f.Table == name && f.Part == part {
			files = append(files, f)
		}
	}
	return files
}

// with returns m's files with those of a table's part exchanged.
func (m *manifest) with(name, part string, files []fileInfo) *manifest {
	next := *m
	next.Files = make([]fileInfo, 0, len(m.Files)+len(files))
	for _, f := range m.Files {
		if f.Table != name || f.Part != part {
			next.Files = append(next.Files, f)
		}
	}
	next.Files = append(next.Files, files...)
	return &next
}

func manifestName(number uint64) string { return fmt.Sprintf("manifest-%08d.json", number) }

// manifestNumber reads the number out of a file's name.
func manifestNumber(name string) (uint64, bool) {
	digits, ok := strings.CutPrefix(name, "manifest-")
	if digits, ok2 := strings.CutSuffix(digits, ".json"); ok && ok2 {
		n, err := strconv.ParseUint(digits, 10, 64)
		return n, err == nil && manifestName(n) == name
	}
	return 0, false
}

func encodeManifest(m *manifest) ([]byte, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(envelope{Format, crcText(crc32.Checksum(body, castagnoli)), body}, "", " ")
	return append(b, '\n'), err
}

// decodeManifest reads what encodeManifest wrote and believes none of it
// before it has checked it.
func decodeManifest(b []byte) (*manifest, error) {
	var e envelope
	if err := json.Unmarshal(b, &e); err != nil {
		return nil, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	if e.Format > Format {
		return nil, fmt.Errorf("%w: format %d was written by a newer version; this one reads up to %d", recommender.ErrInvalid, e.Format, Format)
	}
	var body bytes.Buffer
	if err := json.Compact(&body, e.Manifest); err != nil {
		return nil, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	if got := crcText(crc32.Checksum(body.Bytes(), castagnoli)); e.Format < 1 || got != e.CRC {
		return nil, fmt.Errorf("%w: format %d, checksum %s instead of %q", recommender.ErrCorrupt, e.Format, got, e.CRC)
	}
	m := &manifest{}
	if err := json.Unmarshal(e.Manifest, m); err != nil {
		return nil, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	return m, nil
}

func (m *manifest) check() error {
	if m.Number == 0 || m.NextItem < 1 {
		return errors.New("a number is missing")
	}
	seen := make(map[string]bool, len(m.Files))
	for _, f := range m.Files {
		if f.Name == "" || f.Name != path.Base(f.Name) || f.Rows < 0 || f.Size < 0 || f.Level < 0 || seen[f.Name] {
			return fmt.Errorf("file %q cannot be", f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}
