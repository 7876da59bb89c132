package storage

import (
	"maps"
	"slices"
	"time"

	"github.com/osusume/osusume/recommender"
)

// The rows of the small tables; docs/formats.md describes the columns.
type (
	itemRow struct {
		ID       string   `parquet:"item_id"`
		Kind     string   `parquet:"kind,dict"`
		Number   int64    `parquet:"number"`
		Title    string   `parquet:"title"`
		Aliases  []string `parquet:"aliases,list"`
		Text     string   `parquet:"text"`
		Year     int32    `parquet:"year"`
		Appeared *int64   `parquet:"appeared,optional"`
		Refs     []string `parquet:"refs,list"`
		Members  []string `parquet:"members,list"`
		Attrs    []pair   `parquet:"attrs,list"`
		Seq      int64    `parquet:"seq,dict"`
	}
	tagRow struct {
		Item  string `parquet:"item_id,dict"`
		Kind  string `parquet:"kind,dict"`
		Place int32  `parquet:"place"`
		Tag   string `parquet:"tag,dict"`
		Seq   int64  `parquet:"seq,dict"`
	}
	linkRow struct {
		Record     string  `parquet:"record_id"`
		Item       string  `parquet:"item_id,dict"`
		Confidence float64 `parquet:"confidence,dict"`
	}
	sourceRow struct {
		Name         string `parquet:"name"`
		Cursor       []byte `parquet:"cursor"`
		Records      int64  `parquet:"records"`
		Interactions int64  `parquet:"interactions"`
	}
	modelRow struct {
		ID      string   `parquet:"version_id"`
		Kind    string   `parquet:"kind"`
		Created *int64   `parquet:"created_ns,optional"`
		Data    string   `parquet:"data"`
		Parts   []string `parquet:"parts,list"`
		Config  []pair   `parquet:"config,list"`
		Metrics []metric `parquet:"metrics,list"`
		Aliases []string `parquet:"aliases,list"`
		Blob    string   `parquet:"file"`
		// Since format 2; a file of format 1 gives zeros.
		Code        string `parquet:"code"`
		MetricsJSON string `parquet:"metrics_json"`
		Active      bool   `parquet:"is_active"`
	}
	aliasRow struct {
		Alias    string `parquet:"alias,dict"`
		Version  string `parquet:"version_id,dict"` // "": the alias was removed
		Since    int64  `parquet:"since_ns"`        // 0: format 1 did not say
		Commit   int64  `parquet:"commit"`
		Rollback bool   `parquet:"rollback"`
	}
	pair struct {
		Name  string `parquet:"name"`
		Value string `parquet:"value"`
	}
	metric struct {
		Name  string  `parquet:"name"`
		Value float64 `parquet:"value"`
	}
)

// The values of dim_item's column kind.
const (
	kindRecord    = "record"
	kindCanonical = "canonical"
	kindRetired   = "retired"
)

func itemRowOf(e *entry, kind string, seq uint64) itemRow {
	r := itemRow{
		ID: string(e.ID), Kind: kind, Number: e.number, Title: e.Title, Aliases: e.Aliases, Text: e.Text, Year: int32(e.Year),
		Refs: stringsOf(e.Refs), Members: stringsOf(e.Members), Attrs: pairsOf(e.Attrs), Seq: int64(seq),
	}
	if !e.Time.IsZero() {
		unix := e.Time.Unix()
		r.Appeared = &unix
	}
	return r
}

// entryOf is the way back; tags come from their own table.
func entryOf(r itemRow, tags []string) *entry {
	e := &entry{number: r.Number, Item: recommender.Item{
		ID: recommender.ItemID(r.ID), Title: r.Title, Aliases: some(r.Aliases), Text: r.Text, Tags: tags, Year: int(r.Year),
		Refs: idsOf(r.Refs), Members: idsOf(r.Members),
	}}
	if r.Appeared != nil {
		e.Time = time.Unix(*r.Appeared, 0).UTC()
	}
	e.Attrs = mapOf(r.Attrs)
	return e
}

func modelRowOf(v recommender.Version, blob, code string) modelRow {
	r := modelRow{Code: code, ID: v.ID, Kind: v.Kind, Data: v.Data, Parts: v.Parts, Config: pairsOf(v.Config), Blob: blob}
	for _, name := range slices.Sorted(maps.Keys(v.Metrics)) {
		r.Metrics = append(r.Metrics, metric{name, v.Metrics[name]})
	}
	if !v.Created.IsZero() {
		ns := v.Created.UnixNano()
		r.Created = &ns
	}
	return r
}

func versionOf(r modelRow) recommender.Version {
	v := recommender.Version{ID: r.ID, Kind: r.Kind, Data: r.Data, Parts: some(r.Parts), Config: mapOf(r.Config)}
	if len(r.Metrics) > 0 {
		v.Metrics = make(map[string]float64, len(r.Metrics))
		for _, m := range r.Metrics {
			v.Metrics[m.Name] = m.Value
		}
	}
	if r.Created != nil {
		v.Created = time.Unix(0, *r.Created).UTC()
	}
	return v
}

// pairsOf is a map in the order of its names, so that the same map is the same bytes.
func pairsOf(m map[string]string) []pair {
	var list []pair
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, pair{name, m[name]})
	}
	return list
}

func mapOf(list []pair) map[string]string {
	if len(list) == 0 {
		return nil
	}
	m := make(map[string]string, len(list))
	for _, p := range list {
		m[p.Name] = p.Value
	}
	return m
}

func stringsOf(ids []recommender.ItemID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	return list
}

func idsOf(list []string) []recommender.ItemID {
	if len(list) == 0 {
		return nil
	}
	ids := make([]recommender.ItemID, len(list))
	for i, s := range list {
		ids[i] = recommender.ItemID(s)
	}
	return ids
}

// some is list, or nil for an empty one: a file does not tell them apart.
func some(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}
