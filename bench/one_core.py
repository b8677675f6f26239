#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole runs of the program on one CPU: capture to talkers, generator YSB, memory over 10 GB.

    one_core.py [--tiny] [--out FILE] [--program PATH]

Trials are interleaved; medians are printed, with the spread, and written as JSON.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
YSB_ROW_BYTES = 16


def run(command, cpu):
    """Seconds, peak resident bytes and the counters of one run on one CPU."""
    pinned = ["taskset", "-c", str(cpu)] + command
    started = time.monotonic()
    process = subprocess.Popen(pinned, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    if status != 0:
        sys.exit("%s failed:\n%s" % (" ".join(command), errors))
    stats = json.loads(next(line for line in errors.splitlines() if line.startswith("{")))
    return {"seconds": seconds, "peak_rss_bytes": usage.ru_maxrss * 1024,
            "rows": stats["progress"]["rows_in"],
            "job_seconds": stats["progress"]["elapsed_s"]}


def median(trials, key):
    return statistics.median(trial[key] for trial in trials)


def report(name, trials, unit_bytes=None):
    rates = sorted(trial["rows"] / trial["job_seconds"] for trial in trials)
    line = {"name": name, "rows": trials[0]["rows"], "trials": len(trials),
            "rows_per_second": statistics.median(rates), "rows_per_second_min": rates[0],
            "rows_per_second_max": rates[-1], "peak_rss_bytes": int(median(trials, "peak_rss_bytes"))}
    if unit_bytes:
        line["bytes_equivalent"] = line["rows"] * unit_bytes
    print("%-34s %8.1f M rows/s  (%.1f to %.1f, %d trials)  peak RSS %.0f MiB" %
          (name, line["rows_per_second"] / 1e6, rates[0] / 1e6, rates[-1] / 1e6, len(trials),
           line["peak_rss_bytes"] / 2**20), flush=True)
    return line


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, "build/release/bin/penstock"))
    parser.add_argument("--out")
    parser.add_argument("--tiny", action="store_true", help="only see that everything runs")
    parser.add_argument("--cpu", type=int, default=max(os.sched_getaffinity(0)))
    args = parser.parse_args()
    packets, ysb_rows, big_rows, trials = (
        (20_000, 1_000_000, 2_000_000, 1) if args.tiny else
        (3_000_000, 200_000_000, 10 * 10**9 // YSB_ROW_BYTES, 5))

    def query(name, **variables):
        settings = [s for key, value in variables.items() for s in ("--set", "%s=%s" % (key, value))]
        return [args.program, "run", os.path.join(ROOT, name), "--threads", "1", "--output", "json",
                "--progress", "none", "--stats"] + settings

    results = []
    with tempfile.TemporaryDirectory() as directory:
        demo = os.path.join(directory, "demo")
        subprocess.run([args.program, "demo", "--packets", str(packets), "--seconds", "10", "--directory",
                        demo],
                       check=True, stdout=subprocess.DEVNULL)
        capture = os.path.join(demo, "traffic.pcap")
        jobs = {
            "capture/top_talkers/one_core": query("examples/top_talkers.sql", path=capture),
            "generator/ysb/one_core": query("bench/queries/ysb.sql", rows=ysb_rows),
        }
        seen = {name: [] for name in jobs}
        for command in jobs.values():  # warms the page cache
            run(command, args.cpu)
        for _ in range(trials):
            for name, command in jobs.items():
                seen[name].append(run(command, args.cpu))
        for name in jobs:
            results.append(report(name, seen[name]))
        # The same query over a tenth and over the whole of 10 GB: memory must not grow with it.
        for name, rows in (("generator/ysb/1GB", big_rows // 10), ("generator/ysb/10GB", big_rows)):
            trial = run(query("bench/queries/ysb.sql", rows=rows), args.cpu)
            results.append(report(name, [trial], YSB_ROW_BYTES))
    if args.out:
        with open(args.out, "w", encoding="ascii") as out:
            json.dump({"context": json.loads(os.environ.get("PENSTOCK_BENCH_CONTEXT", "{}")),
                       "results": results}, out, indent=1)
            out.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
