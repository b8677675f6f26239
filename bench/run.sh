#!/usr/bin/env bash
# Runs the benches of build/release whose name matches, prints them and writes bench/results/.
#   bench/run.sh [--tiny] [NAME]      --tiny: only see that each runs; writes nothing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tiny=false
[[ ${1:-} != --tiny ]] || { tiny=true && shift; }
pattern=${1:-.}

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
commit=$(git describe --always --dirty 2>/dev/null || echo unknown)
context="{\"date\": \"$(date -u +%F)\", \"commit\": \"$commit\", \"cpu\": \"$cpu\", \"cpus\": $(nproc)}"
export PENSTOCK_BENCH_CONTEXT=$context

mkdir -p bench/results
ran=0
for program in build/release/bin/bench_*; do
  name=$(basename "$program")
  [[ $pattern != one_core ]] || continue
  arguments=(--benchmark_filter="$pattern")
  if $tiny; then
    PENSTOCK_BENCH_TINY=1 "$program" "${arguments[@]}" --benchmark_min_time=0.001 >/dev/null
  else
    out=bench/results/$name.json
    [[ $pattern == . ]] || out=build/release/$name.json
    "$program" "${arguments[@]}" --benchmark_repetitions=5 --benchmark_enable_random_interleaving \
      --benchmark_report_aggregates_only --benchmark_out="$out" --benchmark_out_format=json \
      --benchmark_context=commit="$commit",cpu="${cpu//[,=]/ }"
  fi
  ran=$((ran + 1))
done

if [[ $pattern == . || $pattern == one_core ]]; then
  if $tiny; then
    python3 bench/one_core.py --tiny
  else
    python3 bench/one_core.py --out bench/results/one_core.json
  fi
  ran=$((ran + 1))
fi
echo "bench: $ran programs ran"
