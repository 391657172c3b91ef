#!/usr/bin/env bash
# Builds telar and the demos, installing what is missing, and runs the demos.
#   bash demos/run.sh [ARGUMENTS OF debian_dependencies]
set -eu
script=demos/run.sh
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/.ci/support.sh"
build=$root/build/release

install_missing runtime

say "building telar and the demos in $build"
# What an earlier configuration chose to build beside them stays chosen.
options=()
[ -f "$build/CMakeCache.txt" ] ||
  options=(-DTELAR_TESTS=OFF -DTELAR_BENCHMARKS=OFF)
(cd "$root" && cmake --preset release "${options[@]}" > /dev/null) ||
  fail "CMake could not configure the build: see its message above."
cmake --build "$build" --target telar_demos telar_cli -j "$(cores)" ||
  fail "the build failed: see the compiler's message above."

if [ $# -eq 0 ] && command -v apt-cache > /dev/null &&
  ! ls /var/lib/apt/lists/*_Packages* > /dev/null 2>&1; then
  say "fetching the package lists that the main demo reads"
  as_root apt-get -q update ||
    say "there are none: the demo uses the small set of installed packages"
fi

say "$build/bin/notebook_graph"
"$build/bin/notebook_graph" || fail "the demo notebook_graph failed."
say "$build/bin/isolation"
"$build/bin/isolation" || fail "the demo isolation failed."
say "$build/bin/fork_randomness"
"$build/bin/fork_randomness" || fail "the demo fork_randomness failed."
say "$build/bin/frame_columns"
"$build/bin/frame_columns" || fail "the demo frame_columns failed."
say "$build/bin/notebook"
"$build/bin/notebook" || fail "the demo notebook failed."
say "$build/bin/kill_nine --seconds 2"
"$build/bin/kill_nine" --seconds 2 || fail "the demo kill_nine failed."
say "$build/bin/debian_dependencies $*"
"$build/bin/debian_dependencies" "$@" ||
  fail "the demo debian_dependencies failed."
