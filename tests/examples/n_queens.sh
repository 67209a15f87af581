#!/bin/sh
. "$(dirname "$0")/check.sh"

# What is known since Gauss's time, and later.
queens=0
for known in 1 0 0 2 10 4 40 92 352 724 2680; do
  queens=$((queens + 1))
  for rows in 0 1 3 20; do
    count=$("$program" $queens $rows 2>said.txt) || fail "$queens queens: $(cat said.txt)"
    [ "$count" = $known ] || fail "$queens queens, tasks for $rows rows: $count, not $known"
  done
done

refuses 2 '^usage:' "$program" 0
refuses 2 '^usage:' "$program" 21
refuses 2 '^usage:' "$program" 8 -1
