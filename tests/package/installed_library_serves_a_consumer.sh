#!/usr/bin/env bash
# Installs telar in a temporary prefix, moves it, and builds and runs a program
# against it: by find_package, by pkg-config, and from the source tree.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=${TELAR_SOURCE_DIR:-$here/../..}
binary=${TELAR_BINARY_DIR:-$source/build/release}
[ -z "${TELAR_SANITIZE-}" ] || exit 77  # the release build is what is installed
work=$(mktemp -d "${TMPDIR:-/tmp}/telar-package-$$-XXXXXX")
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

# expect TEXT PROGRAM: it says what it should.
expect() {
  local said
  said=$("$2")
  if [ "$said" != "$1" ]; then
    echo "$2 says: $said" >&2
    exit 1
  fi
}

# build FOLDER OPTION…: the consumer, by CMake.
build() {
  local folder=$work/$1
  shift
  cmake -S "$here/consumer" -B "$folder" -DCMAKE_BUILD_TYPE=Debug "$@"
  cmake --build "$folder" -j2
  expect "3 vertices, 1 edge" "$folder/consumer"
}

echo "== installing, and moving the prefix"
cmake --install "$binary" --prefix "$work/first"
mv "$work/first" "$prefix"

echo "== every header compiles alone"
cd "$prefix/include"
find telar -name '*.hpp' -print0 |
  xargs -0 -P2 -I HEADER g++ -std=c++20 -Wall -Wextra -Werror -fsyntax-only \
    -I"$prefix/include" -include HEADER -x c++ /dev/null
cd "$work"

echo "== find_package"
build found "-DCMAKE_PREFIX_PATH=$prefix"
expect "the parts work" "$work/found/parts"

echo "== pkg-config"
if command -v pkg-config > /dev/null; then
  PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name telar.pc)")
  export PKG_CONFIG_PATH
  # shellcheck disable=SC2046  # the flags are words
  g++ -std=c++20 "$here/consumer/main.cpp" -o "$work/by-pkg-config" \
    $(pkg-config --cflags --libs telar)
  expect "3 vertices, 1 edge" "$work/by-pkg-config"
fi

echo "== add_subdirectory"
build inside "-DTELAR_FOLDER=$source"
