"""Long-tailed matrices of users and items, made from a seed and kept in the cache.

Items have the weights of a Zipf-Mandelbrot law, users those of a log-normal one,
and pairs are drawn until the wanted number of distinct ones is there. On the large
matrix half of the items then have fewer than 60 users and the first a third of all,
as in MovieLens-20M.
"""

import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.sparse as sp

# name: users, items, pairs
SIZES = {
    "small": (5_000, 1_197, 437_000),
    "large": (138_000, 27_000, 20_000_000),
}


def draw(rng, weights, n):
    """n numbers of a discrete distribution."""
    sums = np.cumsum(weights)
    places = np.searchsorted(sums, rng.random(n) * sums[-1], side="right")
    return np.minimum(places, len(weights) - 1)


def make(users, items, pairs, seed=1):
    """The matrix as CSR, of ones, columns ascending in each row."""
    rng = np.random.default_rng(seed)
    user_weight = rng.lognormal(0, 1.1, users)
    shift = 2.5 * pairs / users  # of the law, so that the first item has some two fifths of the users
    item_weight = rng.permutation((np.arange(items) + shift) ** -2.0)
    keys = np.empty(0, np.int64)
    while len(keys) < pairs:
        more = pairs + pairs // 4
        drawn = draw(rng, user_weight, more) * items + draw(rng, item_weight, more)
        keys = np.unique(np.concatenate([keys, drawn]))
    keys = np.sort(rng.choice(keys, pairs, replace=False))
    return sp.csr_matrix(
        (np.ones(pairs, np.float32), ((keys // items).astype(np.int32), (keys % items).astype(np.int32))),
        shape=(users, items),
    )


def paths(cache, name):
    """The files of a matrix: for the peers, for us, and a test of a few users for us."""
    stem = os.path.join(cache, "mf-" + name)
    return stem + ".npz", stem + ".parquet", stem + "-test.csv"


def prepare(cache, name):
    """Writes the files of a matrix unless they are there."""
    npz, parquet, test = paths(cache, name)
    if os.path.exists(test):
        return
    m = make(*SIZES[name])
    sp.save_npz(npz, m, compressed=False)
    coo = m.tocoo()
    pq.write_table(pa.table({"user": coo.row, "item": coo.col}), parquet, compression="zstd")
    # Whoever ranks needs somebody to rank for: ten users, and an item that each lacks.
    with open(test + ".part", "w") as f:
        f.write("user,item\n")
        for u in range(10):
            lacks = np.setdiff1d(np.arange(m.shape[1]), m[u].indices)
            f.write(f"{u},{lacks[0]}\n")
    os.replace(test + ".part", test)


def load(cache, name):
    """The matrix for the peers."""
    return sp.load_npz(paths(cache, name)[0])
