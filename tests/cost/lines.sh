#!/bin/sh
# usage: lines.sh COMPILER
#
# How many cache lines change cores for a loop that is shared with one hot helper (lines.cpp). Counted, not timed: the
# machine may be as busy as it likes. Compiled with ThreadSanitizer's calls, and linked without its runtime.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
simulate=../../bench/simulate
options="-std=c++20 -O2 -DNDEBUG -I$simulate -I../../include"
# The two that are not watched come first: of functions that several files have, the linker takes theirs.
# shellcheck disable=SC2086  # several options
for file in touched_lines.cpp $simulate/machine.cpp; do
  $1 $options -c "$file" -o "$work/$(basename "$file" .cpp).o" || exit 1
done
# shellcheck disable=SC2086
$1 $options -fsanitize=thread -c lines.cpp -o "$work/lines.o" || exit 1
# shellcheck disable=SC2086
$1 "$work/touched_lines.o" "$work/machine.o" "$work/lines.o" -o "$work/lines" -pthread || exit 1
"$work/lines" 63 || { echo "more than 63 moves"; exit 1; }
