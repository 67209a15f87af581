#!/bin/sh
# usage: branches.sh COMPILER
#
# A sort of 10 000 numbers on one thread mispredicts at most one branch for eight of them: what ends it has no branch that
# depends on an item. (By insertion it would be one for two or three.) Counted by callgrind's model of a predictor. GCC
# only: Clang 16 at -O2, without -march, still makes some branches.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }
command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$1 -std=c++20 -O3 -DNDEBUG -I../../include branches.cpp -o "$work/branches" -pthread -ldl || exit 1
PARALLEL_TASK_THREADS=1 valgrind --tool=callgrind --branch-sim=yes --callgrind-out-file="$work/counted" \
  --toggle-collect='measured*' "$work/branches" >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }
# events: Ir Bc Bcm Bi Bim
mispredicted=$(awk '/^events:/ { for (i = 2; i <= NF; ++i) if ($i == "Bcm") at = i } /^summary:/ { print $at }' \
  "$work/counted")
[ -n "$mispredicted" ] || { echo "callgrind said nothing"; exit 1; }
echo "$1 -O3: $mispredicted mispredicted branches in two sorts of 10000 numbers"
[ "$mispredicted" -gt 0 ] && [ "$mispredicted" -le 2500 ]
