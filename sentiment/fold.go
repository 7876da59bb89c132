package sentiment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// appendFolded appends w in lower case, with a straight apostrophe.
func appendFolded(dst []byte, w string) []byte {
	for _, r := range w {
		switch {
		case 'A' <= r && r <= 'Z':
			dst = append(dst, byte(r)+'a'-'A')
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case r == '’' || r == '‘' || r == 'ʼ':
			dst = append(dst, '\'')
		default:
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	}
	return dst
}

// isCapitals reports whether w has an upper-case letter and no lower-case one.
func isCapitals(w string) bool {
	found := false
	for _, r := range w {
		switch {
		case unicode.IsLower(r):
			return false
		case unicode.IsUpper(r):
			found = true
		}
	}
	return found
}

// isLink reports whether c looks like an address or a handle, whose letters are no words.
func isLink(c string) bool {
	return strings.Contains(c, "://") || strings.HasPrefix(c, "www.") || strings.Contains(c, "@")
}

// folded is a token as appendFolded leaves it; mostly the token itself.
func folded(token string) string {
	for i := range len(token) {
		if c := token[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return string(appendFolded(nil, token))
		}
	}
	return token
}

// wellFormed reports whether a token can be one.
func wellFormed(token string) bool { return wellSpaced(token) && folded(token) == token }

// wellSpaced reports whether the words of a token are parted by single spaces.
func wellSpaced(token string) bool {
	if token == "" || token[0] == ' ' || token[len(token)-1] == ' ' {
		return false
	}
	return strings.IndexByte(token, ' ') < 0 || !strings.Contains(token, "  ")
}
