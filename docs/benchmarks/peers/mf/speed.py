"""Updates a second at 64 factors, peers and us in turn on the same matrices.

An update is a sample that moved the vectors: for implicit and us the samples that
were skipped do not count; LightFM does not say, so that all of its samples count.
Ours is measured twice: with one uniform candidate, the algorithm of the paper that
the peers have too, and with the candidates of the defaults.
"""

import json
import os
import subprocess
import sys

import matrices
from ratios import ratio, table

PEERS = ("implicit", "lightfm-bpr", "lightfm-warp")
OURS = {"ours, uniform": "Candidates=1,", "ours, default": ""}


def output(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["updates_per_second"]


def peer(name, matrix, threads):
    return output([sys.executable, os.path.join(os.path.dirname(__file__), "peer.py"), name, matrix, str(threads)])


def ours(settings, matrix, threads):
    _, train, test = matrices.paths(os.environ["CACHE"], matrix)
    epochs = max(1, 8_000_000 // matrices.SIZES[matrix][2])
    return output([
        os.path.join(os.environ["BIN"], "benchmark"), "rank", "-train", train, "-test", test, "-model", "bpr",
        "-set", f"{settings}Factors=64,Epochs={epochs}", "-workers", str(threads), "-resamples", "-1", "-json",
    ])


def main():
    rounds = int(os.environ.get("ROUNDS", "3"))
    rows = []
    for matrix, (users, items, pairs) in matrices.SIZES.items():
        matrices.prepare(os.environ["CACHE"], matrix)
        print(f"{matrix}: {users} users, {items} items, {pairs} pairs", flush=True)
        for threads in (2, 1):
            speeds = {}
            for _ in range(rounds):
                for name in PEERS:
                    speeds.setdefault(name, []).append(peer(name, matrix, threads))
                for name, settings in OURS.items():
                    speeds.setdefault(name, []).append(ours(settings, matrix, threads))
            for name, list in speeds.items():
                print(f"  {threads} threads, {name}: " + ", ".join(f"{x / 1e6:.2f}" for x in list) + " million updates/s", flush=True)
            for name in OURS:
                rows += [(f"{matrix}, {threads} threads, {name}", p, ratio(speeds[name], speeds[p])) for p in PEERS]
    print()
    table(rows)


if __name__ == "__main__":
    main()
