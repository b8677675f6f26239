# SPDX-License-Identifier: Apache-2.0
"""The jobs groupby and talkers of the peer data set against its reference, by packed and by csv."""

import json
import os
import subprocess
import sys
import unittest

from program import EXAMPLES, SHARED, ProgramTest

PEERS = os.path.join(SHARED, "peers")

try:
    import numpy  # noqa: F401  (the reference needs it)
except ImportError:
    numpy = None


def tool(name, *arguments):
    process = subprocess.run([sys.executable, os.path.join(PEERS, name), *arguments],
                             capture_output=True, text=True, check=True)
    return json.loads(process.stdout)


@unittest.skipUnless(os.path.isdir(PEERS), "no peer data set in " + PEERS)
@unittest.skipUnless(numpy, "the reference needs python3-numpy")
class PeerJobTest(ProgramTest):
    def expect_equal(self, job, rows, seed, connectors=("packed", "csv"), threads="2"):
        data, as_csv = self.path(job + ".bin"), self.path(job + ".csv")
        tool("generate.py", job, "--rows", str(rows), "--seed", str(seed), "--out", data,
             "--csv", as_csv)
        reference = self.path(job + "-expected.csv")
        tool("reference.py", job, "--data", data, "--csv", reference)
        with open(reference, encoding="ascii") as text:
            expected = text.read().splitlines()
        for connector in connectors:
            with self.subTest(job, rows=rows, seed=seed, connector=connector):
                got = self.succeed("run", os.path.join(EXAMPLES, "peers", job + ".sql"),
                                   "--set", "connector=" + connector,
                                   "--set", "path=" + (data if connector == "packed" else as_csv),
                                   "--threads", threads, "--output", "csv").out.splitlines()
                self.assertEqual(got[0], expected[0])
                self.assertEqual(sorted(got[1:]), sorted(expected[1:]))

    def test_many_rows(self):
        for job in ("groupby", "talkers"):
            self.expect_equal(job, int(os.environ.get("PENSTOCK_PEER_ROWS", "1000000")), 42)

    def test_other_seeds_and_sizes(self):
        for job in ("groupby", "talkers"):
            for rows, seed in ((1, 7), (4097, 8), (100_003, 9)):
                self.expect_equal(job, rows, seed, threads="1")


if __name__ == "__main__":
    unittest.main()
