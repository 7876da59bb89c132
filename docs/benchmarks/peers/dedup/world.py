"""Splink and `benchmark dedup` on the same records of the built-in world.

Splink's setting: only records of two catalogues are compared (link_only). Blocks
are the title without its punctuation and what follows a colon, its first two words
with the year, and each other title equal to the main one of another record. Titles
are compared by Jaro-Winkler at 0.95, 0.88 and 0.8 with term frequencies, years by
difference, episodes and format by equality. u is estimated from a million random
pairs, m by EM under two blocking rules. Of its clusters at several thresholds the
best by F1 counts, which takes the truth that ours does without.
"""

import csv
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

WORKS = int(os.environ.get("WORLD_WORKS") or 37_500)  # 2.7 records each
CATALOGUES = ("mal", "anilist", "kitsu", "imdb")
THRESHOLDS = (0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)


def read(directory):
    import pandas as pd

    rows = []
    for name in CATALOGUES:
        with open(f"{directory}/world-{name}.jsonl") as f:
            for line in f:
                r = json.loads(line)
                plain = re.sub(r"[^\w]+", " ", r["title"].lower()).strip()
                stem = re.sub(r"[^\w]+", " ", r["title"].lower().split(":")[0]).strip()
                others = sorted({plain, *(re.sub(r"[^\w]+", " ", t.lower()).strip() for t in r.get("synonyms", ()))})
                rows.append({
                    "unique_id": f"world-{name}:{r['id']}", "source_dataset": name, "title": plain, "stem": stem,
                    "words": " ".join(plain.split()[:2]), "titles": others, "year": r.get("year"),
                    "episodes": r.get("episodes"), "format": (r.get("format") or "").lower() or None,
                })
    return pd.DataFrame(rows)


def judge(clusters, truth):
    """Pairs of two catalogues in one cluster, as `benchmark dedup` counts them."""
    def pairs(groups):
        by = {}
        for record, g in groups.items():
            by.setdefault(g, []).append(record)
        found = set()
        for members in by.values():
            if len(members) > 500:
                continue  # a cluster that swallowed everything: its pairs would fill the memory
            members.sort()
            found.update((a, b) for i, a in enumerate(members) for b in members[i + 1:] if a.split(":")[0] != b.split(":")[0])
        return found

    found, true = pairs(clusters), pairs(truth)
    hits = len(found & true)
    return {"precision": hits / max(1, len(found)), "recall": hits / len(true), "f1": 2 * hits / (len(found) + len(true))}


def theirs(directory):
    import logging

    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.disable(logging.INFO)
    frame = read(directory)
    with open(f"{directory}/truth.csv") as f:
        truth = {f"{r['source']}:{r['id']}": r["cluster"] for r in csv.DictReader(f)}
    start = time.perf_counter()
    year = cl.CustomComparison(output_column_name="year", comparison_levels=[
        cll.NullLevel("year"), cll.ExactMatchLevel("year"), cll.AbsoluteDifferenceLevel("year", difference_threshold=1), cll.ElseLevel(),
    ])
    settings = SettingsCreator(
        link_type="link_only", unique_id_column_name="unique_id", source_dataset_column_name="source_dataset",
        blocking_rules_to_generate_predictions=[
            block_on("title"), block_on("stem", "year"), block_on("words", "year"),
            block_on("titles", arrays_to_explode=["titles"]),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("title", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            cl.ArrayIntersectAtSizes("titles", [2, 1]), year, cl.ExactMatch("episodes"), cl.ExactMatch("format"),
        ],
        max_iterations=20,
    )
    api = DuckDBAPI()
    linker = Linker([api.register(part.reset_index(drop=True)) for _, part in frame.groupby("source_dataset")], settings)
    linker.training.estimate_probability_two_random_records_match([block_on("title", "year")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("title"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("year", "episodes", "words"))
    p = linker.inference.predict(threshold_match_probability=0.01)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(p, 0.5).as_pandas_dataframe()
    seconds = time.perf_counter() - start
    best = None
    for threshold in THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(p, threshold).as_pandas_dataframe()
        quality = judge(dict(zip(clusters["unique_id"], clusters["cluster_id"])), truth)
        if best is None or quality["f1"] > best["f1"]:
            best = {**quality, "threshold": threshold}
    return {**best, "seconds": seconds, "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def ours(binary, directory):
    records = ",".join(f"world-{c}={directory}/world-{c}.jsonl" for c in CATALOGUES)
    out = subprocess.run([f"{binary}/benchmark", "dedup", "-records", records, "-truth", f"{directory}/truth.csv", "-json"],
                         check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def measure(rows, binary, rounds):
    """Each of the two runs in a process of its own, so that memory can be told apart."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["go", "run", "./docs/benchmarks/peers/dedup/records", "-works", str(WORKS), "-out", directory], check=True)
        ratios = {"seconds": [], "peak_rss_bytes": [], "f1": []}
        for n in range(rounds):
            out = subprocess.run([sys.executable, __file__, directory], check=True, capture_output=True, text=True)
            results = {"splink": json.loads(out.stdout.splitlines()[-1]), "osusume": ours(binary, directory)}
            for who, r in results.items():
                at = f" at its best threshold {r['threshold']}" if "threshold" in r else f" of {r['records']} records"
                print(f"world round {n + 1}: {who} precision {r['precision']:.4f}, recall {r['recall']:.4f}, F1 {r['f1']:.4f}{at}, "
                      f"{r['seconds']:.1f} s, {r['peak_rss_bytes'] >> 20} MB", flush=True)
            for key, ratio in ratios.items():
                ratio.append(results["osusume"][key] / results["splink"][key])
        for key, ratio in ratios.items():
            rows.append((f"world of {WORKS} works: {key}", "splink", ratio))


if __name__ == "__main__":
    print(json.dumps(theirs(sys.argv[1])))
