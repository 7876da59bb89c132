"""LightFM on a folder of run: identities, genres, year and decade as features, 64
factors, 30 epochs, one thread, the rest as it ships. Prints JSON."""
import csv
import gzip
import json
import os
import sys
import time

import numpy as np
import scipy.sparse as sp
from lightfm import LightFM

folder, data, loss = sys.argv[1:]


def read(name):
    return [(r["user"], r["item"]) for r in csv.DictReader(open(os.path.join(folder, name + ".csv")))]


train, cold, warm = read("train"), read("cold"), read("warm")
users = {u: k for k, u in enumerate(sorted({u for u, _ in train}))}
items = {i: k for k, i in enumerate([*sorted({i for _, i in train}), *sorted({i for _, i in cold})])}
known = len({i for _, i in train})
names, cells = {}, []
for row in csv.DictReader(gzip.open(os.path.join(data, "movielens", "ml-100k", "items.csv.gz"), "rt")):
    if row["item"] in items:
        year = row["year"]
        features = row["genres"].split("|") + (["year " + year, "decade " + year[:3]] if year.isdigit() else [])
        cells += [(items[row["item"]], names.setdefault(f, len(names))) for f in features]
tags = sp.csr_matrix((np.ones(len(cells), "f4"), tuple(np.array(cells).T)), shape=(len(items), len(names)))
own = sp.vstack([sp.identity(known, "f4"), sp.csr_matrix((len(items) - known, known), dtype="f4")])  # none of the cold
features = sp.hstack([own, tags]).tocsr()
had = sp.csr_matrix((np.ones(len(train), "f4"), ([users[u] for u, _ in train], [items[i] for _, i in train])), shape=(len(users), len(items)))
start = time.process_time()
model = LightFM(no_components=64, loss=loss, random_state=1)
model.fit(had, item_features=features, epochs=30, num_threads=1)
seconds = time.process_time() - start
bias, vectors = model.get_item_representations(features)


def by_user(pairs):
    lists = {}
    for u, i in pairs:
        if u in users and i in items:
            lists.setdefault(users[u], []).append(items[i])
    return lists


auc = []
for u, wanted in by_user(cold).items():
    scores = vectors[known:] @ model.user_embeddings[u] + bias[known:]
    want = np.zeros(len(scores), bool)
    want[np.array(wanted) - known] = True
    if not want.all():
        order = want[np.argsort(scores, kind="stable")]
        auc.append(np.cumsum(~order)[order].sum() / want.sum() / (~want).sum())
ndcg, discount = [], 1 / np.log2(np.arange(10) + 2)
for u, wanted in by_user(warm).items():
    scores = vectors[:known] @ model.user_embeddings[u] + bias[:known]
    scores[had[u].indices] = -np.inf
    hits = np.isin(np.argsort(-scores, kind="stable")[:10], wanted)
    ndcg.append((discount * hits).sum() / discount[: len(wanted)].sum())
print(json.dumps({"AUC of cold items": np.mean(auc), "NDCG@10 of known items": np.mean(ndcg), "trainings a minute": 60 / seconds}))
