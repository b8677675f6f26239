#!/usr/bin/env bash
# kernels/ builds and passes its tests by itself: what a machine with nothing but a compiler, CMake
# and the CUDA toolkit will do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cmake -S . -B build/kernels -G Ninja -DCMAKE_BUILD_TYPE=Release -DPENSTOCK_KERNELS_ONLY=ON \
  -DPENSTOCK_DEVELOPER_MODE=ON >/dev/null
cmake --build build/kernels
ctest --test-dir build/kernels --output-on-failure --no-tests=error
