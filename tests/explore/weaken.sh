#!/bin/sh
# Makes every memory order of the library that is stronger than relaxed weaker, one at a time and at run time, and runs
# the cases that come there: one must fail, or harmless.txt says why none can. Takes some minutes.
#   sh tests/explore/weaken.sh [explore_schedules]
set -eu
cd "$(dirname "$0")"
explorer=${1:-../../build/tests/tests/explore_schedules}
include=../../include/parallel_task
log=$(mktemp)
trap 'rm -f "$log"' EXIT

status=0
"$explorer" --weaken-all "$include" harmless.txt >"$log" || status=1
cat "$log"

# The explorer's own reading of the headers must not have missed any.
written=$(find "$include" -name '*.hpp' -exec sed 's|//.*||' {} + |
  grep -oE 'memory_order_(acquire|release|acq_rel|seq_cst)' | wc -l)
read=$(sed -n 's/^\([0-9]*\) orders stronger than relaxed.*/\1/p' "$log")
if [ "$written" -ne "${read:-0}" ]; then
  echo "grep finds $written orders in the headers, the explorer ${read:-0}"
  status=1
fi
exit $status
