#!/bin/sh
# usage: instructions.sh COMPILER
#
# On one thread a pipeline executes at most 1.15 times the instructions of the loop that one writes by hand. Counted
# by callgrind, so that the machine may be as busy as it likes. A search compares many narrow numbers at once, and executes
# at most 0.4 times those of a loop that ends early.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }
command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }

case $1 in
  *clang*) optimise=-O2 ;;
  *) optimise=-O3 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$1 -std=c++20 $optimise -DNDEBUG -I../../include loops.cpp -o "$work/loops" -pthread -ldl || exit 1

instructions() {
  PARALLEL_TASK_THREADS=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect="$1" \
    "$work/loops" "$1" 2>&1 | sed -n 's/.*Collected : *//p'
}

failed=0
printf '%-16s %12s %12s %6s\n' "$1 $optimise" "by hand" "library" ratio
for loop in sum zip_sum map_collect filter_collect filter_map_sum chain_sum flat_map_sum five_stages search; do
  hand=$(instructions ${loop}_by_hand)
  library=$(instructions ${loop}_by_library)
  [ -n "$hand" ] && [ -n "$library" ] || { echo "$loop: callgrind said nothing"; exit 1; }
  percent=$((library * 100 / hand))
  printf '%-16s %12d %12d %5d%%' "$loop" "$hand" "$library" "$percent"
  limit=115
  [ "$loop" = search ] && limit=40
  if [ "$percent" -gt "$limit" ]; then
    printf '  too many'
    failed=1
  fi
  echo
done
exit $failed
