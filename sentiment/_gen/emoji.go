package main

import (
	"math"
	"strings"
)

// judged has the valences of emoji whose use is not what their name says, or
// whose name says nothing. They were set by reason, on VADER's scale from -4 to
// 4: an emoji counts about as much as a plain word of its meaning ("good" 1.9,
// "love" 3.2, "sad" -2.1). Loud crying and the skull are as often laughter as
// grief in what people write, so they say little by themselves.
var judged = map[string]float64{
	"❤": 3, "♥": 2.8, "💔": -2.4, "💕": 2.8, "💖": 2.8, "💗": 2.6, "💙": 2.6, "💚": 2.6,
	"💛": 2.6, "💜": 2.6, "🖤": 1.6, "🧡": 2.6, "💓": 2.6, "💞": 2.6, "💘": 2.6, "💝": 2.6, "💟": 2.2,
	"😀": 2, "😁": 2.2, "😂": 1.8, "🤣": 1.8, "😃": 2.2, "😄": 2.3, "😅": 0.8, "😆": 1.9,
	"😉": 1.4, "😊": 2.4, "😋": 2, "😎": 1.9, "😍": 2.9, "🥰": 3, "😘": 2.5, "🤩": 2.9,
	"🙂": 1.2, "🤗": 2.2, "😇": 1.8, "🥳": 2.5, "😌": 1.4, "😏": 0.4, "🤓": 0.6, "😛": 1.3, "😜": 1.4, "😝": 1.4,
	"😐": -0.4, "😑": -0.9, "😶": -0.3, "🙄": -1.5, "😒": -1.7, "😬": -0.8, "🤔": -0.2,
	"😔": -1.6, "😕": -1.2, "🙁": -1.6, "☹": -1.9, "😟": -1.6, "😢": -1.7, "😭": -0.9, "😞": -1.9,
	"😖": -1.6, "😣": -1.5, "😩": -1.3, "😫": -1.4, "😤": -1.2, "😠": -2.3, "😡": -2.6, "🤬": -2.9,
	"😱": -0.8, "😨": -1.5, "😰": -1.6, "😥": -1.3, "😓": -1.2, "😪": -0.9, "😴": -1.3, "🥱": -1.5,
	"🤢": -2.4, "🤮": -2.8, "🤡": -1.6, "💩": -1.9, "💀": -0.2, "☠": -0.6, "👿": -1.9, "😈": 0.2, "🖕": -2.9,
	"👍": 2, "👎": -2.2, "👏": 2, "🙌": 2.1, "👌": 1.9, "🙏": 1.3, "💪": 1.6, "✌": 1.3, "🤝": 1.2, "🤞": 1, "🤘": 1.5,
	"🔥": 1.8, "✨": 1.4, "🌟": 1.8, "⭐": 1.5, "💯": 2.3, "🎉": 2.1, "🎊": 1.9, "🏆": 2, "🥇": 2, "👑": 1.5, "💎": 1.6,
	"✅": 1, "✔": 1, "❌": -1.2, "✖": -0.5, "⚠": -0.9, "🚫": -1.2, "⛔": -1.2, "🗑": -1.7, "🚮": -1.5,
	"😳": -0.2, "😮": 0, "😯": 0, "😲": 0.1, "🤯": 0.8, "😵": -0.7, "🤦": -1.4, "🤷": -0.4,
	"🌈": 1.1, "☀": 0.9, "🌹": 1.2, "🌸": 0.9, "🎂": 1.1, "🎁": 1.2, "🍻": 1.2, "🥂": 1.4, "☺": 2.1, "😻": 2.7, "😹": 1.6, "🥺": 0.5,
}

// softened is what a word of a description counts in the emoji: its name is no
// judgement ("Japanese “free of charge” button"), so half is believed …
const softened = 0.5

// … and an emoji whose name says less than this is taken for a mere picture.
const audible = 0.5

// valence is the judged one or else the mean of the valences that the words of
// the description have, softened and rounded to a tenth.
func valence(emoji, description string, lexicon map[string]float64) float64 {
	if v, ok := judged[emoji]; ok {
		return v
	}
	var sum, n float64
	for w := range strings.FieldsFuncSeq(strings.ToLower(description), func(r rune) bool { return !('a' <= r && r <= 'z') }) {
		if v := lexicon[w]; v != 0 {
			sum += v
			n++
		}
	}
	if n == 0 || math.Abs(softened*sum/n) < audible {
		return 0
	}
	return math.Round(softened*sum/n*10) / 10
}
