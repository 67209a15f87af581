#!/bin/sh
# usage: picture.sh COMPILER
#
# The pictures in bench/results are what bench/suite/picture.cpp draws of the records beside them.
set -u
cd "$(dirname "$0")/../.." || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/main.cpp" <<'END'
#include "result.hpp"
int main(int, char** words) {
  suite::Record record;
  if (!suite::read_json(words[1], record)) return 1;
  suite::write_svg(record, words[2]);
}
END
$1 -std=c++20 -I bench/suite "$work/main.cpp" bench/suite/picture.cpp bench/suite/read.cpp -o "$work/draw" || exit 1

failed=0 drawn=0
for picture in bench/results/*.svg; do
  "$work/draw" "${picture%.svg}.json" "$work/new.svg" || { echo "${picture%.svg}.json holds no rows"; exit 1; }
  drawn=$((drawn + 1))
  cmp -s "$picture" "$work/new.svg" || { echo "$picture is not drawn from its record: bench/compare --draw"; failed=1; }
done
[ "$drawn" -gt 0 ] && [ "$failed" = 0 ]
