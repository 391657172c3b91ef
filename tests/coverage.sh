#!/usr/bin/env bash
# Measures which branches of the code that recovers, attaches, opens and checks
# the tests take, and fails if it is less than $least percent.  What they leave
# out is in tests/README.md, with reasons.
#   bash tests/coverage.sh           # builds, runs, prints
#   bash tests/coverage.sh --again   # prints what was counted last
# As root: a test that is skipped ends its program.
set -eu
script=tests/coverage.sh
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/.ci/support.sh"
build=$root/build/coverage
least=95

# What meets a death, a stranger or damage first.
files=(
  'participant/.*'
  'adjacency/(append|blocks|versions|vertex_edit)\..*'
  'graph/(check.*|core|doctor|open|removals)\..*'
  'keys/.*'
  'segment/.*'
)
# The programs that reach it.  Who is killed counts nothing, so no storms.
programs="adjacency changes graph participant segment keys snapshot history chaos
  hostile space"

# run NAME ARGUMENTS…: runs a program; its counts are added to the others'.
run() {
  local name=$1
  shift
  say "running $name $*"
  "$build/bin/$name" "$@" > "$build/$name.log" 2>&1 || {
    tail -n 40 "$build/$name.log"
    fail "$name failed."
  }
  # Tests that become another user count, too.
  find "$build" -name '*.gcda' -exec chmod a+rw {} +
}

measure() {
  install_missing runtime test coverage
  say "building $build"
  (cd "$root" && cmake --preset coverage -DTELAR_TESTS=ON > /dev/null) ||
    fail "CMake could not configure coverage: see its message above."
  # shellcheck disable=SC2086,SC2046  # words are meant to be split
  cmake --build "$build" -j "$(cores)" --target telar_cli \
    $(printf 'test-%s ' $programs frame crash) ||
    fail "the build of coverage failed: see the compiler's message above."
  find "$build" -name '*.gcda' -delete
  local program
  for program in $programs; do
    run "test-$program" '~[storm]'
  done
  run test-frame '[concurrent]'  # for its columns
  # Of a call only what changes something: the counters are in the way.
  TELAR_FULL=2 run test-crash 'killed at any instruction*'
  say "running the commands' tests"
  (cd "$root" && ctest --test-dir "$build" -R '^cli/' > "$build/cli.log") || {
    tail -n 40 "$build/cli.log"
    fail "a test of the commands failed."
  }
}

report() {
  local filters=() file
  for file in "${files[@]}"; do filters+=(--filter "src/$file"); done
  python3 "$root/tests/branches.py" "$root" "$build" > "$build/branches.json"
  # gcovr fails, too, where the figure is too small.
  (cd "$root" && gcovr --root . --add-tracefile "$build/branches.json" \
    "${filters[@]}" --branches --sort-percentage \
    --fail-under-branch "$least") ||
    fail "fewer than $least % of the branches are taken, or gcovr failed."
}

[ "${1-}" = --again ] || measure
report
