"""Scores the same texts with each program in turn and prints what comes of it.

Times are processor seconds of one core, so that a busy machine counts little.
"""

import csv
import gzip
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))
from ratios import ratio, table
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

FILES = ["vader/amazon.csv.gz", "vader/tweets.csv.gz"]
GO = ["ours", "strict", "govader"]


def read(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    return [r["text"] for r in rows], [float(r["mean_valence"]) for r in rows]


def pearson(x, y):
    mx, my = sum(x) / len(x), sum(y) / len(y)
    xy = sum((a - mx) * (b - my) for a, b in zip(x, y))
    return xy / math.sqrt(sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y))


def sides(values):
    return [1 if v >= 0.05 else -1 if v <= -0.05 else 0 for v in values]


def f1(got, want):
    """F1 of three classes, weighted by support."""
    got, want, out = sides(got), sides(want), 0
    for c in (-1, 0, 1):
        hits = sum(g == w == c for g, w in zip(got, want))
        out += want.count(c) / len(want) * (2 * hits / (want.count(c) + got.count(c)) if hits else 0)
    return out


def main():
    data, rounds, tmp = os.environ.get("DATA", ""), int(os.environ.get("ROUNDS", "3")), Path(sys.argv[1])
    if not data:
        print("skipped: DATA is unset, and there are no texts without it")
        return
    analyzer = SentimentIntensityAnalyzer()
    rows = []
    for name in FILES:
        texts, people = read(Path(data) / "sentiment" / name)
        (tmp / "texts.json").write_text(json.dumps(texts))
        seconds = {k: [] for k in GO + ["vaderSentiment"]}
        scores = {}
        for number in range(rounds):
            start = time.process_time()
            scores["vaderSentiment"] = [analyzer.polarity_scores(t)["compound"] for t in texts]
            seconds["vaderSentiment"].append(time.process_time() - start)
            for mode in GO:
                out = json.loads(subprocess.check_output([tmp / "score", mode, tmp / "texts.json"]))
                scores[mode] = out["compounds"]
                seconds[mode].append(out["seconds"])
            print(f"{name} round {number + 1}: µs a text:", ", ".join(f"{k} {1e6 * v[-1] / len(texts):.2f}" for k, v in seconds.items()))
        hundred = sum(map(len, texts)) / 100
        for k, v in seconds.items():
            same = sum(abs(a - b) <= 1e-4 for a, b in zip(scores[k], scores["vaderSentiment"])) / len(texts)
            print(f"{name} {k}: {1e6 * median(v) / hundred:.2f} µs per 100 characters, r {pearson(scores[k], people):.4f}, "
                  f"weighted F1 {f1(scores[k], people):.4f}, equal to vaderSentiment {same:.2%}")
        for mode in ("ours", "strict"):
            for peer in ("govader", "vaderSentiment"):
                rows.append((f"speed, {mode}, {name}", peer, ratio(seconds[peer], seconds[mode])))
    table(rows)


main()
