#!/bin/sh
. "$(dirname "$0")/check.sh"

# As `sort` sorts them.
awk 'BEGIN { srand(7); for (i = 0; i < 5000; ++i) print int(1000000 * rand()) }' >numbers.txt
"$program" - <numbers.txt 2>said.txt | awk '{ printf "%d\n", $1 }' >sorted.txt
sort -n numbers.txt >expected.txt
awk '{ printf "%.6g\n", $1 }' expected.txt | awk '{ printf "%d\n", $1 }' | cmp - sorted.txt || fail "not as sort sorts them"
grep -q '5000 numbers' said.txt || fail "it says $(cat said.txt)"

# Many, with and without join.
"$program" 300000 2>said.txt || fail "the two differ: $(cat said.txt)"

refuses 2 '^usage:' "$program"
refuses 2 '^usage:' "$program" many
refuses 2 '^usage:' "$program" -5
