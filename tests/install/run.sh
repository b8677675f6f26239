#!/usr/bin/env bash
# Installs the release build into a fresh prefix and builds a program against it that is outside of
# the tree.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install build/release --prefix "$work/prefix" >/dev/null
cp -r tests/install/program "$work/program"
cmake -S "$work/program" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build "$work/build" >/dev/null

printf 'name,value\na,1\nb,2\na,4\n' >"$work/input.csv"
got=$("$work/build/program" "$work/input.csv" | sort | tr '\n' ' ')
expected='a,5 b,2 name,total '
[[ $got == "$expected" ]] || {
  printf 'install: got "%s", expected "%s"\n' "$got" "$expected" >&2
  exit 1
}
"$work/prefix/bin/penstock" version >/dev/null
echo "install: a program outside of the tree builds and runs"
