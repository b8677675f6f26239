#!/usr/bin/env bash
# What takes longer than a check of every change may: a million fuzz executions of each target, the
# peer jobs with ten million rows, thousands of random queries, 10 GB through one query.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

echo "== soak: every check of clang-tidy"
tests/lint.sh --deep
./dev test -R 'cli_program' >/dev/null
echo "== soak: a million executions of each fuzz target"
tests/fuzz/run.sh 1000000
echo "== soak: peer jobs, ten million rows"
PENSTOCK_PEER_ROWS=10000000 PENSTOCK_PROGRAM=build/release/bin/penstock \
  /usr/bin/python3 tests/cli/test_peer_jobs.py PeerJobTest.test_many_rows
echo "== soak: random queries against the oracle"
RC_PARAMS="max_success=20000" build/release/bin/test_oracle
echo "== soak: benches, with 10 GB through one query"
bench/run.sh one_core
