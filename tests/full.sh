#!/usr/bin/env bash
# The exhaustive kills, of every instruction however long the call, in builds of
# several kinds: an hour or more.  Prints a table.
#   bash tests/full.sh [O0] [O2] [O3] [clang-O2]
# TELAR_FULL=1000 in the environment: of the first 1,000 instructions of a call,
# and of those later ones before which something has changed.
set -eu
export TELAR_FULL="${TELAR_FULL:-1}"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kinds=${*:-O0 O2 O3 clang-O2}

# run KIND HOW TEST: the figures of a test, as "scenarios kills states wrong".
run() {
  local build=$root/build/full-$1 log
  log=$build/$2.log
  "$build/bin/test-crash" "$3" > "$log" 2>&1 || failed=yes
  sed -n "s/^$2: \([0-9]*\) scenarios, \([0-9]*\) kills, \([0-9]*\) states, \
\([0-9]*\) wrong\$/\1 \2 \3 \4/p" "$log"
}

failed=no
rows=
for kind in $kinds; do
  compiler=g++
  case $kind in clang-*) compiler=clang++-14 ;; esac
  cmake -S "$root" -B "$root/build/full-$kind" -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="-${kind#clang-}" \
    -DTELAR_TOOLS=OFF -DTELAR_DEMOS=OFF -DTELAR_BENCHMARKS=OFF > /dev/null
  cmake --build "$root/build/full-$kind" -j "$(nproc)" --target test-crash \
    > /dev/null
  read -r scenarios once _ wrong1 <<< "$(run "$kind" once 'killed at any instr*')"
  read -r _ twice states wrong2 <<< "$(run "$kind" twice 'killed at any step*')"
  read -r _ awaited _ wrong3 <<< "$(run "$kind" awaited 'killed while others*')"
  read -r _ paused _ wrong4 <<< "$(run "$kind" paused 'held up*')"
  rows+="| ${compiler%%-*} -${kind#clang-} | $scenarios | $once | $states |"
  rows+=" $twice | $awaited | $paused | $((wrong1 + wrong2 + wrong3 + wrong4)) |"
  rows+=$'\n'
done
echo "| build | scenarios | kills | distinct states | double kills | while others wait | pauses | violations |"
echo "|---|---|---|---|---|---|---|---|"
printf '%s' "$rows"
[ "$failed" = no ]
