package dedup

import "strings"

// A Format is a kind of release, in the few classes that catalogues agree on.
type Format uint8

// The formats. The zero Format is unknown.
const (
	TV Format = iota + 1
	Movie
	OVA
	ONA
	Special
	Music
)

var formatNames = [...]string{"", "TV", "Movie", "OVA", "ONA", "Special", "Music"}

// String returns the name of f, "" for the zero Format.
func (f Format) String() string {
	if int(f) < len(formatNames) {
		return formatNames[f]
	}
	return "invalid"
}

// ParseFormat reads a catalogue's own word for a format ("TV_SHORT", "tvSeries",
// "TV Special"); what it does not know is 0.
func ParseFormat(s string) Format {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' {
			b.WriteRune(r)
		}
	}
	switch b.String() {
	case "tv", "tvseries", "tvshort", "tvminiseries", "series", "show":
		return TV
	case "movie", "film", "tvmovie", "short":
		return Movie
	case "ova", "oad", "oav", "video":
		return OVA
	case "ona", "web":
		return ONA
	case "special", "tvspecial", "specials":
		return Special
	case "music", "musicvideo":
		return Music
	}
	return 0
}
