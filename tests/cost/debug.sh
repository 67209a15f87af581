#!/bin/sh
# usage: debug.sh COMPILER
#
# Without optimisation (-O0), on one thread: how many instructions an item takes beyond a loop that calls the closure
# itself. Counted by callgrind, so that the machine may be as busy as it likes.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }
command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$1 -std=c++20 -O0 -I../../include debug.cpp -o "$work/debug" -pthread -ldl || exit 1
PARALLEL_TASK_THREADS=1 valgrind --tool=callgrind --callgrind-out-file="$work/counted" --toggle-collect=measured \
  --dump-after=measured "$work/debug" >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }

failed=0
number=1
printf '%-10s %10s %10s %10s\n' "$1 -O0" "by hand" "library" "more, an item"
while read -r loop most; do
  hand=$(sed -n 's/^summary: *//p' "$work/counted.$number")
  library=$(sed -n 's/^summary: *//p' "$work/counted.$((number + 1))")
  number=$((number + 2))
  [ -n "$hand" ] && [ -n "$library" ] || { echo "$loop: callgrind said nothing"; exit 1; }
  more=$(((library - hand) / 20000))
  printf '%-10s %10d %10d %10d' "$loop" "$hand" "$library" "$more"
  if [ "$more" -gt "$most" ]; then
    printf '  too many'
    failed=1
  fi
  echo
done <<EOF
numbers 3
items 3
chain 105
EOF
exit $failed
