"""What implicit's ALS does: "serve", or "train TRAIN TEST FACTORS" on lists of items."""
import gzip, json, sys, time
import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares


def serve(users=138_000, items=27_000, factors=64, own=20):
    rng = np.random.default_rng(1)
    model = AlternatingLeastSquares(factors=factors)
    model.user_factors = (rng.standard_normal((users, factors)) / 8).astype(np.float32)
    model.item_factors = (rng.standard_normal((items, factors)) / 8).astype(np.float32)
    cols = rng.integers(0, items, users * own)
    had = sp.csr_matrix((np.ones(users * own, np.float32), (np.repeat(np.arange(users), own), cols)), (users, items))
    start = time.perf_counter()
    model.recommend(np.arange(users), had, N=10, filter_already_liked_items=True)
    return {"scores_per_second": users * items / (time.perf_counter() - start)}


def lists(path):
    with gzip.open(path, "rt") as f:
        return {int(u): [int(i) for i in rest] for u, *rest in (line.split() for line in f)}


def train(train, test, factors):
    had, asked = lists(train), lists(test)
    shape = 1 + max(map(int, had)), 1 + max(max(own) for own in list(had.values()) + list(asked.values()))
    rows = np.concatenate([[u] * len(own) for u, own in had.items()])
    matrix = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, np.concatenate(list(had.values())))), shape)
    # Its objective weighs what is had by alpha, what is not by 1: the best of few tried on a part of the training lists.
    model = AlternatingLeastSquares(factors=int(factors), regularization=60, alpha=4, iterations=16, random_state=1)
    start = time.perf_counter()
    model.fit(matrix, show_progress=False)
    seconds = time.perf_counter() - start
    users = np.array(list(asked))
    best, _ = model.recommend(users, matrix[users], N=20, filter_already_liked_items=True)
    gain = 1 / np.log2(np.arange(20) + 2)
    ndcg = [np.isin(list_, asked[u]) @ gain / gain[: len(asked[u])].sum() for u, list_ in zip(users, best)]
    return {"seconds": seconds, "ndcg": float(np.mean(ndcg))}


print(json.dumps(serve() if sys.argv[1] == "serve" else train(*sys.argv[2:])))
