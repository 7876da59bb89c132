"""Splink and a RapidFuzz baseline beside `benchmark match`: F1 and seconds. Then
Splink beside `benchmark dedup` on 100,000 records of the built-in world, world.py."""

import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz, process, utils

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import world
from ratios import table

DATA = os.environ.get("DATA") or ""
BIN = os.environ["BIN"]
ROUNDS = int(os.environ.get("ROUNDS") or 3)


def ours(args):
    out = subprocess.run([f"{BIN}/benchmark", "match", *args, "-json"], check=True, capture_output=True, text=True)
    r = json.loads(out.stdout)
    return r["f1"], r["seconds"]


def read(path):
    return pd.read_csv(path, dtype=str).reset_index(drop=True)


def f1(found, true):
    return 2 * len(found & true) / (len(found) + len(true))


def splink_people(frame):
    """Deduplicate Febrl's people as Splink's own tutorial does: its comparisons, u
    from random pairs, m by EM under two blocking rules, one threshold."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    api = DuckDBAPI()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rec_id",
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"), block_on("given_name", "surname"), block_on("date_of_birth"),
            block_on("postcode", "street_number"), block_on("surname", "suburb"), block_on("address_1"),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("given_name", [0.9, 0.8]), cl.JaroWinklerAtThresholds("surname", [0.9, 0.8]),
            cl.LevenshteinAtThresholds("date_of_birth", [1, 2]), cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number"), cl.LevenshteinAtThresholds("postcode", [1, 2]),
            cl.JaroWinklerAtThresholds("suburb", [0.9]), cl.JaroWinklerAtThresholds("address_1", [0.9]),
        ],
        max_iterations=20,
    )
    linker = Linker(api.register(frame), settings)
    linker.training.estimate_probability_two_random_records_match([block_on("soc_sec_id")], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    p = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(p, 0.5).as_pandas_dataframe()
    return dict(zip(clusters["rec_id"], clusters["cluster_id"]))


def pairs_of(groups):
    by = {}
    for row, g in groups.items():
        by.setdefault(g, []).append(row)
    return {(min(a, b), max(a, b)) for rows in by.values() for i, a in enumerate(rows) for b in rows[:i]}


def rapidfuzz_pair(left, right, column, cut=85):
    """Every pair of titles by token_sort_ratio, the best first, no row twice."""
    scores = process.cdist(left[column].fillna(""), right[column].fillna(""), scorer=fuzz.token_sort_ratio,
                           processor=utils.default_process, score_cutoff=cut, workers=-1)
    order = sorted(((-scores[i, j], i, j) for i, j in zip(*scores.nonzero())))
    used_l, used_r, found = set(), set(), set()
    for _, i, j in order:
        if i not in used_l and j not in used_r:
            used_l.add(i)
            used_r.add(j)
            found.add((left["id"][i], right["id"][j]))
    return found


logging.disable(logging.INFO)  # of Splink, which tells of every round


def main():
    rows = []
    if DATA:
        small(rows)
    else:
        print("skipped: DATA is not set, and the small tables lie in its er/ folder")
    world.measure(rows, BIN, ROUNDS)
    print()
    table(rows, head=("ours over theirs", "peer", "min", "median", "max"))


def small(rows):
    er = f"{DATA}/er"

    def alternate(what, peer, theirs, args):
        t_ratio, q_ratio = [], []
        for n in range(ROUNDS):
            start = time.perf_counter()
            quality = theirs()
            seconds = time.perf_counter() - start
            our_quality, our_seconds = ours(args)
            print(f"{what} round {n + 1}: {peer} F1 {quality:.4f} in {seconds:.2f} s, osusume F1 {our_quality:.4f} in {our_seconds:.2f} s", flush=True)
            t_ratio.append(our_seconds / seconds)
            q_ratio.append(our_quality / quality)
        rows.append((f"{what}: seconds", peer, t_ratio))
        rows.append((f"{what}: F1", peer, q_ratio))

    for n in ("1", "3"):
        path = f"{er}/febrl/dataset{n}.csv.gz"
        frame = read(path)
        true = pairs_of({r: "-".join(r.split("-")[:2]) for r in frame["rec_id"]})
        alternate(f"Febrl {n}", "splink", lambda: f1(pairs_of(splink_people(frame)), true), ["-self", path, "-cluster", "rec_id:febrl"])
    for name, l, r, column in (("D2-abt-buy", "abt", "buy", "name"), ("D4-dblp-acm", "dblp", "acm", "title")):
        files = {x: f"{er}/{name}/{x}.csv.gz" for x in (l, r, "truth")}
        left, right, truth = (read(p) for p in files.values())
        true = set(zip(truth[f"{l}_id"], truth[f"{r}_id"]))
        alternate(name, "rapidfuzz", lambda: f1(rapidfuzz_pair(left, right, column), true),
                  ["-left", files[l], "-right", files[r], "-truth", files["truth"]])


main()
