# shellcheck shell=bash
# tests/model/support/explore.sh: explores models with Spin, to the end.
# Sourced by the tests in this folder:
#   holds MODEL [VARIANT…]   every state of MODEL.pml is visited, none is wrong
#   breaks MODEL MUTATION…   with each mutation, an error is found
# Variants and mutations are macros that MODEL.pml knows.  What was found is printed; the
# trail of an unexpected error is replayed.
set -eu
models=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# The release build suffices: no code of ours runs here.
[ -z "${TELAR_SANITIZE-}" ] || exit 77
if ! command -v spin > /dev/null || ! command -v gcc > /dev/null; then
  echo "skipped: needs spin and gcc"
  exit 77
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/telar-model-$$-XXXXXX")
trap 'rm -rf "$work"' EXIT

# explore MODEL FLAG…: leaves Spin's report in $work/report.
explore() {
  local model=$1
  shift
  rm -rf "${work:?}"/*
  set -- "${@/#/-D}"
  (
    cd "$work"
    spin -a "$@" "$models/$model.pml" > generated 2>&1 &&
      # Compiling takes longer than exploring.
      gcc -O0 -w -DSAFETY -DNOREDUCE -DMEMLIM=2000 -o pan pan.c &&
      timeout 120 ./pan -m1000000 > report 2>&1
  ) || {
    cat "$work/generated" "$work/report" 2> /dev/null || true
    echo "$model $*: Spin could not explore it" >&2
    exit 1
  }
}

holds() {
  explore "$1" "${@:2}"
  if ! grep -q 'errors: 0$' "$work/report" ||
    grep -qi 'not completed\|depth too small\|out of memory' "$work/report"
  then
    cat "$work/report"
    [ ! -f "$work/$1.pml.trail" ] ||
      spin -k "$work/$1.pml.trail" -p "$models/$1.pml" | tail -n 200 || true
    echo "$*: does not hold" >&2
    exit 1
  fi
  echo "$*: holds in all $(sed -n 's/ states, stored.*//p' "$work/report" |
    tr -d ' ') states"
}

breaks() {
  local model=$1 mutation
  shift
  for mutation in "$@"; do
    explore "$model" "$mutation"
    if ! grep -q 'errors: [1-9]' "$work/report"; then
      cat "$work/report"
      echo "$model: nothing is wrong with $mutation" >&2
      exit 1
    fi
    echo "$model, $mutation: $(sed -n 's/^pan:[0-9]*: //p' "$work/report")"
  done
}
