#!/usr/bin/env bash
# What must pass before a change lands. docs/testing.md keeps the budget of each stage.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

started=$SECONDS
summary=()
stage() {
  local name=$1 before=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  "$@"
  summary+=("$(printf '%5d s  %s' $((SECONDS - before)) "$name")")
}

sanitized_tests() {
  cmake --preset asan -DPENSTOCK_BUILD_BENCHES=OFF >/dev/null
  cmake --build build/asan
  ctest --test-dir build/asan --output-on-failure --no-tests=error -j "$(nproc)"
}

# TSan reports races inside of Debian's TBB that are none, so it watches the executor `threads`.
race_tests() {
  cmake --preset tsan -DPENSTOCK_BUILD_BENCHES=OFF >/dev/null
  cmake --build build/tsan --target test_runtime test_data
  TSAN_OPTIONS="halt_on_error=1" build/tsan/bin/test_data \
    --gtest_filter='SymbolTable*:SlotPool*' --gtest_brief=1
  TSAN_OPTIONS="halt_on_error=1" build/tsan/bin/test_runtime \
    --gtest_filter='*threads*:*Threads*' --gtest_brief=1
}

# CUDA compiles for every architecture we name; without a device its test says so and skips.
cuda_build() {
  ./dev setup cuda
  cmake --preset cuda -DPENSTOCK_KERNELS_ONLY=ON -DPENSTOCK_BUILD_BENCHES=OFF >/dev/null
  cmake --build build/cuda --target test_cuda
  build/cuda/bin/test_cuda --gtest_brief=1
}

# The demo writes where it is told, and its results are read back.
demo() {
  local directory
  directory=$(mktemp -d)
  build/release/bin/penstock demo --packets 200000 --directory "$directory/demo"
  rm -rf "$directory"
}

stage "setup" ./dev setup check
stage "release build, tests" ./dev test
stage "demo" demo
stage "benches, tiny" bench/run.sh --tiny
stage "install and find_package" tests/install/run.sh
stage "kernels alone" tests/kernels/run_alone.sh
stage "cuda compiles" cuda_build
stage "sanitizers: address, undefined" sanitized_tests
stage "sanitizer: thread" race_tests
stage "fuzzing" tests/fuzz/run.sh 20000
stage "lint" tests/lint.sh

printf '\n== all stages passed in %d s\n' $((SECONDS - started))
printf '%s\n' "${summary[@]}"
