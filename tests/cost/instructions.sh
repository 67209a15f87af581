#!/bin/sh
# usage: instructions.sh COMPILER
#
# On one thread a pipeline executes at most 1.15 times the instructions of the loop that one writes by hand. Counted
# by callgrind, so that the machine may be as busy as it likes. A search compares many narrow numbers at once, and executes
# at most 0.4 times those of a loop that ends early; `compare` goes by bytes as `equal` does. Groups cost more than one map,
# since they may have to be joined with others, and so does a tree of which others may take a part. And a worker of a shared call executes at most 100 from one claim to
# the next where nothing has changed, so that claims may be small. A call that
# one thread has to itself executes at most 150 besides its items.
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
failed=0
printf '%-16s %12s %12s %6s\n' "$1 $optimise" "by hand" "library" ratio

# count FILE LOOP=PERCENT...: each at most so many percent of the loop by hand. One run of all loops: callgrind counts
# inside of `measured`, and writes a file each time that it is left.
count() {
  file=$1
  shift
  PARALLEL_TASK_THREADS=1 valgrind --tool=callgrind --callgrind-out-file="$work/$file" --toggle-collect=measured \
    --dump-after=measured "$work/$file.run" >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }
  sed -n 's/ = .*//p' "$work/said" | grep -n '_by_' | tr : ' ' >"$work/order"
  for pinned; do
    loop=${pinned%=*}
    hand=$(instructions "$file" "${loop}_by_hand")
    library=$(instructions "$file" "${loop}_by_library")
    [ -n "$hand" ] && [ -n "$library" ] || { echo "$loop: callgrind said nothing"; exit 1; }
    percent=$((library * 100 / hand))
    printf '%-16s %12d %12d %5d%%' "$loop" "$hand" "$library" "$percent"
    if [ "$percent" -gt "${pinned#*=}" ]; then
      printf '  too many'
      failed=1
    fi
    echo
  done
}
instructions() {
  number=$(awk -v name="$2" '$2 == name { print $1 }' "$work/order")
  sed -n 's/^summary: *//p' "$work/$1.$number"
}

for file in loops vocabulary; do
  $1 -std=c++20 $optimise -DNDEBUG -I../../include $file.cpp -o "$work/$file.run" -pthread -ldl || exit 1
done
count loops sum=115 zip_sum=115 map_collect=115 captured=115 captured_map=115 filter_collect=115 filter_map_sum=115 \
  chain_sum=115 flat_map_sum=115 five_stages=115 linked_sum=115 view_sum=115 search=40
count vocabulary equal=125 compare=15 deterministic=120 chunks=115 windows=115 blur=115 transposition=135 count_by=145 \
  group_by=175 histogram=190 tree=155

compiler=$1
counted() {  # FILE N: instructions of N of them
  valgrind --tool=callgrind --callgrind-out-file="$work/$1.$2" --toggle-collect=counted "$work/$1" "$2" \
    >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }
  sed -n 's/^summary: *//p' "$work/$1.$2"
}
# one_more WHAT FILE N MOST: what one more costs than N of them, at most so many instructions.
one_more() {
  $compiler -std=c++20 $optimise -DNDEBUG -I../../include -I. "$2.cpp" -o "$work/$2" -pthread -ldl || exit 1
  few=$(counted "$2" "$3")
  many=$(counted "$2" $(($3 * 2)))
  [ -n "$few" ] && [ -n "$many" ] || { echo "$2: callgrind said nothing"; exit 1; }
  each=$(((many - few) / $3))
  printf '%-16s %12s %12d' "$1" "" "$each"
  if [ "$each" -gt "$4" ]; then
    printf '  too many'
    failed=1
  fi
  echo
}
# What a call of an algorithm costs besides its items, where one thread has it to itself: no clock is read, and the
# engine is not asked.
one_more "a call alone" calls 1000 150
one_more "a claim" claims 10000 100
exit $failed
