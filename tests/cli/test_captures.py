# SPDX-License-Identifier: Apache-2.0
"""Real captures against totals and talkers that tshark computed."""

import collections
import csv
import os
import unittest
from datetime import datetime, timezone

from program import EXAMPLES, SHARED, ProgramTest

CAPTURES = os.path.join(SHARED, "data", "captures")
CONFIGURATIONS = [("1", "1"), ("1", "4096"), ("8", "1"), ("8", "4096")]


def table(name):
    with open(os.path.join(CAPTURES, name), encoding="utf-8") as text:
        return list(csv.DictReader(text, delimiter="\t"))


@unittest.skipUnless(os.path.isdir(CAPTURES), "no captures in " + CAPTURES)
class CaptureTest(ProgramTest):
    def run_example(self, example, capture, threads, batch_rows):
        return self.succeed("run", os.path.join(EXAMPLES, example),
                            "--set", "path=" + os.path.join(CAPTURES, capture),
                            "--threads", threads, "--batch-rows", batch_rows,
                            "--output", "json").rows()

    def test_totals(self):
        expected = table("expected_totals.tsv")
        self.assertGreaterEqual(len(expected), 10)
        for totals in expected:
            for threads, batch_rows in CONFIGURATIONS:
                with self.subTest(totals["capture"], threads=threads, batch_rows=batch_rows):
                    rows = self.run_example("packet_totals.sql", totals["capture"], threads,
                                            batch_rows)
                    self.assertEqual(len(rows), 1)
                    for name in ("frames", "frame_bytes", "ipv4", "ipv6", "udp", "tcp", "icmp",
                                 "vlan"):
                        self.assertEqual(rows[0][name], int(totals[name]), name)
                    self.assertEqual(rows[0]["distinct_src"], int(totals["distinct_outer_src"]))

    def test_talkers_by_second(self):
        expected = collections.defaultdict(set)
        for row in table("expected_talkers_1s.tsv"):
            expected[row["capture"]].add((int(row["window_start_epoch_s"]), row["src_ip"],
                                          int(row["packets"]), int(row["bytes"])))
        self.assertGreaterEqual(len(expected), 2)
        for capture, talkers in expected.items():
            for threads, batch_rows in CONFIGURATIONS:
                with self.subTest(capture, threads=threads, batch_rows=batch_rows):
                    rows = self.run_example("top_talkers.sql", capture, threads, batch_rows)
                    got = [(seconds(row["window_start"]), row["src_ip"], row["packets"],
                            row["bytes"]) for row in rows]
                    self.assertEqual(len(got), len(set(got)))
                    self.assertEqual(set(got), talkers)


def seconds(text):
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return int(moment.timestamp())


if __name__ == "__main__":
    unittest.main()
