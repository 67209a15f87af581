#!/bin/sh
# usage: single_header.sh COMPILER
#
# To the compiler the single header is the headers in include/: token by token the same program, so that files which
# include one or the other may be linked together. Both may be included in one file, in any order; the seams of
# platform/atomic.hpp are there too. Assertions are left out: they say the name of their file.
set -u
cd "$(dirname "$0")/../.." || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

single='"single_include/parallel_task/parallel_task.hpp"'
headers='<parallel_task/parallel_task.hpp>'
seam='-DPARALLEL_TASK_SEAM="tests/support/delays.hpp"'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compiler=$1  # with its options: split on purpose
tokens() {  # NAME OPTIONS HEADER...: what the preprocessor makes of the library's own lines
  name=$1 options=$2
  shift 2
  printf '#include %s\n' "$@" >"$work/$name.cpp"
  $compiler -std=c++20 -E -DNDEBUG -I. -Iinclude $options "$work/$name.cpp" >"$work/$name.i" || exit 1
  awk '/^# [0-9]/ { ours = /parallel_task\/.*\.hpp"/; next } ours' "$work/$name.i" | tr -s ' \t\n' '\n' >"$work/$name.tokens"
  [ "$(wc -l <"$work/$name.tokens")" -gt 10000 ] || { echo "$name: where is the library?"; exit 1; }
}
same() {
  cmp -s "$work/$1.tokens" "$work/$2.tokens" && return
  echo "$2 is not $1:"
  diff "$work/$1.tokens" "$work/$2.tokens" | head -n 20
  exit 1
}

tokens headers "" "$headers"
tokens single "" "$single"
tokens headers_then_single "" "$headers" "$single"
tokens single_then_headers "" "$single" "$headers"
same headers single
same headers headers_then_single
same headers single_then_headers

# What the umbrella leaves out is there for those who ask for it.
# Of ranks nothing is in the single header: they need a target of their own.
extra=$(find include -name '*.hpp' ! -path '*/machines/*' ! -name forked.hpp ! -name mpi.hpp | LC_ALL=C sort | while read -r header; do
  grep -q "\"$header\"" "$work/headers.i" || echo "<${header#include/}>"
done)
tokens headers_and_extra "" "$headers" $extra
tokens single_and_extra -DPARALLEL_TASK_EVERYTHING "$single"
same headers_and_extra single_and_extra

tokens headers_with_seam "$seam" "$headers"
tokens single_with_seam "$seam" "$single"
same headers_with_seam single_with_seam
cmp -s "$work/headers.tokens" "$work/headers_with_seam.tokens" && echo "the seam changed nothing" && exit 1
exit 0
