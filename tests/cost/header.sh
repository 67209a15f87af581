#!/bin/sh
# usage: header.sh COMPILER
#
# The umbrella header brings none of the heavy standard headers that its floor does not bring too. How long it takes
# to read is printed, not judged: a machine that does something else would fail it.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo '#include "floor.hpp"' >"$work/floor.cpp"
echo '#include <parallel_task/parallel_task.hpp>' >"$work/umbrella.cpp"

compile() { $1 -std=c++20 -I../../include -I. "$3" "$work/$2.cpp"; }
headers() { compile "$1" "$2" -M | tr ' ' '\n' | sed -n 's|.*/||p' | sort -u; }
milliseconds() {  # of CPU, the best of $TURNS
  for turn in $(seq "${TURNS:-1}"); do
    (compile "$1" "$2" -fsyntax-only; times) | tail -n 1 |
      sed 's/[ms]/ /g' | awk '{ printf "%d\n", ($1 * 60 + $2 + $3 * 60 + $4) * 1000 }'
  done | sort -n | head -n 1
}

compile "$1" floor -fsyntax-only && compile "$1" umbrella -fsyntax-only || exit 1

headers "$1" floor >"$work/floor.txt"
headers "$1" umbrella >"$work/umbrella.txt"
heavy=$(comm -13 "$work/floor.txt" "$work/umbrella.txt" |
  grep -xE 'memory|ranges|iterator|thread|sstream|functional|string|map|iostream|ostream|istream|fstream|filesystem|algorithm|regex|future|random|locale')
floor=$(milliseconds "$1" floor)
umbrella=$(milliseconds "$1" umbrella)
echo "$1: floor $floor ms, umbrella $umbrella ms, that is $((umbrella - floor)) ms more"
[ -z "$heavy" ] || { echo "the umbrella includes $heavy"; exit 1; }
