"""Writes and loads the same ratings with a warehouse and with pyarrow, in turn."""

import os
import subprocess
import sys
import time

binary, work, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
COLUMNS = ["user_id", "item_id", "kind", "value", "unix"]
NAMES = ["user_id", "item_id", "kind"]

PEER = """
import sys, time
import pyarrow as pa, pyarrow.parquet as pq
threads = int(sys.argv[1])
pa.set_cpu_count(threads); pa.set_io_thread_count(threads)
for _ in range(2):
    start = time.time()
    t = pq.read_table(sys.argv[2:], columns=%r, read_dictionary=%r, use_threads=threads > 1)
    read = time.time() - start
    t = t.unify_dictionaries()
    print(t.num_rows / read, t.num_rows / (time.time() - start))
    del t
""" % (COLUMNS, NAMES)


def pin(threads):
    cores = sorted(os.sched_getaffinity(0))[:threads]
    return lambda: os.sched_setaffinity(0, cores)


def ours(what, threads):
    env = dict(os.environ, OSUSUME_PEER=what, GOMAXPROCS=str(threads))
    out = subprocess.run([binary, "-test.run=^TestPeer$", "-test.timeout=60m"], env=env, text=True, check=True, stdout=subprocess.PIPE, preexec_fn=pin(threads)).stdout
    return [line for line in out.splitlines() if line not in ("PASS",) and not line.startswith("ok")]


def numbers(lines):
    return [(name, float(x)) for name, x in (line.split() for line in lines)]


print("our warehouse:")
for name, x in numbers(ours("write", 2)):
    print(f"  {name} {x:.4g}")
files = ours("files", 1)

import pyarrow.parquet as pq  # noqa: E402

table = pq.read_table(files, columns=COLUMNS, read_dictionary=NAMES).unify_dictionaries()
start = time.time()
pq.write_table(table, work + "/peer.parquet", compression="zstd", compression_level=1, row_group_size=1 << 17)
took = time.time() - start
print(f"pyarrow: writes the finished, sorted table at {table.num_rows / took:.4g} rows/s, {os.path.getsize(work + '/peer.parquet') / table.num_rows:.3g} bytes a row")
del table

rows = []
for threads in (1, 2):
    first, again, raw = [], [], []
    for _ in range(rounds):
        mine = [x for _, x in numbers(ours("load", threads))]
        out = subprocess.run([sys.executable, "-c", PEER, str(threads), *files], text=True, check=True, stdout=subprocess.PIPE, preexec_fn=pin(threads)).stdout
        peer = [[float(x) for x in line.split()] for line in out.splitlines()]
        print(f"load, {threads} core(s), million rows/s: ours {mine[0] / 1e6:.1f} then {mine[1] / 1e6:.1f}; pyarrow {peer[0][1] / 1e6:.1f} then {peer[1][1] / 1e6:.1f} (without unifying dictionaries {peer[0][0] / 1e6:.1f} then {peer[1][0] / 1e6:.1f})")
        first.append(mine[0] / peer[0][1])
        again.append(mine[1] / peer[1][1])
        raw.append(mine[1] / peer[1][0])
    rows += [(f"load, fresh process, {threads} core(s)", "pyarrow", first), (f"load, second time, {threads} core(s)", "pyarrow", again), (f"load, second time, {threads} core(s)", "pyarrow, dictionaries not unified", raw)]
for name, x in numbers(ours("user", 2)):
    print(f"a user's history from a handle just opened: {name} {x:.3g}")

try:
    from ratios import table as show
except ImportError:
    def show(list):
        for what, peer, r in list:
            print(what, "/", peer, [round(x, 2) for x in sorted(r)])
show(rows)
