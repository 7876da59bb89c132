package storage

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// readCatalog reads dim_item, bridge_item_tag and bridge_item_source.
func (w *Warehouse) readCatalog(m *manifest) (*catalog, error) {
	records, err := w.readEntries(m, partRecord)
	if err != nil {
		return nil, err
	}
	all, err := w.readEntries(m, partCanonical)
	if err != nil {
		return nil, err
	}
	links, err := w.readLinks(m)
	if err != nil {
		return nil, err
	}
	return newCatalog(records[kindRecord], all[kindCanonical], all[kindRetired], links, m.NextItem), nil
}

// A linkTable is the links by record.
type linkTable map[recommender.ItemID]recommender.Link

// resolve follows the link of id, if it has one.
func (t linkTable) resolve(id recommender.ItemID) recommender.ItemID {
	if l, ok := t[id]; ok {
		return l.Canonical
	}
	return id
}

// readLinks reads bridge_item_source.
func (w *Warehouse) readLinks(m *manifest) (linkTable, error) {
	links := linkTable{}
	for _, info := range m.table(tableLink, "") {
		rows, err := readRows[linkRow](w, info)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			l := recommender.Link{Record: recommender.ItemID(r.Record), Canonical: recommender.ItemID(r.Item), Confidence: r.Confidence}
			links[l.Record] = l
		}
	}
	return links, nil
}

// readEntries reads the items of a part by kind, each sorted by ID. Every file
// of dim_item has a file of bridge_item_tag beside it, in the same order.
func (w *Warehouse) readEntries(m *manifest, part string) (map[string][]*entry, error) {
	files, tagFiles := m.table(tableItem, part), m.table(tableTag, part)
	if len(files) != len(tagFiles) {
		return nil, fmt.Errorf("%w: manifest %d has %d files of %s and %d of %s", recommender.ErrCorrupt, m.Number, len(files), tableItem, len(tagFiles), tableTag)
	}
	all := map[string][]*entry{}
	for i := range files {
		rows, err := readRows[itemRow](w, files[i])
		if err != nil {
			return nil, err
		}
		tags, err := readRows[tagRow](w, tagFiles[i])
		if err != nil {
			return nil, err
		}
		fresh := map[string][]*entry{}
		for _, r := range rows {
			n := 0
			for n < len(tags) && tags[n].Item == r.ID {
				n++
			}
			var list []string
			for _, t := range tags[:n] {
				list = append(list, t.Tag)
			}
			tags = tags[n:]
			fresh[r.Kind] = append(fresh[r.Kind], entryOf(r, list))
		}
		for kind, list := range fresh {
			slices.SortFunc(list, byID)
			all[kind] = overlay(all[kind], list)
		}
	}
	return all, nil
}

// writeEntries writes a file of dim_item and its file of bridge_item_tag. What
// was merged gets the seq of the commit before: a page of the same commit is later.
func writeEntries(c *commit, part string, level int, kinds map[string][]*entry) (items, tags fileInfo, err error) {
	var (
		rows    []itemRow
		tagRows []tagRow
		seq     = c.number
	)
	if level > 0 {
		seq--
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		for _, e := range kinds[kind] {
			rows = append(rows, itemRowOf(e, kind, seq))
		}
	}
	slices.SortStableFunc(rows, func(a, b itemRow) int { return cmp.Compare(a.ID, b.ID) })
	byRow := map[string][]string{}
	for _, list := range kinds {
		for _, e := range list {
			byRow[string(e.ID)] = e.Tags
		}
	}
	for _, r := range rows {
		for place, tag := range byRow[r.ID] {
			tagRows = append(tagRows, tagRow{r.ID, r.Kind, int32(place), tag, int64(seq)})
		}
	}
	if items, err = tableFile(c, tableItem, part, batch(rows)); err != nil {
		return items, tags, err
	}
	tags, err = tableFile(c, tableTag, part, batch(tagRows))
	items.Level, tags.Level = level, level
	return items, tags, err
}

// putEntries adds a page's records, merging small files first where there are
// enough of them.
func (w *Warehouse) putEntries(c *commit, m *manifest, added []*entry) (*manifest, error) {
	files, tagFiles := m.table(tableItem, partRecord), m.table(tableTag, partRecord)
	if from, level := mergeable(files, w.o.CompactFiles); from < len(files) && len(files) == len(tagFiles) {
		old := *m
		old.Files = slices.Concat(files[from:], tagFiles[from:])
		kinds, err := w.readEntries(&old, partRecord)
		if err != nil {
			return nil, err
		}
		items, tags, err := writeEntries(c, partRecord, level, kinds)
		if err != nil {
			return nil, err
		}
		files, tagFiles = append(files[:from], items), append(tagFiles[:from], tags)
	}
	items, tags, err := writeEntries(c, partRecord, 0, map[string][]*entry{kindRecord: added})
	if err != nil {
		return nil, err
	}
	return m.with(tableItem, partRecord, append(files, items)).with(tableTag, partRecord, append(tagFiles, tags)), nil
}

// putLinks writes canonical items and links anew.
func putLinks(c *commit, m *manifest, cat *catalog) (*manifest, error) {
	items, tags, err := writeEntries(c, partCanonical, 0, map[string][]*entry{kindCanonical: cat.canonical, kindRetired: cat.retired})
	if err != nil {
		return nil, err
	}
	var rows []linkRow
	for _, id := range slices.Sorted(maps.Keys(cat.links)) {
		l := cat.links[id]
		rows = append(rows, linkRow{string(l.Record), string(l.Canonical), l.Confidence})
	}
	links, err := tableFile(c, tableLink, "", batch(rows))
	if err != nil {
		return nil, err
	}
	return m.with(tableItem, partCanonical, []fileInfo{items}).with(tableTag, partCanonical, []fileInfo{tags}).with(tableLink, "", []fileInfo{links}), nil
}

// mergeable says from which file on the newest files of a table are merged,
// and the level of the result; len(files) for none. As soon as fan runs of one
// level stand at the end they become one of the next level, so that a row is
// written once a level, and there are fewer than fan runs of each.
func mergeable(files []fileInfo, fan int) (from, level int) {
	runs := runsOf(files)
	at := len(runs)
	for level = 0; ; level++ {
		n := 0
		for n < at && runs[at-1-n][0].Level <= level {
			n++
		}
		merged := 0 // the run that the levels below have become
		if at < len(runs) {
			merged = 1
		}
		if n+merged < fan {
			break
		}
		at -= n
	}
	for _, run := range runs[:at] {
		from += len(run)
	}
	return from, level
}
