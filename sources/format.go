package sources

import (
	"bytes"
	"path/filepath"
	"strings"
)

// A Format is how a file writes its rows.
type Format uint8

// The formats that [OpenRows] reads. Each may be compressed with gzip or zstd.
const (
	Auto    Format = iota // by the file's first bytes and its extension
	CSV                   // values between separators, a line a row, a header first
	TSV                   // values between tabs; no quoting, and \N means no value
	JSONL                 // a JSON object a line
	Parquet               // Apache Parquet
	List                  // "user item item …" a line, no header: a row for each pair
)

var formatNames = [...]string{Auto: "auto", CSV: "csv", TSV: "tsv", JSONL: "jsonl", Parquet: "parquet", List: "list"}

// String returns the lower-case name of f.
func (f Format) String() string {
	if int(f) < len(formatNames) {
		return formatNames[f]
	}
	return "unknown"
}

// Quotes says what a double quote means in a CSV file.
type Quotes uint8

// The meanings of a double quote.
const (
	QuotesAuto Quotes = iota // QuotesOn between commas or semicolons, else QuotesOff
	QuotesOn                 // as RFC 4180: a quoted value may hold separators and line ends
	QuotesOff                // a character like any other, as in IMDb's and MovieLens's own files
)

// stem is the file name without folder, compression and format: "mal" of
// "data/mal.jsonl.gz".
func stem(path string) string {
	base, _ := bareName(path)
	if ext := filepath.Ext(base); ext != base {
		base = strings.TrimSuffix(base, ext)
	}
	return base
}

// bareName cuts the extension of a compression off, and returns the lower-case
// extension that is left.
func bareName(path string) (base, ext string) {
	base = filepath.Base(path)
	switch c := filepath.Ext(base); strings.ToLower(c) {
	case ".gz", ".zst", ".zstd":
		base = strings.TrimSuffix(base, c)
	}
	return base, strings.ToLower(filepath.Ext(base))
}

const parquetMagic = "PAR1"

// detect guesses the format from the name and the first bytes of the unpacked
// content. Magic bytes win, then the extension, then the look of the first line.
func detect(path string, head []byte) Format {
	if bytes.HasPrefix(head, []byte(parquetMagic)) {
		return Parquet
	}
	switch _, ext := bareName(path); ext {
	case ".csv":
		return CSV
	case ".tsv", ".tab":
		return TSV
	case ".jsonl", ".ndjson", ".json":
		return JSONL
	case ".parquet", ".pq":
		return Parquet
	}
	line := firstLine(head)
	switch {
	case bytes.HasPrefix(bytes.TrimSpace(line), []byte("{")):
		return JSONL
	case separator(line, false) == "\t":
		return TSV
	case separator(line, false) == "" && len(bytes.Fields(line)) > 1:
		return List
	}
	return CSV
}

// separator picks the separator of a CSV file by its first line, "" where there
// is none. comma says that the name promises commas.
func separator(line []byte, comma bool) string {
	if comma && bytes.IndexByte(line, ',') >= 0 {
		return ","
	}
	for _, sure := range []string{"::", "\t"} {
		if bytes.Contains(line, []byte(sure)) {
			return sure
		}
	}
	best, most := "", 0
	for _, s := range []string{",", ";", "|"} {
		if n := bytes.Count(line, []byte(s)); n > most {
			best, most = s, n
		}
	}
	return best
}

// firstLine is the first line of head that is not blank.
func firstLine(head []byte) []byte {
	head = bytes.TrimLeft(head, "\r\n")
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	return bytes.TrimSuffix(head, []byte("\r"))
}
