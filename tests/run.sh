#!/usr/bin/env bash
# Builds and runs the tests, installing what is missing.
#   bash tests/run.sh [--all] [ARGUMENTS OF ctest]
# --all adds the builds with sanitizers (address and undefined, thread), and
# runs the fuzzers for 60 seconds each.
set -eu
script=tests/run.sh
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/.ci/support.sh"

presets=release
if [ "${1-}" = --all ]; then
  presets="release asan tsan fuzz"
  shift
fi

# Names of telar's segments, but those of tests that somebody else is running:
# such a name holds the id of a living process.
segments() {
  local path
  for path in /dev/shm/telar.1.*; do
    [ -e "$path" ] || continue
    local pid
    pid=$(sed -n 's/.*-\([0-9]*\)-[0-9]*$/\1/p' <<< "$path")
    [ -n "$pid" ] && [ -d "/proc/$pid" ] || echo "$path"
  done
}

# attribute NAME FILE: a number in the head of a JUnit report.
attribute() {
  sed -n "s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1
}

# The sanitizers of g++ 12 fail at random where addresses are randomised more
# widely than this: their programs then run without.
fixed_addresses() {
  local bits=0
  read -r bits 2> /dev/null < /proc/sys/vm/mmap_rnd_bits || true
  if [ "$1" != release ] && [ "${bits:-0}" -gt 28 ] &&
    setarch -R true 2> /dev/null; then
    echo setarch -R
  fi
}

# run_tests PRESET [ARGUMENTS OF ctest]: builds, tests, and adds to the counts.
passed=0 failed=0 skipped=0
run_tests() {
  local preset=$1 build=$root/build/$1
  shift
  local run_with
  run_with=$(fixed_addresses "$preset")
  say "building $build"
  (cd "$root" && cmake --preset "$preset" -DTELAR_TESTS=ON > /dev/null) ||
    fail "CMake could not configure $preset: see its message above."
  $run_with cmake --build "$build" -j "$(cores)" ||
    fail "the build of $preset failed: see the compiler's message above."

  say "testing $build"
  local report=$build/tests.xml
  rm -f "$report"
  (cd "$root" && $run_with ctest --preset "$preset" --output-on-failure -j2 \
    --output-junit "$report" "$@") || {
    tests_failed=yes
    echo "$script: the tests of $preset failed." >&2
  }
  [ -f "$report" ] || fail "ctest could not run the tests of $preset."
  local bad left_out
  bad=$(attribute failures "$report")
  left_out=$(($(attribute skipped "$report") + $(attribute disabled "$report")))
  failed=$((failed + bad))
  skipped=$((skipped + left_out))
  passed=$((passed + $(attribute tests "$report") - bad - left_out))
}

sets="runtime test benchmark"
[ "$presets" = release ] || sets="$sets fuzz"
# shellcheck disable=SC2086  # words are meant to be split
install_missing $sets

tests_failed=no
before=$(segments)
for preset in $presets; do
  run_tests "$preset" "$@"
done

left=$(comm -13 <(sort <<< "$before") <(segments | sort))
[ -z "$left" ] || fail "the tests left segments behind: ${left//$'\n'/ }"
say "nothing was left in /dev/shm"
[ "$skipped" -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$tests_failed" = no ]
