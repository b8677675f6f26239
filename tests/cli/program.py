# SPDX-License-Identifier: Apache-2.0
"""Runs the program under test; shared by the tests of this folder."""

import json
import os
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("PENSTOCK_PROGRAM", os.path.join(ROOT, "build/release/bin/penstock"))
SHARED = os.environ.get("PENSTOCK_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
EXAMPLES = os.path.join(ROOT, "examples")


class Outcome:
    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def stats(self):
        return json.loads(next(line for line in self.err.splitlines() if line.startswith("{")))


def penstock(*arguments, stdin=None, timeout=120):
    return Outcome(subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True,
                                  text=True, timeout=timeout, check=False))


class ProgramTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)
        return self.path(name)

    def succeed(self, *arguments, **named):
        outcome = penstock(*arguments, **named)
        self.assertEqual(outcome.code, 0, outcome.err)
        return outcome
