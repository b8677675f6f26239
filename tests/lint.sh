#!/usr/bin/env bash
# Formatting, shell scripts, licence lines, sizes, layers, clang-tidy. --fast leaves clang-tidy out,
# --deep adds its analyzer and all of its bugprone checks.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed=0
complain() {
  printf 'lint: %s\n' "$*" >&2
  failed=1
}

mapfile -t cpp < <(git ls-files --cached --others --exclude-standard '*.h' '*.cpp' '*.cu')
mapfile -t shell < <(git ls-files --cached --others --exclude-standard '*.sh' dev .ci/run)

clang-format --dry-run --Werror "${cpp[@]}" || complain "run clang-format -i on the files above"
shellcheck "${shell[@]}" || complain "shellcheck found the above"

for file in "${cpp[@]}"; do
  IFS= read -r first <"$file"
  [[ $first == "// SPDX-License-Identifier: Apache-2.0" ]] || complain "$file: no SPDX line"
  [[ $file != *.h ]] || grep -q '^#pragma once$' "$file" || complain "$file: no #pragma once"
done

# A sheet that nobody can read in one sitting is two sheets.
while read -r lines file; do
  [[ $file == total || $lines -le 500 ]] || complain "$file: $lines lines; split it (500 at most)"
done < <(wc -l "${cpp[@]}")

# The layers: what a folder's files may include of ours. CMake's include paths enforce it too; this
# says it before a build does, and covers headers that nothing compiles yet.
allow() {
  local folder=$1 modules=$2 hits
  hits=$(grep -rnE '#include <penstock/' "$folder" --include='*.h' --include='*.cpp' 2>/dev/null |
    grep -vE "#include <penstock/(${modules})/") || true
  [[ -z $hits ]] || complain "$folder may include $modules only:"$'\n'"$hits"
}
allow kernels 'kernels'
allow engine/data 'kernels|data'
allow engine/plan 'kernels|data|plan'
allow engine/sql 'kernels|data|plan|sql'
allow engine/io 'kernels|data|plan|io'
allow engine/operators 'kernels|data|plan|operators'
allow engine/runtime 'kernels|data|plan|io|operators|runtime'
allow net/packets 'kernels|data|plan|io|packets'

# Third-party types stay out of public headers.
hits=$(grep -rnE '#include <(tbb|oneapi|simdjson|sqlite3|pcap|zlib|zstd|CLI|pg_query|gtest|benchmark)' \
  kernels/include engine/*/include net/*/include bindings/cpp/include) || true
[[ -z $hits ]] || complain "third-party header in a public header:"$'\n'"$hits"

if [[ ${1:-} != --fast ]]; then
  checks=()
  if [[ ${1:-} == --deep ]]; then
    more='bugprone-*,clang-analyzer-core.*,clang-analyzer-cplusplus.*'
    more+=',-bugprone-easily-swappable-parameters,-bugprone-narrowing-conversions'
    more+=',-bugprone-implicit-widening-of-multiplication-result'
    checks=("--checks=$more")
  fi
  [[ -f build/asan/compile_commands.json ]] || cmake --preset asan >/dev/null
  mapfile -t sources < <(git ls-files --cached --others --exclude-standard \
    'kernels/*.cpp' 'engine/*.cpp' 'net/*.cpp' 'bindings/*.cpp')
  printf '%s\n' "${sources[@]}" |
    xargs -P "$(nproc)" -n 4 clang-tidy -p build/asan --quiet "${checks[@]}" \
      --extra-arg=-Wno-unknown-warning-option \
      --warnings-as-errors='*' \
      2> >(grep -vE 'warnings? (generated|treated)|^$' >&2) || complain "clang-tidy found the above"
fi

[[ $failed -eq 0 ]] && echo "lint: clean (${#cpp[@]} C++ files, ${#shell[@]} scripts)"
exit "$failed"
