package tfidf

import "strings"

// english are words that an English text has whatever it is about: articles,
// pronouns, prepositions, conjunctions, auxiliaries and the like, by part of
// speech; letters after an apostrophe stand alone, as texts are cut there.
// Names of numbers, and verbs and adjectives that can be what a title is about
// ("system", "first", "fire"), are not in it.
const english = `
a an the this that these those
i me my mine myself we us our ours ourselves you your yours yourself yourselves
he him his himself she her hers herself it its itself they them their theirs themselves
one ones oneself someone somebody something anyone anybody anything everyone everybody everything nobody nothing
who whom whose which what whatever whoever where when why how whether
am is are was were be been being do does did doing done have has had having
can could may might must shall should will would ought
about above across after against along among around as at before behind below beneath beside besides between beyond
by despite down during except for from in inside into like near of off on onto out outside over past per since
through throughout till to toward towards under until unto up upon via with within without
and but or nor so yet if because although though while unless than then else
not no never also too very just only even still again already always often ever once quite rather almost
all any both each either neither every few more most much many some such other another others same own several
here there now however therefore thus hence
ll re ve isn aren wasn weren don doesn didn haven hasn hadn couldn shouldn won wouldn mustn
`

// EnglishStopWords returns the words of the list [English], sorted by kind. The
// slice is the caller's.
func EnglishStopWords() []string { return strings.Fields(english) }
