package storage

import (
	"fmt"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// tableSchema is what the files of a table hold, of a warehouse or a journal.
func tableSchema(table string) *parquet.Schema {
	switch table {
	case tableItem:
		return parquet.SchemaOf(itemRow{})
	case tableTag:
		return parquet.SchemaOf(tagRow{})
	case tableLink:
		return parquet.SchemaOf(linkRow{})
	case tableRating:
		return parquet.SchemaOf(ratingRow{})
	case tableSource:
		return parquet.SchemaOf(sourceRow{})
	case tableModel:
		return parquet.SchemaOf(modelRow{})
	case tableAlias:
		return parquet.SchemaOf(aliasRow{})
	case tableUser:
		return parquet.SchemaOf(userRow{})
	case tableSimilarity:
		return parquet.SchemaOf(similarityRow{})
	case tableScore:
		return parquet.SchemaOf(scoreRow{})
	case tableSentiment:
		return parquet.SchemaOf(sentimentRow{})
	case tableExposure:
		return parquet.SchemaOf(exposureRow{})
	case tableEvent:
		return parquet.SchemaOf(eventRow{})
	}
	panic("storage: no schema of table " + table)
}

// emptyColumns are a table's columns for a query without rows: their names, and
// the types that an engine reads from the table's files.
func emptyColumns(table string) string {
	var list []string
	for _, f := range tableSchema(table).Fields() {
		list = append(list, fmt.Sprintf("null::%s as %s", sqlType(f), f.Name()))
	}
	return strings.Join(list, ", ")
}

func sqlType(n parquet.Node) string {
	logical := any(nil)
	if t := n.Type().LogicalType(); t != nil {
		logical = t.Value
	}
	switch logical.(type) {
	case *format.ListType:
		return sqlType(n.Fields()[0].Fields()[0]) + "[]"
	case *format.StringType:
		return "varchar"
	case *format.TimestampType:
		return "timestamptz"
	}
	if !n.Leaf() {
		var list []string
		for _, f := range n.Fields() {
			list = append(list, f.Name()+" "+sqlType(f))
		}
		return "struct(" + strings.Join(list, ", ") + ")"
	}
	switch n.Type().Kind() {
	case parquet.Boolean:
		return "boolean"
	case parquet.Int32:
		return "integer"
	case parquet.Int64:
		return "bigint"
	case parquet.Float:
		return "float"
	case parquet.Double:
		return "double"
	}
	return "blob"
}
