"""All top-10 neighbours by TF-IDF cosine: scikit-learn's TfidfVectorizer and
sparse_dot_topn against our neighbours, each in a process of its own, with two
threads, from the same records. Reading the records is not timed; vectors and
search are. Then both answers are compared."""

import json
import os
import subprocess
import sys
import tempfile
import time

K = 10
THREADS = 2
SETTINGS = "joined=true,analysis=plain,rawCounts=true"  # what TfidfVectorizer() does


def peer(records, lists):
    """What the peer's process does: one line of JSON about it."""
    import resource

    import numpy
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sparse_dot_topn import sp_matmul_topn

    ids, texts = [], []
    with open(records, encoding="utf-8") as f:
        for line in f:
            r = json.loads(line)
            ids.append(r["id"])
            texts.append(r["title"] + "\n" + "\n".join(r.get("genres", [])) + "\n" + r.get("synopsis", ""))
    start, cpu = time.perf_counter(), time.process_time()
    x = TfidfVectorizer(dtype=numpy.float32).fit_transform(texts)
    vectors = time.perf_counter() - start
    top = sp_matmul_topn(x, x.T.tocsr(), top_n=K + 1, n_threads=THREADS, sort=True)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with open(lists, "w", encoding="utf-8") as f:
        for i, name in enumerate(ids):
            row = slice(top.indptr[i], top.indptr[i + 1])
            near = [(ids[j], float(v)) for j, v in zip(top.indices[row], top.data[row]) if j != i]
            f.write(json.dumps({"id": name, "near": near[:K]}) + "\n")
    print(json.dumps({"seconds": seconds, "cpu": cpu, "vector_seconds": vectors, "peak_rss_bytes": peak, "features": x.shape[1]}))


def run(command):
    """Runs a process; what it printed as JSON, with the processor time it took."""
    before = os.times()
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, "GOMAXPROCS": str(THREADS)}).stdout
    after = os.times()
    whole = after.children_user + after.children_system - before.children_user - before.children_system
    return {"process_cpu": whole, **json.loads(out)}


def agree(records, ours, theirs):
    """Rows whose neighbours differ by more than ties: an item that only one side
    has must be as near as the last, within what float32 sums differ by."""
    prefix = os.path.basename(records).partition(".")[0] + ":"  # which our reader gives IDs
    rows = differ = ties = 0
    with open(ours, encoding="utf-8") as a, open(theirs, encoding="utf-8") as b:
        for x, y in zip(a, b, strict=True):
            x, y = json.loads(x), json.loads(y)
            rows += 1
            p, q = {item.removeprefix(prefix): v for item, v in x["near"]}, dict(y["near"])
            if x["id"].removeprefix(prefix) != y["id"]:
                sys.exit(f"{records}: {x['id']} stands where {y['id']} should")
            if p.keys() == q.keys():
                continue
            last = min([*p.values(), *q.values()])
            other = [v for side, rest in ((p, q), (q, p)) for item, v in side.items() if item not in rest]
            if len(p) == len(q) and all(v - last < 2e-5 for v in other):
                ties += 1
            else:
                differ += 1
    return rows, ties, differ


def measure(name, records, tmp, rows):
    binary = os.path.join(os.environ["BIN"], "benchmark")
    ours, theirs = os.path.join(tmp, "ours.jsonl"), os.path.join(tmp, "theirs.jsonl")
    a, b = [], []
    for _ in range(int(os.environ.get("ROUNDS", "3"))):
        a.append(run([binary, "neighbours", "-records", records, "-k", str(K), "-set", SETTINGS, "-lists", ours, "-json"]))
        b.append(run([sys.executable, __file__, "peer", records, theirs]))
        for who, r in (("ours", a[-1]), ("scikit-learn + sparse_dot_topn", b[-1])):
            print(f"{name}: {who}: {r['seconds']:.2f} s, of it vectors {r['vector_seconds']:.2f} s, "
                  f"processor {r['process_cpu']:.1f} s with reading and writing, {r['features']} terms, peak {r['peak_rss_bytes'] / 2**20:.0f} MB", flush=True)
    total, ties, differ = agree(records, ours, theirs)
    print(f"{name}: {total} lists of {K}: {differ} differ, {ties} more differ by ties only")
    for what, key in (("seconds", "seconds"), ("vectors alone", "vector_seconds"), ("processor time of the process", "process_cpu"), ("peak memory", "peak_rss_bytes")):
        rows.append((f"{what}, theirs / ours, {name}", "scikit-learn + sparse_dot_topn", ratios.ratio([r[key] for r in b], [r[key] for r in a])))
    if differ or a[0]["features"] != b[0]["features"]:
        sys.exit(f"{name}: the answers differ")


def main():
    binary = os.path.join(os.environ["BIN"], "benchmark")
    cache = os.environ.get("CACHE") or tempfile.gettempdir()
    rows = []
    with tempfile.TemporaryDirectory() as tmp:
        if data := os.environ.get("DATA"):
            records = os.path.join(tmp, "anime.jsonl")
            subprocess.run([binary, "neighbours", "-records", os.path.join(data, "anime", "mal.jsonl.gz"), "-write", records], check=True)
            measure("anime titles and synopses", records, tmp, rows)
        else:
            print("skipped: the anime records, as OSUSUME_DATA is unset")
        n = int(os.environ.get("RECORDS", "100000"))
        records = os.path.join(cache, f"world-{n}.jsonl")
        if not os.path.exists(records):
            subprocess.run([binary, "neighbours", "-world", str(n), "-write", records + ".part"], check=True)
            os.replace(records + ".part", records)
        measure(f"{n} records of the built-in world", records, tmp, rows)
    print()
    ratios.table(rows)


if len(sys.argv) > 1 and sys.argv[1] == "peer":
    peer(sys.argv[2], sys.argv[3])
else:
    import ratios  # beside ../run, which puts it on PYTHONPATH

    main()
