#!/bin/sh
# usage: large.sh COMPILER
#
# No work for a block grows with the size of accumulator, state or item: counted by callgrind, over blocks of one item.
# And whatever their size, none lies on the stack: pipelines of 4 and of 64 MiB run on stacks of one. (Clang without
# optimisation keeps a copy in the frame of each function that hands one on, where GCC makes it in its place.)
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }
command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
case $1 in *clang*) levels="-O2" ;; *) levels="-O0 -O2" ;; esac
for optimise in $levels; do
  $1 -std=c++20 $optimise -DNDEBUG -I../../include large.cpp -o "$work/large" -pthread -ldl || exit 1
  (ulimit -s 1024 && "$work/large" whole) || { echo "$1 $optimise: pipelines of large values"; failed=1; }
done

# One run of all blocks, each with small values and then with large ones: callgrind writes a file each time that
# `run_blocks` is left.
valgrind --tool=callgrind --callgrind-out-file="$work/counted" --toggle-collect=run_blocks --dump-after=run_blocks \
  --main-stacksize=8388608 "$work/large" blocks >"$work/blocks" 2>"$work/said" || { cat "$work/said"; exit 1; }
number=0
instructions() {  # into $counted
  number=$((number + 1))
  counted=$(sed -n 's/^summary: *//p' "$work/counted.$number")
}
printf '%-16s %12s %12s %6s\n' "$1" "64 bytes" "256 KiB" ratio
for block in $(cat "$work/blocks"); do
  instructions
  small=$counted
  instructions
  large=$counted
  [ -n "$small" ] && [ -n "$large" ] || { echo "$block: callgrind said nothing"; failed=1; continue; }
  percent=$((large * 100 / small))
  printf '%-16s %12d %12d %5d%%' "$block" "$small" "$large" "$percent"
  if [ "$percent" -gt 200 ]; then
    printf '  too many'
    failed=1
  fi
  echo
done
[ "$number" = 18 ] || { echo "$number blocks were counted"; failed=1; }
exit $failed
