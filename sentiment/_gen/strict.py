"""Writes ../testdata/strict.tsv: what vaderSentiment says of tricky sentences.

Run it with a Python that has vaderSentiment==3.3.2. The sentences are ours.
"""
from importlib.metadata import version
from itertools import product
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

ALONE = """
good
GOOD
:)
:D
:-D and then :(
xD it hurts
<3
no
No.
no no no no good
no good no bad no hope
there is no joy or hope
there is no joy nor any hope left
not good, not bad, not ugly
never so good
never this bad in my life
it was never so very good
this so not good
so good so far
I have never been so happy
without doubt the best film
without a doubt the best film
without any doubt this is great
least funny
the least funny
at least funny
at the very least funny
very least good
It is least good of all
kind of good
it was kind of good
it was kind of a good one
just enough good to watch it
sort of bad, sort of nice, sorta fun
kind
kind of
of a kind
a kind man
yeah right
oh yeah right, sure thing
this is the shit
man oh man this is the shit
that was the bomb my friends
what a bad ass move by him
such a badass move by the hero
they met at the bus stop in love
we met at the happy bus stop
it was the kiss of death for love
these cakes are to die for really
a warm and beating heart of love
beating heart beating heart
good but bad
bad but good
good good bad but good bad bad
good but
but good
BUT good
good BUT bad
nice nice nice but nice nice nice but nice
love hate but love hate but love hate
great, but great, but great
bad bad bad but bad bad bad
it is good but not great but fine
GOOD but BAD!
the GOOD the bad
THE GOOD THE BAD
The GOOD, the BAD and the UGLY
VERY good
very GOOD
VERY GOOD indeed
NOT good at all
not VERY good
slightly BAD
SLIGHTLY bad
good!
good!!
good!!!
good!!!!
good!!!!!!!!
!!!
good?
good??
good???
good????
is it good?! or bad?!!
bad??!!
... good ...
--good--
"good"
(good)
[bad]
'good'
good/bad
good-bad
good,bad
good.Bad
well-made
self-defeating
ok
OK
"ok"
a+
"a+"
u
"XP"
:-)!
good :)
good:)
:) :( :) :(
;) ;-) :P
\\o/
great\tbad
great\u00a0bad
great\u2003bad
great\u200bbad
great\u0085bad
great\u001cbad
great — bad
great—bad
“great”
isn't good
isn’t good
ain't bad
aint bad
can't complain
cannot complain
couldn't be better
wouldn't hurt a fly
hasn'tgood good
rarely good
seldom bad
despite the good cast
hardly good
barely bad
scarcely a good scene
nothing good
nowhere near good
none good
neither good nor bad
uh-uh good
😀
😁 good
good😁
😁😁😁
😁bad
not 😁
❤ love ❤️
💔
🔛 good
🆙 good!
great 👍🏽
😂😭 but 😍
©good
naïve love
straße ist gut good
İstanbul is GOOD
ÉTAIT good
ÉTAIT good and bad
ΣΑΣ love
日本語 good
Lol LOL lol
FML smh wtf
h8 it
b4 good
100% good
$$$ good
@good #good
http://good.com
the sum of all fears
fear of the dark killer
a very, very, very good thing
extremely bad, extremely good
less good, more bad
most evil of the good
so
so so
so so good
this good
this this good
is this so good
pretty good
pretty bad
pretty pretty
incredible
incredible good
incredibly bad
fucking good
fucking awful
friggin great
uber cool
awfully nice
no problem at all
no worries, good
no, good
no or good
bad no or good
no such good
great no great no great
not not good
not without good
never never bad
don't don't good
love LOVE love
hate, Hate, HATE
win-win
die hard
i like it, i love it, i want more of it
"""

FRAMES = ["not {0} and {1}", "It was {1}, {0} but {1}!", "Never {0}, so {0}; no {1}", "THE {1} is kind of {0}??"]
WORDS = [("good", "terrible"), ("happy", "sad"), ("smart", "boring"), ("funny", "LAME")]


def main():
    analyzer = SentimentIntensityAnalyzer()
    texts = ALONE.strip("\n").split("\n")
    texts += [frame.format(*words) for frame, words in product(FRAMES, WORDS)]
    out = Path(__file__).parent.parent / "testdata" / "strict.tsv"
    with out.open("w", encoding="utf-8", newline="\n") as f:
        f.write(f"# vaderSentiment {version('vaderSentiment')}, by _gen/strict.py: text (escaped as in Go), compound, neg, neu, pos\n")
        for text in texts:
            s = analyzer.polarity_scores(text)
            quoted = '"' + "".join(escape(c) for c in text) + '"'
            f.write(f"{quoted}\t{s['compound']}\t{s['neg']}\t{s['neu']}\t{s['pos']}\n")


def escape(c):
    if c in '"\\':
        return "\\" + c
    return c if c.isprintable() and c != "\t" else f"\\u{ord(c):04x}"


main()
