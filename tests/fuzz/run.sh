#!/usr/bin/env bash
# run.sh [N]: each fuzz target N times (default 100000) under AddressSanitizer and UBSan. What it
# finds stays in build/fuzz/findings; what it learns is thrown away.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

runs=${1:-100000}
cmake --preset fuzz >/dev/null
cmake --build build/fuzz --target fuzz_sql fuzz_packets
mkdir -p build/fuzz/findings
learned=$(mktemp -d)
trap 'rm -rf "$learned"' EXIT

build/fuzz/bin/fuzz_sql "$learned" tests/fuzz/corpus/sql \
  -dict=tests/fuzz/sql.dict -runs="$runs" -max_len=4096 -timeout=20 -rss_limit_mb=4096 \
  -artifact_prefix=build/fuzz/findings/ -print_final_stats=1
build/fuzz/bin/fuzz_packets -runs="$runs" -max_len=2048 -timeout=20 -rss_limit_mb=4096 \
  -artifact_prefix=build/fuzz/findings/ -print_final_stats=1
