"""A greedy merge of five anime catalogues by RapidFuzz beside `benchmark dedup`."""

import csv
import gzip
import json
import os
import subprocess
import sys
import time
from itertools import combinations
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process, utils

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from ratios import table

DATA = os.environ.get("DATA") or ""
BIN = os.environ["BIN"]
ROUNDS = int(os.environ.get("ROUNDS") or 3)
CATALOGUES = ("mal", "anilist", "kitsu", "imdb", "anidb")
CUT = 90  # the token_sort_ratio from which two titles are taken for one


def title(r):
    """The main title: the romanised one where a catalogue has it."""
    for t in r.get("titles", ()):
        if t.get("type") == "main":
            return t["title"]
    return r.get("title") or r.get("romaji") or r.get("primaryTitle") or ""


def read():
    records = {}
    for name in CATALOGUES:
        with gzip.open(f"{DATA}/anime/{name}.jsonl.gz", "rt") as f:
            rows = [json.loads(line) for line in f]
        records[name] = ([str(r.get("id") or r.get("tconst")) for r in rows], [utils.default_process(title(r)) for r in rows])
    return records


def merge(records):
    """Pairs of two catalogues, the most alike first, while no group has two records of one catalogue."""
    edges = []
    for left, right in combinations(CATALOGUES, 2):
        (ids_l, titles_l), (ids_r, titles_r) = records[left], records[right]
        for start in range(0, len(titles_l), 2000):
            scores = process.cdist(titles_l[start:start + 2000], titles_r, scorer=fuzz.token_sort_ratio, score_cutoff=CUT, dtype=np.uint8, workers=-1)
            for i, j in zip(*scores.nonzero()):
                edges.append((-int(scores[i, j]), (left, ids_l[start + i]), (right, ids_r[j])))
    group = {}
    for _, a, b in sorted(edges):
        x, y = group.get(a, {a}), group.get(b, {b})
        if {s for s, _ in x}.isdisjoint(s for s, _ in y):
            both = x | y
            for record in both:
                group[record] = both
    return {id(g): g for g in group.values()}.values()


def f1(groups, records):
    there = {(name, i) for name, (ids, _) in records.items() for i in ids}
    with gzip.open(f"{DATA}/anime/excluded.csv.gz", "rt") as f:
        there -= {(r["source"], r["id"]) for r in csv.DictReader(f)}
    true = {}
    with gzip.open(f"{DATA}/anime/truth.csv.gz", "rt") as f:
        for r in csv.DictReader(f):
            if (r["source"], r["id"]) in there:
                true[r["source"], r["id"]] = r["cluster"]
    by = {}
    for record, cluster in true.items():
        by.setdefault(cluster, []).append(record)
    wanted = sum(a[0] != b[0] for rows in by.values() for a, b in combinations(rows, 2))
    judged = [true[a] == true[b] for g in groups for a, b in combinations(sorted(g), 2) if a in true and b in true]
    return 2 * sum(judged) / (len(judged) + wanted)


def ours():
    files = ",".join(f"{c}={DATA}/anime/{c}.jsonl.gz" for c in CATALOGUES)
    out = subprocess.run([f"{BIN}/benchmark", "dedup", "-records", files, "-truth", f"{DATA}/anime/truth.csv.gz",
                          "-exclude", f"{DATA}/anime/excluded.csv.gz", "-json"], check=True, capture_output=True, text=True)
    r = json.loads(out.stdout)
    return r["f1"], r["seconds"]


def main():
    if not DATA:
        print("skipped: DATA is not set, and every measurement here needs its anime/ folder")
        return
    records = read()
    quality, speed = [], []
    for n in range(ROUNDS):
        start = time.perf_counter()
        groups = merge(records)
        seconds = time.perf_counter() - start
        theirs = f1(groups, records)
        our_f1, our_seconds = ours()
        print(f"round {n + 1}: rapidfuzz F1 {theirs:.4f} in {seconds:.1f} s, osusume F1 {our_f1:.4f} in {our_seconds:.1f} s", flush=True)
        quality.append(our_f1 / theirs)
        speed.append(our_seconds / seconds)
    print()
    table([("anime: F1", "rapidfuzz, greedy", quality), ("anime: seconds", "rapidfuzz, greedy", speed)],
          head=("ours over theirs", "peer", "min", "median", "max"))


main()
