"""Lists of interactions, and NDCG as docs/evaluation.md defines it."""

import gzip

import numpy as np
import scipy.sparse as sp


class Split:
    """A training file and a test file of lines "user item item …".

    Items are numbered in the order in which the training file first names them,
    which is the order that breaks ties.
    """

    def __init__(self, train, test=None):
        self.users, self.items = {}, {}
        self.train = self._matrix(train, grow=True)
        self.test, self.beyond = (None, None) if test is None else self._test(test)

    @staticmethod
    def _lines(path):
        with gzip.open(path, "rt") as f:
            for line in f:
                user, *items = line.split()
                yield user, items

    def _matrix(self, path, grow):
        rows, cols = [], []
        for user, items in self._lines(path):
            u = self.users.setdefault(user, len(self.users))
            for item in items:
                rows.append(u)
                cols.append(self.items.setdefault(item, len(self.items)))
        m = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, cols)), shape=(len(self.users), len(self.items)))
        m.data[:] = 1
        m.sort_indices()
        return m

    def _test(self, path):
        """The places of each user's test items, without those of training; and how
        many more there are that training does not know."""
        known, beyond = {}, {}
        for user, items in self._lines(path):
            if user not in self.users:
                continue
            u = self.users[user]
            has = set(self.train[u].indices)
            places = {self.items[i] for i in set(items) if i in self.items} - has
            known[u] = np.array(sorted(places), dtype=np.int64)
            beyond[u] = len({i for i in items if i not in self.items})
        return known, beyond

    def held_out(self, share, seed=1):
        """A split of the training part alone, to choose settings by."""
        inner = object.__new__(Split)
        inner.users, inner.items = self.users, self.items
        m = self.train.tocoo()
        held = np.random.default_rng(seed).random(m.nnz) < share
        inner.train = sp.csr_matrix((m.data[~held], (m.row[~held], m.col[~held])), shape=m.shape)
        test = sp.csr_matrix((m.data[held], (m.row[held], m.col[held])), shape=m.shape)
        inner.test = {u: test[u].indices for u in range(m.shape[0])}
        inner.beyond = dict.fromkeys(inner.test, 0)
        return inner

    def ndcg(self, scores, k=20):
        """The mean over users. scores(users) gives a row of all items for each."""
        gains = 1 / np.log2(np.arange(2, k + 2))
        ideal = np.concatenate([[0], np.cumsum(gains)])
        users = [u for u in self.test if len(self.test[u]) + self.beyond[u] > 0]
        total = 0.0
        for at in range(0, len(users), 512):
            part = users[at : at + 512]
            s = np.array(scores(part), dtype=np.float64)
            for row, u in zip(s, part):
                row[self.train[u].indices] = -np.inf
                top = np.argpartition(-row, k)[:k]
                top = np.flatnonzero(row >= row[top].min())  # with all that tie with the last
                top = top[np.argsort(-row[top], kind="stable")][:k]
                wanted = len(self.test[u]) + self.beyond[u]
                total += gains[np.isin(top, self.test[u])].sum() / ideal[min(k, wanted)]
        return total / len(users)
