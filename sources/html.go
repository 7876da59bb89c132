package sources

import (
	"html"
	"strings"
	"unicode"
)

// plainText takes HTML out of a text as catalogues write it: tags go, those that
// end a line or a paragraph leave a line end, then entities become characters,
// and blanks are made one. What merely looks like HTML, such as "a < b" and
// "I <3 it", stays.
func plainText(s string) string {
	if strings.IndexByte(s, '<') >= 0 {
		s = stripTags(s)
	}
	return tidy(unescape(s))
}

// unescape replaces entities that end in a semicolon. HTML also knows some
// without it, but "R&Dagger" in a title is no dagger.
func unescape(s string) string {
	const longest = 32 // bytes of an entity's name
	amp := strings.IndexByte(s, '&')
	if amp < 0 {
		return s
	}
	var out strings.Builder
	for amp >= 0 {
		out.WriteString(s[:amp])
		s = s[amp:]
		end := strings.IndexByte(s[:min(len(s), longest)], ';')
		if end < 0 || strings.IndexByte(s[1:end], '&') >= 0 {
			out.WriteByte('&')
			s = s[1:]
		} else {
			out.WriteString(html.UnescapeString(s[:end+1]))
			s = s[end+1:]
		}
		amp = strings.IndexByte(s, '&')
	}
	out.WriteString(s)
	return out.String()
}

func stripTags(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	comments := true // false once one has no end: nor have those after it
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:i])
		s = s[i:]
		name, end := "", 0
		if strings.HasPrefix(s, "<!--") {
			if comments {
				end = comment(s)
				comments = end > 0
			}
		} else {
			name, end = tag(s)
		}
		if end == 0 {
			out.WriteByte('<')
			s = s[1:]
			continue
		}
		s = s[end:]
		switch name {
		case "br", "p", "/p", "div", "/div", "li", "/li", "tr", "/tr", "h1", "/h1", "h2", "/h2", "h3", "/h3":
			out.WriteByte('\n')
		case "script", "style":
			s = after(s, "</"+name)
		}
	}
}

// comment returns the length of the comment that s begins with; 0 where it has
// no end.
func comment(s string) int {
	const end = "-->"
	if i := strings.Index(s, end); i >= 0 {
		return i + len(end)
	}
	return 0
}

// tag returns the lower-case name of the tag that s begins with and its length;
// 0 where s begins with none.
func tag(s string) (name string, length int) {
	const longest = 4096
	end := strings.IndexByte(s[:min(len(s), longest)], '>')
	if end < 0 {
		return "", 0
	}
	name = strings.ToLower(strings.TrimSuffix(s[1:end], "/"))
	if i := strings.IndexFunc(name, unicode.IsSpace); i >= 0 {
		name = name[:i]
	}
	letters := strings.TrimPrefix(name, "/")
	if letters == "" || letters[0] < 'a' || letters[0] > 'z' || strings.ContainsAny(letters, "<&\"'") {
		return "", 0
	}
	return name, end + 1
}

// after is what follows the first tag that begins with open; "" where none does.
func after(s, open string) string {
	for i := 0; i+len(open) <= len(s); i++ {
		if s[i] == '<' && strings.EqualFold(s[i:i+len(open)], open) {
			if end := strings.IndexByte(s[i:], '>'); end >= 0 {
				return s[i+end+1:]
			}
			return ""
		}
	}
	return ""
}

// tidy trims s, makes runs of blanks one blank, and keeps at most one empty line.
func tidy(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	blank, ends := false, 0
	for _, r := range s {
		switch {
		case r == '\n':
			ends++
			continue
		case unicode.IsSpace(r):
			blank = true
			continue
		}
		if out.Len() > 0 {
			switch {
			case ends > 1:
				out.WriteString("\n\n")
			case ends == 1:
				out.WriteByte('\n')
			case blank:
				out.WriteByte(' ')
			}
		}
		blank, ends = false, 0
		out.WriteRune(r)
	}
	return out.String()
}
