"""Quality and time to quality on MovieLens-1M in the BARS split, peers and us.

Full ranking, NDCG@20, 64 factors where a model has factors. The settings of the
peers were chosen by "quality.py choose", which looks at the training file only.
Seconds are those of training alone.
"""

import itertools
import json
import os
import subprocess
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # implicit starts threads of its own and asks for this

import numpy as np
from threadpoolctl import threadpool_limits

from ranking import Split
from ratios import spread, table

FACTORS = 64
THREADS = 2
BPR = {"learning_rate": 0.01, "regularization": 0.01}  # its defaults
ALS = {"alpha": 4.0, "regularization": 60.0, "iterations": 10}
WARP = {"learning_rate": 0.03, "epochs": 50}
EASE = 1000.0


def seconds(work):
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def factors(model):
    return lambda users: model.user_factors[users] @ model.item_factors.T


def bpr_curve(split, settings, epochs, step=5):
    """(seconds, NDCG) after every few epochs, the clock stopped while it is measured."""
    from implicit.cpu.bpr import BayesianPersonalizedRanking

    spent, curve = [], []
    model = BayesianPersonalizedRanking(factors=FACTORS, iterations=step, num_threads=THREADS, random_state=1, **settings)
    for _ in range(0, epochs, step):
        model.fit(split.train, show_progress=False, callback=lambda _, s, *rest: spent.append(s))
        curve.append((sum(spent), split.ndcg(factors(model))))
    return curve


def als(split, settings):
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(factors=FACTORS, num_threads=THREADS, random_state=1, **settings)
    _, spent = seconds(lambda: model.fit(split.train, show_progress=False))
    return split.ndcg(factors(model)), spent


def lightfm(split, loss, settings):
    from lightfm import LightFM

    settings = dict(settings)
    epochs = settings.pop("epochs")
    model = LightFM(no_components=FACTORS, loss=loss, random_state=1, **settings)
    _, spent = seconds(lambda: model.fit(split.train.tocoo(), epochs=epochs, num_threads=THREADS))
    scores = lambda users: model.user_embeddings[users] @ model.item_embeddings.T + model.item_biases
    return split.ndcg(scores), spent


def ease(split, strength):
    """Steck, Embarrassingly shallow autoencoders for sparse data, WWW 2019."""

    def fit():
        gram = (split.train.T @ split.train).toarray().astype(np.float64)
        gram[np.diag_indices_from(gram)] += strength
        inverse = np.linalg.inv(gram)
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0)
        return weights

    with threadpool_limits(THREADS, "blas"):
        weights, spent = seconds(fit)
    return split.ndcg(lambda users: split.train[users] @ weights), spent


def ours(train, test, model, **settings):
    """NDCG@20 and seconds of our benchmark program."""
    command = [os.path.join(os.environ["BIN"], "benchmark"), "rank", "-train", train, "-test", test]
    command += ["-model", model, "-k", "20", "-workers", str(THREADS), "-resamples", "-1", "-json"]
    if settings:
        command += ["-set", ",".join(f"{k}={v}" for k, v in settings.items())]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result["metrics"]["ndcg@20"]["mean"], result["train_seconds"]


def choose(split):
    """Prints the NDCG@20 of settings on a tenth of the training file, held out."""
    inner = split.held_out(0.1)
    for strength in (300.0, 1000.0, 3000.0):
        print("ease", strength, ease(inner, strength), flush=True)
    for alpha, l2 in itertools.product((1.0, 2.0, 3.0, 4.0, 5.0), (0.01, 1.0, 10.0, 30.0, 60.0)):
        settings = {"alpha": alpha, "regularization": l2, "iterations": 10}
        print("als", settings, als(inner, settings), flush=True)
    for rate, l2 in itertools.product((0.01, 0.05), (0.01, 0.03)):
        settings = {"learning_rate": rate, "regularization": l2}
        print("bpr", settings, max(bpr_curve(inner, settings, 100, 10), key=lambda x: x[1]), flush=True)
    for rate, epochs in itertools.product((0.03, 0.1), (20, 50)):
        settings = {"learning_rate": rate, "epochs": epochs}
        print("warp", settings, lightfm(inner, "warp", settings), flush=True)


def main():
    data = os.environ.get("DATA")
    if not data:
        print("quality: skipped, DATA names no folder with movielens/bars-ml-1m")
        return
    train, test = (os.path.join(data, "movielens", "bars-ml-1m", x + ".txt.gz") for x in ("train", "test"))
    split = Split(train, test)
    if sys.argv[1:] == ["choose"]:
        choose(split)
        return

    # The measure of this script must be that of our program: popularity has ties.
    popular = np.asarray(split.train.sum(axis=0)).ravel()
    here, there = split.ndcg(lambda users: np.tile(popular, (len(users), 1))), ours(train, test, "popular")[0]
    print(f"check: popular has NDCG@20 {here:.6f} here, {there:.6f} in our program")
    if abs(here - there) > 1e-6:
        sys.exit("quality: the two measures differ")

    rounds = int(os.environ.get("ROUNDS", "3"))
    results, shares = {}, []
    for _ in range(rounds):
        curve = bpr_curve(split, BPR, 100)
        best = max(quality for _, quality in curve)
        reach = next(spent for spent, quality in curve if quality == best)
        for epochs in itertools.count(1):
            quality, spent = ours(train, test, "bpr", Epochs=epochs)
            if quality > best:
                break
        shares.append(spent / reach)
        print(f"implicit BPR: best {best:.4f} after {reach:.1f} s; ours: {quality:.4f} after {epochs} epochs, {spent:.2f} s", flush=True)
        for name, run in {
            "implicit BPR": lambda: (best, reach),
            "implicit ALS": lambda: als(split, ALS),
            "EASE in NumPy": lambda: ease(split, EASE),
            "ours, bpr": lambda: ours(train, test, "bpr"),
        }.items():
            results.setdefault(name, []).append(run())
    results["LightFM WARP, once"] = [lightfm(split, "warp", WARP)]  # it takes minutes
    print("\n| model | NDCG@20 | seconds: min | median | max |\n|---|---|---|---|---|")
    for name, list in results.items():
        low, mid, high = spread([s for _, s in list])
        print(f"| {name} | {spread([q for q, _ in list])[1]:.4f} | {low:.2f} | {mid:.2f} | {high:.2f} |")
    print()
    table([("seconds to implicit's best NDCG@20, ours ÷ theirs", "implicit BPR", shares)])


if __name__ == "__main__":
    main()
