"""One measurement of a peer's speed: peer.py PEER MATRIX THREADS. Prints JSON.

It is a process of its own, so that no measurement inherits the memory or the
threads of another.
"""

import json
import os
import sys
import time

# Peers start their own threads: those of BLAS would only be in their way.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

import matrices

FACTORS = 64
MOST = 2_000_000  # interactions that LightFM visits: its speed does not depend on more of them


def implicit_bpr(m, threads):
    """Applied updates a second: implicit draws as many samples an epoch as there
    are interactions, and hands its callback how many of them it skipped because
    the user had the negative."""
    from implicit.cpu.bpr import BayesianPersonalizedRanking

    epochs = []
    model = BayesianPersonalizedRanking(factors=FACTORS, iterations=max(1, int(6e6 / m.nnz)), num_threads=threads, random_state=1)
    model.fit(m, show_progress=False, callback=lambda _, seconds, correct, skipped: epochs.append((seconds, m.nnz - skipped)))
    return sum(e[1] for e in epochs) / sum(e[0] for e in epochs)


def lightfm(m, threads, loss):
    """Samples a second. LightFM does not say how many it skips, so that all count
    as applied, which favours it."""
    from lightfm import LightFM

    m = m.tocoo()
    if m.nnz > MOST:
        keep = np.sort(np.random.default_rng(1).choice(m.nnz, MOST, replace=False))
        m = type(m)((m.data[keep], (m.row[keep], m.col[keep])), shape=m.shape)
    model = LightFM(no_components=FACTORS, loss=loss, random_state=1)
    start = time.perf_counter()
    model.fit_partial(m, epochs=1, num_threads=threads)
    return m.nnz / (time.perf_counter() - start)


def main():
    peer, matrix, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    m = matrices.load(os.environ["CACHE"], matrix)
    if peer == "implicit":
        speed = implicit_bpr(m, threads)
    else:
        speed = lightfm(m, threads, peer.removeprefix("lightfm-"))
    print(json.dumps({"updates_per_second": speed}))


if __name__ == "__main__":
    main()
